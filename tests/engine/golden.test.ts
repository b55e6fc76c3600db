// Every engine against logits and greedy tokens of a Llama that Hugging Face's own code ran, and against rotations of PEFT's OFT.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, EngineModel } from "../../src/engine/engine";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import { type NamedTensor, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../../src/engine/layout";
import { readSafetensors } from "../../src/model/safetensors";
import { frozen, generateRows } from "./driving";
import { ENGINES } from "./engines";
import { randomWeights } from "./fixtures";

interface Golden {
  readonly input_ids: number[][];
  readonly attention_mask: number[][];
  readonly logits_generation_positions: number[][][];
  readonly last_hidden_post_norm: number[][][];
  readonly greedy_new_tokens_rows0_1: number[][];
}

const folder = new URL("../golden/", import.meta.url);
const golden = JSON.parse(readFileSync(new URL("llama_forward.json", folder), "utf8")) as Golden;
const { tensors } = readSafetensors(readFileSync(new URL("llama_model.safetensors", folder)));
const intermediateSize = tensors.get("model.layers.0.mlp.gate_proj.weight")?.shape[0] as number;

const config: LlamaConfig = {
  vocabSize: 35,
  hiddenSize: 16,
  intermediateSize,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 4,
  maxPositionEmbeddings: 64,
  rmsNormEps: 1e-6,
  ropeTheta: 1e4,
  ropeScaling: { kind: "none" },
  tieWordEmbeddings: false,
  attentionBias: false,
  mlpBias: false,
};

/** The golden model has no value head: one that adds up hidden state j with weight j makes the values check the hidden states. */
const headWeights = Float32Array.from({ length: 16 }, (_, j) => j / 16);
const weights = new Map<string, NamedTensor>([
  ...tensors,
  [VALUE_HEAD_WEIGHT, { shape: [1, 16], data: headWeights }],
  [VALUE_HEAD_BIAS, { shape: [1], data: Float32Array.of(0.5) }],
]);

const SEQ = 6;
/** One more column, which nobody may attend to, so that the last real position has a next-token column too. */
const batch = {
  batch: 3,
  seq: SEQ + 1,
  ids: Int32Array.from(golden.input_ids.flatMap((row) => [...row, 0])),
  start: Int32Array.from(golden.attention_mask, (row) => row.indexOf(1)),
  end: Int32Array.from(golden.attention_mask, (row) => row.lastIndexOf(1) + 1),
};

function logSoftmax(logits: number[]): number[] {
  const largest = Math.max(...logits);
  const normaliser = largest + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - largest), 0));
  return logits.map((z) => z - normaliser);
}

describe.each(ENGINES)("golden Llama on %s", (_, create) => {
  let engine: Engine;
  let model: EngineModel;
  beforeAll(async () => {
    engine = await create();
    model = await frozen(engine, config, weights);
  });
  afterAll(() => engine.dispose());

  test("log-probabilities and hidden states at every real position", async () => {
    const { distribution, values } = await model.evaluate({ batch, columns: new Uint8Array(3 * SEQ).fill(1), distribution: true });
    const largest = Math.max(...golden.logits_generation_positions.flat(2).map(Math.abs));
    let compared = 0;
    for (const [row, mask] of golden.attention_mask.entries())
      for (const [t, real] of mask.entries()) {
        if (real === 0) continue;
        const expected = logSoftmax(golden.logits_generation_positions[row]?.[t] as number[]);
        const start = (row * SEQ + t) * config.vocabSize;
        const worst = Math.max(...expected.map((logprob, v) => Math.abs(logprob - (distribution?.[start + v] as number))));
        expect(worst, `row ${row}, position ${t}`).toBeLessThanOrEqual(1e-5 * largest);
        const hidden = golden.last_hidden_post_norm[row]?.[t] as number[];
        const value = hidden.reduce((sum, h, j) => sum + (h * j) / 16, 0.5);
        expect(Math.abs(value - (values[row * SEQ + t] as number))).toBeLessThan(1e-5);
        compared++;
      }
    expect(compared).toBe(14);
  });

  test("greedy continuations", async () => {
    const prompts = {
      batch: 2,
      seq: SEQ,
      ids: Int32Array.from(golden.input_ids.slice(0, 2).flat()),
      start: batch.start.slice(0, 2),
      end: Int32Array.of(SEQ, SEQ),
    };
    const sampling = { doSample: false, temperature: 1, topK: 0, topP: 1, repetitionPenalty: 1, seed: 0, step: 0, rowOffset: 0 };
    const request = { prompts, maxNewTokens: 6, sampling, stopTokenIds: [], padTokenId: 0, tokensPerBlock: Number.POSITIVE_INFINITY };
    expect(await generateRows(model, request)).toEqual(golden.greedy_new_tokens_rows0_1);
  });
});

/** OFT rotations of PEFT. */
interface GoldenOft {
  readonly in_features: number;
  readonly block_size: number;
  readonly weight: number[][];
  readonly x: number[][];
  readonly neumann5: GoldenRotation;
  readonly neumann3: GoldenRotation;
  readonly exact: GoldenRotation;
}
interface GoldenRotation {
  readonly xR: number[][];
  readonly R: number[][][];
}
const oft = JSON.parse(readFileSync(new URL("oft.json", folder), "utf8")) as GoldenOft;

describe.each(ENGINES)("golden rotations on %s", (_, create) => {
  test.each([
    ["neumann5", { kind: "neumann", terms: 5 }],
    ["neumann3", { kind: "neumann", terms: 3 }],
    ["exact", { kind: "exact" }],
  ] as const)("%s: R and x R", async (kind, cayley) => {
    const engine = await create();
    const { in_features: size, block_size: blockSize, weight, x } = oft;
    const square = { ...config, hiddenSize: size, numHiddenLayers: 1, numAttentionHeads: 2, numKeyValueHeads: 2 };
    const name = "model.layers.0.self_attn.q_proj.weight";
    const ownWeights = new Map(randomWeights(square, 1));
    // W_eff = W R^T, so of the identity it is R^T.
    ownWeights.set(name, {
      shape: [size, size],
      data: Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0)),
    });
    const tensor = { shape: [weight.length, weight[0]?.length as number], data: Float32Array.from(weight.flat()) };
    const model = await engine.createModel({
      label: "oft",
      config: square,
      weights: ownWeights,
      trainable: { kind: "oft", cayley, targets: [{ name, blockSize }] },
      adapter: new Map([["model.layers.0.self_attn.q_proj.oft_R.weight", tensor]]),
    });
    const transposed = (await model.readParameters()).get(name)?.data as Float32Array;
    engine.dispose();
    const r = (i: number, j: number) => transposed[j * size + i] as number;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        const [block, other] = [Math.floor(i / blockSize), Math.floor(j / blockSize)];
        const expected = block === other ? (oft[kind].R[block]?.[i % blockSize]?.[j % blockSize] as number) : 0;
        expect(Math.abs(r(i, j) - expected), `R ${i} ${j}`).toBeLessThan(1e-6);
      }
    for (const [row, values] of x.entries())
      for (let j = 0; j < size; j++) {
        const sum = values.reduce((total, value, i) => total + value * r(i, j), 0);
        expect(Math.abs(sum - (oft[kind].xR[row]?.[j] as number)), `x R ${row} ${j}`).toBeLessThan(2e-6);
      }
  });
});
