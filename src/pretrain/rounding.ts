// Weights as they come back from a float16 file.

import type { NamedTensors } from "../engine/layout";
import { readSafetensors, writeSafetensors } from "../model/safetensors";

export function roundToHalf(weights: NamedTensors): NamedTensors {
  return readSafetensors(writeSafetensors(weights, "F16")).tensors;
}
