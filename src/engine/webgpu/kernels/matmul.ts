// The matrix products of the network as one generator: three operand orders, two tilings, and what becomes of a result.

import type { Binding, Kernel, Scalar } from "../kernel";
import { read } from "../kernel";
import { KEEP_REAL } from "./helpers";

/**
 * Operand order of C[i, j] = sum_k A(i, k) B(k, j), all matrices row-major with rows of whole vec4:
 * `forward` y = x W^T (both contiguous in k), `input` dx = dy W, `weight` dW = dy^T x.
 */
export type MatmulOrder = "forward" | "input" | "weight";
/** `register`: 4x4 results a thread, no barriers; `shared`: 64x64 results a workgroup through shared memory. */
export type MatmulTiling = "register" | "shared";

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

/**
 * rows x (4 columns4) results, summed over `depth` terms (a multiple of 4 unless the order is `weight`). left4 and right4 are
 * the operands' offsets in vec4. For `weight`, rows counts the columns of dy and leftWidth4 is dy's row width.
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
  const finish = lines((r) => `  if (i + ${r}u < p.rows && j < p.columns4) { finish(i + ${r}u, j, c${r}${paired ? `, d${r}` : ""}); }`);
  const common = { name: `${name}.${tiling}`, buffers, parameters, helpers };
  if (tiling === "register") return { ...common, workgroupSize: [16, 4], body: `${registerTile(order, paired)}\n${finish}` };
  return {
    ...common,
    workgroupSize: [256, 1],
    shared: {
      leftTile: `array<f32, ${SHARED_TILE * DEPTH_TILE}>`,
      rightTile: `array<f32, ${SHARED_TILE * DEPTH_TILE}>`,
    },
    body: `${sharedTile(order)}\n${finish}`,
  };
}

function registerTile(order: MatmulOrder, paired: boolean): string {
  const start = `
  let j = id.x;
  let i = id.y * 4u;
  if (i >= p.rows || j >= p.columns4) { return; }
${lines((r) => `  var c${r} = vec4<f32>(0.0);${paired ? ` var d${r} = vec4<f32>(0.0);` : ""}`)}`;
  if (order === "weight")
    return `${start}
  let width = p.leftWidth4;
  let leftAt = p.left4 + id.y;
  let rightAt = p.right4 + j;
  for (var k = 0u; k < p.depth; k++) {
    let a = left[leftAt + k * width];
    let b = right[rightAt + k * p.columns4];
    c0 += a.x * b; c1 += a.y * b; c2 += a.z * b; c3 += a.w * b;
  }`;
  const leftRows = `
  let depth4 = p.depth / 4u;
  let last = p.rows - 1u;
${lines((r) => `  let a${r} = p.left4 + min(i + ${r}u, last) * depth4;`)}`;
  if (order === "input")
    return `${start}${leftRows}
  for (var k = 0u; k < depth4; k++) {
    let at = p.right4 + k * 4u * p.columns4 + j;
    let b0 = right[at]; let b1 = right[at + p.columns4]; let b2 = right[at + 2u * p.columns4]; let b3 = right[at + 3u * p.columns4];
${lines((r) => `    { let a = left[a${r} + k]; c${r} += a.x * b0 + a.y * b1 + a.z * b2 + a.w * b3; }`)}
  }`;
  const dots = (target: string) =>
    lines((r) => `    { let a = left[a${r} + k]; ${target}${r} += vec4<f32>(dot(a, w0), dot(a, w1), dot(a, w2), dot(a, w3)); }`);
  const weightsAt = (base: string) => ROWS.map((r) => `let w${r} = right[${base} + ${r}u * depth4 + k];`).join(" ");
  return `${start}${leftRows}
  let weightAt = p.right4 + j * 4u * depth4;
  ${paired ? "let pairedAt = weightAt + p.paired4 * 4u * depth4;" : ""}
  for (var k = 0u; k < depth4; k++) {
    { ${weightsAt("weightAt")}
${dots("c")} }
    ${paired ? `{ ${weightsAt("pairedAt")}\n${dots("d")} }` : ""}
  }`;
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
${lines((r) => `  var c${r} = vec4<f32>(0.0);`)}
  for (var step = 0u; step < p.depth; step += ${DEPTH_TILE}u) {
${left}
${right}
    workgroupBarrier();
    for (var k = 0u; k < ${DEPTH_TILE}u; k++) {
      let at = k * ${SHARED_TILE}u + (lane / 16u) * 4u;
      let bt = k * ${SHARED_TILE}u + (lane % 16u) * 4u;
      let b = vec4<f32>(rightTile[bt], rightTile[bt + 1u], rightTile[bt + 2u], rightTile[bt + 3u]);
${lines((r) => `      c${r} += leftTile[at + ${r}u] * b;`)}
    }
    workgroupBarrier();
  }`;
}
