import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import {
  checkWeights,
  EMBED_TOKENS,
  LM_HEAD,
  parameterSpecs,
  VALUE_HEAD_BIAS,
  VALUE_HEAD_WEIGHT,
  type NamedTensor,
} from "../../src/engine/layout";
import { CheckpointError } from "../../src/errors";
import { initialWeights } from "../../src/model/initialWeights";
import { loadModelFolder, saveModelFolder, selectWeights, type ReadFile } from "../../src/model/modelFolder";
import { readSafetensors, writeSafetensors } from "../../src/model/safetensors";

const config: LlamaConfig = {
  vocabSize: 35,
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  headDim: 8,
  maxPositionEmbeddings: 64,
  rmsNormEps: 1e-6,
  ropeTheta: 10000,
  ropeScaling: { kind: "none" },
  tieWordEmbeddings: false,
  attentionBias: false,
  mlpBias: false,
};
const tied: LlamaConfig = { ...config, tieWordEmbeddings: true };
const tokenIds = { bosTokenId: null, eosTokenIds: [1], padTokenId: 2 };
const fresh = (of: LlamaConfig) => initialWeights(of, 5, { padTokenId: 2 });

/** Reads from a map as from a folder named `policy`. */
function folderOf(files: Map<string, Uint8Array>): ReadFile {
  return async (path) => {
    const bytes = files.get(path.replace("policy/", ""));
    if (!bytes) throw new Error("no such file");
    return bytes;
  };
}
const load = (files: Map<string, Uint8Array>, requireValueHead = false, valueHeadSeed = 1) =>
  loadModelFolder(folderOf(files), "policy", { requireValueHead, valueHeadSeed });

describe("save then load", () => {
  test.each([
    ["untied", config],
    ["tied, with biases", { ...tied, attentionBias: true, mlpBias: true }],
  ])("F32 is exact: %s", async (_, of) => {
    const weights = fresh(of);
    const loaded = await load(saveModelFolder(of, weights, { dtype: "F32", tokenIds }), true);
    expect(loaded.config).toEqual(of);
    expect(loaded.tokenIds).toEqual(tokenIds);
    expect(loaded.valueHead).toBe("loaded");
    expect([...loaded.weights]).toEqual([...weights]);
  });

  test("F16 halves the file and stays within 2^-11", async () => {
    const weights = fresh(config);
    const half = saveModelFolder(config, weights, { dtype: "F16", tokenIds });
    const loaded = await load(half, true);
    for (const [name, { data }] of weights)
      data.forEach((x, i) =>
        expect(Math.abs(x - (loaded.weights.get(name)?.data[i] ?? NaN))).toBeLessThanOrEqual(Math.abs(x) * 2 ** -11 + 2 ** -25),
      );
  });

  test("the value head has a file of its own", () => {
    const files = saveModelFolder(config, fresh(config), { dtype: "F32", tokenIds });
    expect([...files.keys()]).toEqual(["config.json", "model.safetensors", "value_head.safetensors"]);
    expect([...readSafetensors(files.get("value_head.safetensors") as Uint8Array).tensors.keys()]).toEqual([
      VALUE_HEAD_WEIGHT,
      VALUE_HEAD_BIAS,
    ]);
  });
});

describe("value head", () => {
  const headless = () => {
    const files = saveModelFolder(config, fresh(config), { dtype: "F32", tokenIds });
    files.delete("value_head.safetensors");
    return files;
  };
  test("a reward model without one is refused", async () => {
    await expect(load(headless(), true)).rejects.toThrow(CheckpointError);
    await expect(load(headless(), true)).rejects.toThrow(/value_head\.safetensors/);
  });
  test("a policy without one starts with a fresh head within 1/sqrt(hidden), by seed", async () => {
    const [one, again, other] = await Promise.all([load(headless()), load(headless()), load(headless(), false, 2)]);
    expect(one.valueHead).toBe("fresh");
    expect(one.weights).toEqual(again.weights);
    const head = one.weights.get(VALUE_HEAD_WEIGHT)?.data ?? new Float32Array();
    expect(head).toHaveLength(16);
    expect(head).not.toEqual(other.weights.get(VALUE_HEAD_WEIGHT)?.data);
    // 1/sqrt(16) = 0.25; sixteen uniforms on both sides of zero.
    expect(Math.max(...head.map(Math.abs))).toBeLessThan(0.25);
    expect(Math.min(...head)).toBeLessThan(0);
    expect(Math.max(...head)).toBeGreaterThan(0);
  });
  test("half a head is damaged, not fresh", async () => {
    const files = headless();
    files.set(
      "value_head.safetensors",
      writeSafetensors(new Map([[VALUE_HEAD_WEIGHT, { shape: [1, 16], data: new Float32Array(16) }]]), "F32"),
    );
    await expect(load(files)).rejects.toThrow(/v_head\.summary\.bias/);
  });
  test("inside model.safetensors it is found too", async () => {
    const files = headless();
    files.set("model.safetensors", writeSafetensors(fresh(config), "F32"));
    expect((await load(files, true)).valueHead).toBe("loaded");
  });
});

describe("state dicts", () => {
  test("a recorded run's weights lose the wrapper's prefix", () => {
    const bytes = new Uint8Array(readFileSync(new URL("../golden/runs/full/init.safetensors", import.meta.url)));
    const { tensors } = readSafetensors(bytes);
    const vocabSize = tensors.get("pretrained_model.model.embed_tokens.weight")?.shape[0] ?? 0;
    const weights = selectWeights({ ...config, vocabSize }, tensors);
    expect([...weights.keys()]).toEqual(parameterSpecs(config).map(({ name }) => name));
    expect(weights.get(EMBED_TOKENS)?.data).toEqual(tensors.get("pretrained_model.model.embed_tokens.weight")?.data);
  });
  test("rotary buffers and a tied copy of lm_head are ignored", () => {
    const given: Map<string, NamedTensor> = fresh(tied);
    given.set("model.layers.0.self_attn.rotary_emb.inv_freq", { shape: [4], data: new Float32Array(4) });
    given.set(LM_HEAD, given.get(EMBED_TOKENS) as NamedTensor);
    expect([...selectWeights(tied, given).keys()]).toEqual(parameterSpecs(tied).map(({ name }) => name));
  });
  test.each<[string, (weights: Map<string, NamedTensor>) => void, RegExp]>([
    ["a missing tensor", (weights) => weights.delete("model.norm.weight"), /model\.norm\.weight/],
    ["a missing lm_head", (weights) => weights.delete(LM_HEAD), /lm_head/],
    ["another shape", (weights) => weights.set("model.norm.weight", { shape: [15], data: new Float32Array(15) }), /\[16\], got \[15\]/],
    [
      "an unknown tensor",
      (weights) => weights.set("model.layers.0.mlp.up_proj.bias", { shape: [24], data: new Float32Array(24) }),
      /not part of the model/,
    ],
  ])("%s is refused", (_, change, message) => {
    const weights = fresh(config);
    change(weights);
    expect(() => selectWeights(config, weights)).toThrow(CheckpointError);
    expect(() => selectWeights(config, weights)).toThrow(message);
  });
});

test("a missing or foreign file is named", async () => {
  const files = saveModelFolder(config, fresh(config), { dtype: "F32", tokenIds });
  files.delete("model.safetensors");
  await expect(load(files)).rejects.toThrow(/cannot read model\.safetensors/);
  files.set("model.safetensors", new TextEncoder().encode("<!doctype html><html></html>"));
  await expect(load(files)).rejects.toThrow(CheckpointError);
});

describe("initial weights", () => {
  test("fit the model; norms 1, biases 0, padding row 0, matrices N(0, 0.02)", () => {
    const of = { ...config, attentionBias: true };
    const weights = fresh(of);
    expect(() => checkWeights(of, weights)).not.toThrow();
    expect(new Set(weights.get("model.norm.weight")?.data)).toEqual(new Set([1]));
    expect(new Set(weights.get("model.layers.0.self_attn.q_proj.bias")?.data)).toEqual(new Set([0]));
    const embedding = weights.get(EMBED_TOKENS)?.data ?? new Float32Array();
    expect(new Set(embedding.subarray(32, 48))).toEqual(new Set([0]));
    const matrix = weights.get("model.layers.1.mlp.down_proj.weight")?.data ?? new Float32Array();
    const deviation = Math.sqrt(matrix.reduce((sum, x) => sum + x * x, 0) / matrix.length);
    // 384 draws: the deviation's own standard error is 0.02 / sqrt(768) = 0.0007.
    expect(Math.abs(deviation - 0.02)).toBeLessThan(0.003);
  });
  test("are a function of the seed, and different in every tensor", () => {
    expect(fresh(config)).toEqual(fresh(config));
    const other = initialWeights(config, 6, { padTokenId: 2 });
    const name = "model.layers.0.mlp.up_proj.weight";
    expect(other.get(name)?.data).not.toEqual(fresh(config).get(name)?.data);
    expect(fresh(config).get("model.layers.0.mlp.gate_proj.weight")?.data).not.toEqual(fresh(config).get(name)?.data);
  });
});
