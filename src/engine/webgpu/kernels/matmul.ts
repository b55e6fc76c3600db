// The matrix products of the network as one generator: three operand orders, four tilings, and what becomes of a result.

import type { Binding, Kernel, Scalar } from "../kernel";
import { read } from "../kernel";
import { KEEP_REAL } from "./helpers";

/**
 * Operand order of C[i, j] = sum_k A(i, k) B(k, j), all matrices row-major with rows of whole vec4:
 * `forward` y = x W^T (both contiguous in k), `input` dx = dy W, `weight` dW = dy^T x.
 */
export type MatmulOrder = "forward" | "input" | "weight";
/**
 * `register`: 4x4 results a thread, no barriers; `wide`: 8x8, for adapters where loads cost more than idle threads; `shared`:
 * 64x64 results a workgroup through shared memory; `split` (`weight` only): 4x16 results a workgroup, whose threads share the
 * long sum over rows.
 */
export type MatmulTiling = "register" | "wide" | "shared" | "split";

/** What happens to four neighbouring results `v` at row i, vec4 column j; `second` is the paired column's. */
export interface Epilogue<B extends string, P extends string> {
  readonly buffers: Readonly<Record<B, Binding>>;
  readonly parameters: Readonly<Record<P, Scalar>>;
  readonly helpers?: readonly string[];
  /** Also compute the results at columns j + p.paired4. Register tiling of `forward` only. */
  readonly paired?: boolean;
  readonly body: string;
}

type MatmulBuffer = "left" | "right";
type MatmulParameter = "rows" | "columns4" | "depth" | "left4" | "right4";

const ROWS = [0, 1, 2, 3];
const lines = (make: (r: number) => string) => ROWS.map(make).join("\n");

/** Results a workgroup computes along each side. */
export const SHARED_TILE = 64;
const DEPTH_TILE = 16;
/** Slices of the sum, and vec4 columns, of a workgroup of the `split` tiling. */
const SPLIT_SLICES = 16;
export const SPLIT_COLUMNS4 = 4;

/**
 * rows x (4 columns4) results, summed over `depth` terms (a multiple of 4 unless the order is `weight`). left4 and right4 are
 * the operands' offsets in vec4. For `weight`, rows counts the columns of dy, and the epilogue declares leftWidth4, dy's row width.
 */
export function matmul<const B extends string, const P extends string>(
  name: string,
  order: MatmulOrder,
  tiling: MatmulTiling,
  epilogue: Epilogue<B, P>,
): Kernel<MatmulBuffer | B, MatmulParameter | P> {
  const buffers = { left: read("vec4<f32>"), right: read("vec4<f32>"), ...epilogue.buffers } as Readonly<Record<MatmulBuffer | B, Binding>>;
  const parameters = {
    rows: "u32",
    columns4: "u32",
    depth: "u32",
    left4: "u32",
    right4: "u32",
    ...epilogue.parameters,
  } as Readonly<Record<MatmulParameter | P, Scalar>>;
  const paired = epilogue.paired ?? false;
  const helpers = [
    KEEP_REAL,
    ...(epilogue.helpers ?? []),
    `fn finish(i: u32, j: u32, value: vec4<f32>${paired ? ", second: vec4<f32>" : ""}) {\n  var v = value;\n${epilogue.body}\n}`,
  ];
  const common = { name: `${name}.${tiling}`, buffers, parameters, helpers };
  if (tiling === "register" || tiling === "wide")
    return { ...common, workgroupSize: [16, 4], body: `${registerTile(order, tiling, paired)}\n${finishAll(tiling, paired)}` };
  if (tiling === "split")
    return {
      ...common,
      workgroupSize: [SPLIT_SLICES * SPLIT_COLUMNS4, 1],
      shared: { sums: `array<vec4<f32>, ${SPLIT_SLICES * SPLIT_COLUMNS4 * 4}>` },
      body: splitSum(),
    };
  return {
    ...common,
    workgroupSize: [256, 1],
    shared: {
      leftTile: `array<f32, ${SHARED_TILE * DEPTH_TILE}>`,
      rightTile: `array<f32, ${SHARED_TILE * DEPTH_TILE}>`,
    },
    body: `${sharedTile(order)}\n${finishAll("shared", false)}`,
  };
}

/** Results of a thread: rows, and vec4 columns (or one column of both streams when paired). */
function shapeOf(tiling: MatmulTiling, paired: boolean) {
  const wide = tiling === "wide";
  return { rows: wide ? 8 : 4, columns4: wide && !paired ? 2 : 1 };
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

function registerTile(order: MatmulOrder, tiling: MatmulTiling, paired: boolean): string {
  const { rows, columns4 } = shapeOf(tiling, paired);
  const each = upTo(rows);
  /** Suffixes of the accumulators: one per vec4 column, or one per stream. */
  const columns = upTo(paired ? 2 : columns4);
  const declared = columns.flatMap((q) => each.map((r) => `  var c${q}_${r} = vec4<f32>(0.0);`)).join("\n");
  const start = `
  let j = id.x * ${columns4}u;
  let i = id.y * ${rows}u;
  if (i >= p.rows || j >= p.columns4) { return; }
${declared}`;
  if (order === "weight")
    return `${start}
  for (var k = 0u; k < p.depth; k++) {
    let leftAt = p.left4 + k * p.leftWidth4 + i / 4u;
    let rightAt = p.right4 + k * p.columns4 + j;
${columns.map((q) => `    let b${q} = right[rightAt + ${q}u];`).join("\n")}
${upTo(rows / 4)
  .map(
    (quad) => `    { let a = left[leftAt + ${quad}u];
${columns.map((q) => ROWS.map((r) => `      c${q}_${4 * quad + r} += a[${r}] * b${q};`).join(" ")).join("\n")} }`,
  )
  .join("\n")}
  }`;
  const leftRows = `
  let depth4 = p.depth / 4u;
  let last = p.rows - 1u;
${each.map((r) => `  let a${r} = p.left4 + min(i + ${r}u, last) * depth4;`).join("\n")}`;
  if (order === "input")
    return `${start}${leftRows}
  for (var k = 0u; k < depth4; k++) {
    let at = p.right4 + k * 4u * p.columns4 + j;
${columns.map((q) => ROWS.map((r) => `    let b${q}_${r} = right[at + ${r}u * p.columns4 + ${q}u];`).join(" ")).join("\n")}
${each
  .map(
    (r) => `    { let a = left[a${r} + k];
${columns.map((q) => `      c${q}_${r} += a.x * b${q}_0 + a.y * b${q}_1 + a.z * b${q}_2 + a.w * b${q}_3;`).join("\n")} }`,
  )
  .join("\n")}
  }`;
  const distance = paired ? "p.paired4" : "1u";
  return `${start}${leftRows}
${columns.map((q) => `  let w${q} = p.right4 + (j + ${q}u * ${distance}) * 4u * depth4;`).join("\n")}
  for (var k = 0u; k < depth4; k++) {
${columns.map((q) => ROWS.map((r) => `    let w${q}_${r} = right[w${q} + ${r}u * depth4 + k];`).join(" ")).join("\n")}
${each
  .map(
    (r) => `    { let a = left[a${r} + k];
${columns.map((q) => `      c${q}_${r} += vec4<f32>(dot(a, w${q}_0), dot(a, w${q}_1), dot(a, w${q}_2), dot(a, w${q}_3));`).join("\n")} }`,
  )
  .join("\n")}
  }`;
}

/** Hands every result of a thread to the epilogue. */
function finishAll(tiling: MatmulTiling, paired: boolean): string {
  const { rows, columns4 } = shapeOf(tiling, paired);
  const results = (q: number, r: number) => (paired ? `c0_${r}, c1_${r}` : `c${q}_${r}`);
  return upTo(columns4)
    .flatMap((q) =>
      upTo(rows).map((r) => `  if (i + ${r}u < p.rows && j + ${q}u < p.columns4) { finish(i + ${r}u, j + ${q}u, ${results(q, r)}); }`),
    )
    .join("\n");
}

/** Each of 256 threads brings one vec4 of both operands per step, transposed to [k][i] and [k][j] where they lie along k. */
function sharedTile(order: MatmulOrder): string {
  const alongDepth = (source: string, tile: string, offset: string, first: string, bound: string) => `
    {
      let place = lane / 4u;
      let k = step + (lane % 4u) * 4u;
      var v = vec4<f32>(0.0);
      if (${first} + place < ${bound} && k < p.depth) { v = ${source}[${offset} + ((${first} + place) * p.depth + k) / 4u]; }
      let at = (lane % 4u) * ${4 * SHARED_TILE}u + place;
${ROWS.map((r) => `      ${tile}[at + ${r * SHARED_TILE}u] = v[${r}];`).join("\n")}
    }`;
  const acrossDepth = (source: string, tile: string, offset: string, first4: string, width4: string) => `
    {
      let k = step + lane / 16u;
      let column = ${first4} + lane % 16u;
      var v = vec4<f32>(0.0);
      if (k < p.depth && column < ${width4}) { v = ${source}[${offset} + k * ${width4} + column]; }
${ROWS.map((r) => `      ${tile}[lane * 4u + ${r}u] = v[${r}];`).join("\n")}
    }`;
  const left =
    order === "weight"
      ? acrossDepth("left", "leftTile", "p.left4", "firstRow / 4u", "p.leftWidth4")
      : alongDepth("left", "leftTile", "p.left4", "firstRow", "p.rows");
  const right =
    order === "forward"
      ? alongDepth("right", "rightTile", "p.right4", "firstColumn", "p.columns4 * 4u")
      : acrossDepth("right", "rightTile", "p.right4", "firstColumn / 4u", "p.columns4");
  return `
  let across = (p.columns4 * 4u + ${SHARED_TILE - 1}u) / ${SHARED_TILE}u;
  let firstColumn = (group % across) * ${SHARED_TILE}u;
  let firstRow = (group / across) * ${SHARED_TILE}u;
  let i = firstRow + (lane / 16u) * 4u;
  let j = firstColumn / 4u + lane % 16u;
${lines((r) => `  var c0_${r} = vec4<f32>(0.0);`)}
  for (var step = 0u; step < p.depth; step += ${DEPTH_TILE}u) {
${left}
${right}
    workgroupBarrier();
    for (var k = 0u; k < ${DEPTH_TILE}u; k++) {
      let at = k * ${SHARED_TILE}u + (lane / 16u) * 4u;
      let bt = k * ${SHARED_TILE}u + (lane % 16u) * 4u;
      let b = vec4<f32>(rightTile[bt], rightTile[bt + 1u], rightTile[bt + 2u], rightTile[bt + 3u]);
${lines((r) => `      c0_${r} += leftTile[at + ${r}u] * b;`)}
    }
    workgroupBarrier();
  }`;
}

function splitSum(): string {
  return `
  let across = (p.columns4 + ${SPLIT_COLUMNS4 - 1}u) / ${SPLIT_COLUMNS4}u;
  let slice = lane / ${SPLIT_COLUMNS4}u;
  let column = lane % ${SPLIT_COLUMNS4}u;
  let j = (group % across) * ${SPLIT_COLUMNS4}u + column;
  let row4 = group / across;
${lines((r) => `  var c${r} = vec4<f32>(0.0);`)}
  if (j < p.columns4 && row4 * 4u < p.rows) {
    for (var k = slice; k < p.depth; k += ${SPLIT_SLICES}u) {
      let a = left[p.left4 + row4 + k * p.leftWidth4];
      let b = right[p.right4 + j + k * p.columns4];
      c0 += a.x * b; c1 += a.y * b; c2 += a.z * b; c3 += a.w * b;
    }
  }
${lines((r) => `  sums[lane * 4u + ${r}u] = c${r};`)}
  workgroupBarrier();
  if (slice < 4u && row4 * 4u + slice < p.rows && j < p.columns4) {
    var v = vec4<f32>(0.0);
    for (var k = 0u; k < ${SPLIT_SLICES}u; k++) { v += sums[(k * ${SPLIT_COLUMNS4}u + column) * 4u + slice]; }
    finish(row4 * 4u + slice, j, v);
  }`;
}
