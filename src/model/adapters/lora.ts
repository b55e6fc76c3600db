// LoRA options to a parametrisation, and the first values of its tensors.

import type { LabConfig } from "../../config";
import type { LoraParametrisation } from "../../engine/engine";
import { type NamedTensor, type NamedTensors, parameterSpecs, sizeOf } from "../../engine/layout";
import type { LlamaConfig } from "../../engine/llamaConfig";
import { adapterSpecs, adapterTensorName } from "../../engine/theta";
import { RandomSource, Stream } from "../../random";
import type { LoraAdapter } from "./adapter";
import { linearTargets } from "./targets";

export type LoraOptions = Pick<LabConfig, "loraRank" | "loraAlpha" | "useRslora" | "loraTarget">;

/** s = alpha / r; rsLoRA: alpha / sqrt(r) (fact sheet 6.3). */
export function loraScale(rank: number, alpha: number, useRslora: boolean): number {
  return alpha / (useRslora ? Math.sqrt(rank) : rank);
}

/**
 * A new adapter: A uniform in (-1/sqrt(in), 1/sqrt(in)), B 0, so that it starts as the identity (fact sheet 6.3). Alpha defaults to
 * twice the rank.
 * @throws ConfigError on unknown targets.
 */
export function newLora(config: LlamaConfig, options: LoraOptions, seed: number): LoraAdapter {
  const { loraRank: rank, useRslora } = options;
  const alpha = options.loraAlpha ?? 2 * rank;
  const targets = linearTargets(config, options.loraTarget, "loraTarget");
  const parametrisation: LoraParametrisation = { kind: "lora", rank, scale: loraScale(rank, alpha, useRslora), targets };
  return { kind: "lora", parametrisation, alpha, useRslora, tensors: initialLora(config, parametrisation, seed) };
}

/** Keeps a target's random numbers apart from those of the weight that it adapts. */
const LORA_A = 1;

/** Each A has a random stream of its own, so its values do not depend on the other targets. */
function initialLora(config: LlamaConfig, parametrisation: LoraParametrisation, seed: number): NamedTensors {
  const places = new Map(parameterSpecs(config).map(({ name }, index) => [adapterTensorName(name, "lora_A"), index]));
  const tensors = new Map<string, NamedTensor>();
  for (const { name, shape } of adapterSpecs(config, parametrisation)) {
    const data = new Float32Array(sizeOf(shape));
    const place = places.get(name);
    if (place !== undefined) {
      const source = new RandomSource(seed, Stream.init, place, LORA_A);
      const bound = 1 / Math.sqrt(shape[1] as number);
      for (let i = 0; i < data.length; i++) data[i] = (2 * source.uniform() - 1) * bound;
    }
    tensors.set(name, { shape, data });
  }
  return tensors;
}
