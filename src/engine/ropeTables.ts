// RoPE: from a model's shape to the cosine and sine of every position and frequency, the same bits for every engine.

import { cos, pow, sin } from "../elementary";
import type { LlamaConfig, RopeScaling } from "./llamaConfig";

const TWO_PI = 6.283185307179586;

export interface RopeTables {
  /** [positions, headDim / 2], row-major */
  readonly cos: Float32Array;
  /** [positions, headDim / 2], row-major */
  readonly sin: Float32Array;
}

/**
 * Rotation speed of each dimension pair in radians per position, in float64: theta^(-2j / headDim), j = 0..headDim/2 - 1, then
 * scaled (fact sheet 8.3 step 4). [headDim / 2]
 */
export function ropeFrequencies(config: LlamaConfig): Float64Array {
  const half = config.headDim / 2;
  return Float64Array.from({ length: half }, (_, j) =>
    scaleFrequency(pow(config.ropeTheta, -(2 * j) / config.headDim), config.ropeScaling),
  );
}

function scaleFrequency(frequency: number, scaling: RopeScaling): number {
  if (scaling.kind === "none") return frequency;
  if (scaling.kind === "linear") return frequency / scaling.factor;
  const { factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings } = scaling;
  const wavelength = TWO_PI / frequency;
  if (wavelength > originalMaxPositionEmbeddings / lowFreqFactor) return frequency / factor;
  if (wavelength < originalMaxPositionEmbeddings / highFreqFactor) return frequency;
  const blend = (originalMaxPositionEmbeddings / wavelength - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return ((1 - blend) * frequency) / factor + blend * frequency;
}

/**
 * Tables for positions 0..positions - 1, computed in float64 and rounded once to float32. Dimension j of a head turns with
 * dimension j + headDim / 2: (a, b) -> (a cos - b sin, b cos + a sin) (fact sheet 8.3 step 4).
 */
export function ropeTables(config: LlamaConfig, positions: number): RopeTables {
  const frequencies = ropeFrequencies(config);
  const half = frequencies.length;
  const tables: RopeTables = { cos: new Float32Array(positions * half), sin: new Float32Array(positions * half) };
  for (let position = 0; position < positions; position++)
    for (let j = 0; j < half; j++) {
      const angle = position * (frequencies[j] as number);
      tables.cos[position * half + j] = cos(angle);
      tables.sin[position * half + j] = sin(angle);
    }
  return tables;
}
