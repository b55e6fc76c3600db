// y = x W^T + bias, and what follows it: a residual, a rotation, or SwiGLU.

import type { Kernel } from "../kernel";
import { read, readWrite } from "../kernel";
import { ROTATE } from "./helpers";
import type { MatmulTiling } from "./matmul";
import { matmul } from "./matmul";

/** `columns` counts the real results of a row; the padding behind them becomes zero. */
const BIAS = `
  if (p.bias4 != NONE) { v += right[p.bias4 + j]; }
  v = keepReal(v, j * 4u, p.columns);`;
const biased = { columns: "u32", bias4: "u32" } as const;

/** y [rows, columns4] */
const linear = (tiling: MatmulTiling) =>
  matmul("linear", "forward", tiling, {
    buffers: { y: readWrite("vec4<f32>") },
    parameters: biased,
    body: `${BIAS}
  y[i * p.columns4 + j] = v;`,
  });

/** y = residual + x W^T + bias; `residualRows`: offset of the residual's row for every row, or NONE for the same row. */
const linearResidual = (tiling: MatmulTiling) =>
  matmul("linear residual", "forward", tiling, {
    buffers: { y: readWrite("vec4<f32>"), residual: read("vec4<f32>"), inputs: read("u32") },
    parameters: { ...biased, residualRows: "u32" },
    body: `${BIAS}
  var source = i;
  if (p.residualRows != NONE) { source = inputs[p.residualRows + i]; }
  y[i * p.columns4 + j] = v + residual[source * p.columns4 + j];`,
  });

/**
 * The fused q | k | v projection: rotates the first `rotated4` columns by the row's position and stores the row at its place.
 * `rowInfo`: offset of [position, stored row, first key row, end key row] per row; `shift` is added to the first two.
 */
const linearRotary = (tiling: MatmulTiling) =>
  matmul("linear rotary", "forward", tiling, {
    buffers: { y: readWrite("vec4<f32>"), rotary: read("vec4<f32>"), inputs: read("u32") },
    parameters: { ...biased, rotated4: "u32", head4: "u32", rowInfo: "u32", shift: "u32" },
    helpers: [ROTATE],
    body: `${BIAS}
  let info = p.rowInfo + i * 4u;
  if (j < p.rotated4) { v = rotate(v, rotary[(inputs[info] + p.shift) * p.head4 + j % p.head4]); }
  y[(inputs[info + 1u] + p.shift) * p.columns4 + j] = v;`,
  });

/** gateUp [rows, 2 columns4] and activated [rows, columns4] = silu(gate) * up; W holds the gate's rows, then up's. */
const linearSwiglu = matmul("linear swiglu", "forward", "register", {
  buffers: { gateUp: readWrite("vec4<f32>"), activated: readWrite("vec4<f32>") },
  parameters: { paired4: "u32", bias4: "u32" },
  paired: true,
  body: `
  var up = second;
  if (p.bias4 != NONE) {
    v += right[p.bias4 + j];
    up += right[p.bias4 + p.columns4 + j];
  }
  gateUp[i * 2u * p.columns4 + j] = v;
  gateUp[(i * 2u + 1u) * p.columns4 + j] = up;
  activated[i * p.columns4 + j] = v / (1.0 + exp(-v)) * up;`,
});

/** dx [rows, columns4] = dy W, from vec4 `dx4` on. */
const linearInput = (tiling: MatmulTiling) =>
  matmul("linear input gradient", "input", tiling, {
    buffers: { dx: readWrite("vec4<f32>") },
    parameters: { dx4: "u32" },
    body: "  dx[p.dx4 + i * p.columns4 + j] = v;",
  });

/** dGateUp [rows, 2 columns4] from dActivated = dy W, without storing dActivated. */
const linearInputSwiglu = (tiling: MatmulTiling) =>
  matmul("linear input gradient swiglu", "input", tiling, {
    buffers: { gateUp: read("vec4<f32>"), dGateUp: readWrite("vec4<f32>") },
    parameters: {},
    body: `
  let gateAt = i * 2u * p.columns4 + j;
  let gate = gateUp[gateAt];
  let up = gateUp[gateAt + p.columns4];
  let s = 1.0 / (1.0 + exp(-gate));
  dGateUp[gateAt] = v * up * s * (1.0 + gate * (1.0 - s));
  dGateUp[gateAt + p.columns4] = v * gate * s;`,
  });

/** gradients += dy^T x at `gradient4`; `rows` counts dy's real columns, `leftWidth4` its row width. */
const linearWeight = (tiling: MatmulTiling) =>
  matmul("linear weight gradient", "weight", tiling, {
    buffers: { gradients: readWrite("vec4<f32>") },
    parameters: { leftWidth4: "u32", gradient4: "u32" },
    body: "  gradients[p.gradient4 + i * p.columns4 + j] += v;",
  });

export type ForwardTiling = "register" | "shared";
export type GradientTiling = "register" | "wide" | "shared";

const forwardTilings = <K extends Kernel>(make: (tiling: ForwardTiling) => K) => ({ register: make("register"), shared: make("shared") });
const gradientTilings = <K extends Kernel>(make: (tiling: GradientTiling) => K) => ({
  register: make("register"),
  wide: make("wide"),
  shared: make("shared"),
});

export const LINEAR = {
  plain: forwardTilings(linear),
  residual: forwardTilings(linearResidual),
  rotary: forwardTilings(linearRotary),
  swiglu: linearSwiglu,
  input: gradientTilings(linearInput),
  inputSwiglu: gradientTilings(linearInputSwiglu),
  weight: { ...gradientTilings(linearWeight), split: linearWeight("split") },
};
