// LoRA on packed weights: W_eff from the base weights, A and B, and the gradients of A and B from those of W_eff.

import { kernel, read, readWrite } from "../kernel";
import { LANES } from "./helpers";
import { sharedLoop, targetTable } from "./targets";

/**
 * Offsets and widths in vec4: the weight [rows, width4], A [rank, width4] and B [rows, rank4]. A has the weight's packed columns, B
 * its packed rows.
 */
export const LORA_TARGETS = targetTable("weight4", "width4", "rows", "a4", "b4");

const START = `
  let weight4 = ${LORA_TARGETS.field("weight4")};
  let width4 = ${LORA_TARGETS.field("width4")};
  let rows = ${LORA_TARGETS.field("rows")};
  let a4 = ${LORA_TARGETS.field("a4")};
  let b4 = ${LORA_TARGETS.field("b4")};`;

const ELEMENT_OF_B = "tensors[b4 + row * p.rank4 + k / 4u][k % 4u]";

/** weights = base + scale B A in every target (fact sheet 6.3). [invocations that share a target, targets] */
export const loraWeights = kernel({
  name: "lora weights",
  buffers: { targets: read("u32"), tensors: read("vec4<f32>"), base: read("vec4<f32>"), weights: readWrite("vec4<f32>") },
  parameters: { rank: "u32", rank4: "u32", scale: "f32" },
  workgroupSize: [LANES, 1],
  body: `${START}
  ${sharedLoop("rows * width4")} {
    let row = e / width4;
    let column = e % width4;
    var sum = vec4<f32>(0.0);
    for (var k = 0u; k < p.rank; k++) { sum += ${ELEMENT_OF_B} * tensors[a4 + k * width4 + column]; }
    weights[weight4 + e] = base[weight4 + e] + p.scale * sum;
  }`,
});

/** dA = scale B^T dW and dB = scale dW A^T, written over what was there. [invocations that share a target, targets] */
export const loraGradient = kernel({
  name: "lora gradient",
  buffers: { targets: read("u32"), tensors: read("vec4<f32>"), dWeights: read("vec4<f32>"), gradients: readWrite("vec4<f32>") },
  parameters: { rank: "u32", rank4: "u32", scale: "f32" },
  workgroupSize: [LANES, 1],
  body: `${START}
  let ofA = p.rank * width4;
  ${sharedLoop("ofA + rows * p.rank4")} {
    var sum = vec4<f32>(0.0);
    if (e < ofA) {
      let k = e / width4;
      let column = e % width4;
      for (var row = 0u; row < rows; row++) {
        sum += ${ELEMENT_OF_B} * dWeights[weight4 + row * width4 + column];
      }
      gradients[a4 + e] = p.scale * sum;
    } else {
      let row = (e - ofA) / p.rank4;
      let first = (e - ofA) % p.rank4 * 4u;
      for (var column = 0u; column < width4; column++) {
        let d = dWeights[weight4 + row * width4 + column];
        for (var k = first; k < min(first + 4u, p.rank); k++) { sum[k - first] += dot(d, tensors[a4 + k * width4 + column]); }
      }
      gradients[b4 + e - ofA] = p.scale * sum;
    }
  }`,
});
