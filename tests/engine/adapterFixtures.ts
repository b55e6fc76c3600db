// Adapted models that the oracle and every engine are held against: a network, a parametrisation, random values for theta.

import type { Engine, EngineModel, OftParametrisation, Parametrisation } from "../../src/engine/engine";
import { layerName, type NamedTensor, type NamedTensors, parameterSpecs, sizeOf } from "../../src/engine/layout";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import { thetaSpecs } from "../../src/engine/theta";
import { RandomSource } from "../../src/random";
import { MODELS, randomWeights, WIDE } from "./fixtures";

export interface AdaptedCase {
  readonly config: LlamaConfig;
  readonly parametrisation: Parametrisation;
}

const modelNamed = (name: string) => MODELS[name] as LlamaConfig;
const ODD = modelNamed("odd sizes, grouped queries");
const TIED = modelNamed("tied embeddings, biases, linear rope");
const LLAMA3 = modelNamed("llama3 rope, four heads on two");

/** Every projection of every layer. */
export function allLinear(config: LlamaConfig): string[] {
  return parameterSpecs(config)
    .map(({ name }) => name)
    .filter((name) => name.endsWith("_proj.weight"));
}

/** OFT on every projection; `blocks` gives the block size for the inputs hidden, attention and inner. */
function oftEverywhere(
  config: LlamaConfig,
  cayley: OftParametrisation["cayley"],
  blocks: readonly [number, number, number],
): OftParametrisation {
  const [hidden, attention, inner] = blocks;
  const blockSize = (name: string) => (name.includes("o_proj") ? attention : name.includes("down_proj") ? inner : hidden);
  return { kind: "oft", cayley, targets: allLinear(config).map((name) => ({ name, blockSize: blockSize(name) })) };
}

const neumann = (terms: number) => ({ kind: "neumann", terms }) as const;
const exact = { kind: "exact" } as const;

/** Targets in part, in an order of their own, with a block size for each. */
const OFT_TARGETS: OftParametrisation["targets"] = [
  { name: layerName(1, "mlp.down_proj.weight"), blockSize: 7 },
  { name: layerName(0, "self_attn.q_proj.weight"), blockSize: 5 },
  { name: layerName(0, "self_attn.o_proj.weight"), blockSize: 3 },
  { name: layerName(1, "self_attn.v_proj.weight"), blockSize: 2 },
  { name: layerName(1, "mlp.up_proj.weight"), blockSize: 10 },
];
const oftInPart = (cayley: OftParametrisation["cayley"]): Parametrisation => ({ kind: "oft", cayley, targets: OFT_TARGETS });

const namesOf = (config: LlamaConfig, part: string) =>
  parameterSpecs(config)
    .map(({ name }) => name)
    .filter((name) => name.includes(part));

export const ADAPTED: Readonly<Record<string, AdaptedCase>> = {
  "freeze, last layer": { config: ODD, parametrisation: { kind: "freeze", trained: namesOf(ODD, "layers.1.") } },
  "freeze, parts of what is fused, tied embeddings": {
    config: TIED,
    parametrisation: {
      kind: "freeze",
      trained: [
        "model.embed_tokens.weight",
        "model.norm.weight",
        ...["q_proj.weight", "k_proj.bias", "up_proj.weight", "down_proj.bias"].flatMap((tail) => namesOf(TIED, tail)),
      ],
    },
  },
  "freeze, the value head alone": { config: LLAMA3, parametrisation: { kind: "freeze", trained: [] } },
  "lora, everywhere": { config: ODD, parametrisation: { kind: "lora", rank: 3, scale: 2, targets: allLinear(ODD) } },
  "lora, rank-stabilised, some targets, biases": {
    config: TIED,
    parametrisation: {
      kind: "lora",
      rank: 5,
      scale: 10 / Math.sqrt(5),
      targets: [layerName(1, "mlp.down_proj.weight"), layerName(0, "self_attn.v_proj.weight"), layerName(0, "self_attn.q_proj.weight")],
    },
  },
  "lora, rank 1, one layer": {
    config: LLAMA3,
    parametrisation: {
      kind: "lora",
      rank: 1,
      scale: 0.5,
      targets: [layerName(0, "self_attn.o_proj.weight"), layerName(0, "mlp.gate_proj.weight"), layerName(0, "self_attn.k_proj.weight")],
    },
  },
  "lora, wide": { config: WIDE, parametrisation: { kind: "lora", rank: 8, scale: 2, targets: allLinear(WIDE) } },
  "oft, five terms everywhere": { config: ODD, parametrisation: oftEverywhere(ODD, neumann(5), [5, 3, 7]) },
  "oft, exact everywhere, biases": { config: TIED, parametrisation: oftEverywhere(TIED, exact, [2, 6, 14]) },
  "oft, llama3, blocks of a whole input": { config: LLAMA3, parametrisation: oftEverywhere(LLAMA3, neumann(5), [10, 32, 2]) },
  ...Object.fromEntries(
    [1, 2, 3, 4, 6].map((terms): [string, AdaptedCase] => [
      `oft in part, ${terms} terms`,
      { config: ODD, parametrisation: oftInPart(neumann(terms)) },
    ]),
  ),
  "oft in part, exact": { config: ODD, parametrisation: oftInPart(exact) },
  "oft, wide, five terms": { config: WIDE, parametrisation: oftEverywhere(WIDE, neumann(5), [34, 36, 15]) },
  "oft, wide, exact": { config: WIDE, parametrisation: oftEverywhere(WIDE, exact, [4, 9, 25]) },
};

/** Values of theta: weights of the model where theta holds some, else random adapter tensors that turn or add noticeably. */
export function randomTheta({ config, parametrisation }: AdaptedCase, seed: number): NamedTensors {
  const source = new RandomSource(seed, 80);
  const weights = randomWeights(config, seed);
  return new Map(
    thetaSpecs(config, parametrisation).map(({ name, shape }): [string, NamedTensor] => {
      const scale = name.includes("oft_R") ? 0.5 / Math.sqrt(shape[1] as number) : 0.2;
      return [name, weights.get(name) ?? { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => scale * source.normal()) }];
    }),
  );
}

/** A trained model whose theta is `theta`, on other base weights. */
export async function adapted(
  engine: Engine,
  { config, parametrisation }: AdaptedCase,
  base: NamedTensors,
  theta: NamedTensors,
): Promise<EngineModel> {
  const owned = new Map(base);
  for (const [name, tensor] of theta) if (owned.has(name)) owned.set(name, tensor);
  const hasAdapter = parametrisation.kind === "lora" || parametrisation.kind === "oft";
  return engine.createModel({
    label: "policy",
    config,
    weights: owned,
    trainable: parametrisation,
    ...(hasAdapter ? { adapter: theta } : {}),
  });
}
