// SwiGLU on stored projections, for the sizes where the projection itself does not apply it.

import { kernel, read, readWrite } from "../kernel";

/** activated [rows, inner4] = silu(gate) * up from gateUp [rows, 2 inner4]. One vec4 a thread. */
export const swiglu = kernel({
  name: "swiglu",
  buffers: { gateUp: read("vec4<f32>"), activated: readWrite("vec4<f32>") },
  parameters: { rows: "u32", inner4: "u32" },
  workgroupSize: [64, 1],
  body: `
  if (index >= p.rows * p.inner4) { return; }
  let row = index / p.inner4;
  let at = row * 2u * p.inner4 + index % p.inner4;
  let gate = gateUp[at];
  activated[index] = gate / (1.0 + exp(-gate)) * gateUp[at + p.inner4];`,
});
