// OFT options to a parametrisation whose block sizes fit every target, and the first values of its tensors.

import type { LabConfig } from "../../config";
import type { OftParametrisation } from "../../engine/engine";
import { sizeOf } from "../../engine/layout";
import type { LlamaConfig } from "../../engine/llamaConfig";
import { adapterSpecs } from "../../engine/theta";
import { ConfigError } from "../../errors";
import type { LocalText } from "../../localText";
import type { OftAdapter } from "./adapter";
import { inputSizes, linearTargets } from "./targets";

export type OftOptions = Pick<LabConfig, "oftRank" | "oftBlockSize" | "oftTarget" | "useCayleyNeumann" | "numCayleyNeumannTerms">;

/** Blocks per layer (`rank`) or inputs per block; exactly one is above 0. */
export interface OftSizes {
  readonly rank: number;
  readonly blockSize: number;
}

/** The divisor of `size` nearest to `wanted`; of two equally near ones the smaller. */
export function nearestDivisor(size: number, wanted: number): number {
  let nearest = 1;
  for (let divisor = 2; divisor <= size; divisor++)
    if (size % divisor === 0 && Math.abs(divisor - wanted) < Math.abs(nearest - wanted)) nearest = divisor;
  return nearest;
}

/** @throws ConfigError unless exactly one of the two sizes is above 0. */
export function checkOftSizes({ rank, blockSize }: OftSizes): void {
  if (rank > 0 === blockSize > 0)
    throw new ConfigError(
      `OFT: expected exactly one of rank and block size above 0 (their product is the layer's inputs), got rank ${rank} and block size ${blockSize}. Set one of them to 0.`,
    );
}

/**
 * Each target's block size: as asked for, or from the nearest divisor of its inputs, with one warning for every input size that
 * made that necessary (fact sheet 6.4).
 * @throws ConfigError unless exactly one of rank and block size is above 0.
 */
export function oftTargets(
  config: LlamaConfig,
  names: readonly string[],
  sizes: OftSizes,
): { targets: OftParametrisation["targets"]; warnings: LocalText[] } {
  checkOftSizes(sizes);
  const wanted = sizes.rank > 0 ? sizes.rank : sizes.blockSize;
  const inputs = inputSizes(config, names);
  const adjusted = [...new Set(inputs)].filter((into) => nearestDivisor(into, wanted) !== wanted);
  const targets = names.map((name, i) => {
    const into = inputs[i] as number;
    const fitting = nearestDivisor(into, wanted);
    return { name, blockSize: sizes.rank > 0 ? into / fitting : fitting };
  });
  return { targets, warnings: adjusted.map((into) => adjustment(sizes, into, nearestDivisor(into, wanted))) };
}

/**
 * A new adapter: every rotation starts as the identity (all numbers 0).
 * @throws ConfigError on unknown targets, or unless exactly one of rank and block size is above 0.
 */
export function newOft(config: LlamaConfig, options: OftOptions): { adapter: OftAdapter; warnings: readonly LocalText[] } {
  const sizes = { rank: options.oftRank, blockSize: options.oftBlockSize };
  const { targets, warnings } = oftTargets(config, linearTargets(config, options.oftTarget, "oftTarget"), sizes);
  const cayley = cayleyOf(options.useCayleyNeumann, options.numCayleyNeumannTerms);
  const parametrisation: OftParametrisation = { kind: "oft", cayley, targets };
  const specs = adapterSpecs(config, parametrisation);
  const tensors = new Map(specs.map(({ name, shape }) => [name, { shape, data: new Float32Array(sizeOf(shape)) }]));
  return { adapter: { kind: "oft", parametrisation, ...sizes, tensors }, warnings };
}

export function cayleyOf(useCayleyNeumann: boolean, terms: number): OftParametrisation["cayley"] {
  return useCayleyNeumann ? { kind: "neumann", terms } : { kind: "exact" };
}

function adjustment({ rank, blockSize }: OftSizes, into: number, fitting: number): LocalText {
  return rank > 0
    ? {
        en: `OFT: ${rank} blocks do not divide ${into} inputs; layers with ${into} inputs get ${fitting} blocks.`,
        vi: `OFT: ${rank} khối không chia hết ${into} đầu vào; các lớp có ${into} đầu vào dùng ${fitting} khối.`,
      }
    : {
        en: `OFT: block size ${blockSize} does not divide ${into} inputs; layers with ${into} inputs get blocks of ${fitting}.`,
        vi: `OFT: kích thước khối ${blockSize} không chia hết ${into} đầu vào; các lớp có ${into} đầu vào dùng khối cỡ ${fitting}.`,
      };
}
