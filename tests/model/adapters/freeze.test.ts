// Freeze: layers from the end or the start, modules by name, and extra modules with the reference's substring meaning.

import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/errors";
import { type FreezeOptions, freezeParametrisation } from "../../../src/model/adapters/freeze";
import { MODEL } from "./adapterCases";

const config = { ...MODEL, numHiddenLayers: 3 };
const trained = (options: Partial<FreezeOptions>) =>
  freezeParametrisation(config, { freezeTrainableLayers: 2, freezeTrainableModules: "all", freezeExtraModules: "", ...options }).trained;
const layersOf = (names: readonly string[]) => [...new Set(names.map((name) => name.split(".")[2]))];

describe("freeze", () => {
  it.each([
    [2, ["1", "2"]],
    [1, ["2"]],
    [9, ["0", "1", "2"]],
    [-1, ["0"]],
    [-9, ["0", "1", "2"]],
    [0, []],
  ])("%i layers are layers %j", (freezeTrainableLayers, layers) => {
    const names = trained({ freezeTrainableLayers });
    expect(layersOf(names)).toEqual(layers);
    expect(names.length).toBe(layers.length * 9);
  });

  it("trains the named modules of these layers only", () => {
    expect(trained({ freezeTrainableLayers: 1, freezeTrainableModules: "mlp, input_layernorm" })).toEqual([
      "model.layers.2.input_layernorm.weight",
      "model.layers.2.mlp.gate_proj.weight",
      "model.layers.2.mlp.up_proj.weight",
      "model.layers.2.mlp.down_proj.weight",
    ]);
  });

  it("adds extra modules; norm stands for every name with it, as in the reference", () => {
    expect(trained({ freezeTrainableLayers: 0, freezeExtraModules: "embed_tokens,lm_head" })).toEqual([
      "model.embed_tokens.weight",
      "lm_head.weight",
    ]);
    expect(trained({ freezeTrainableLayers: 0, freezeExtraModules: "norm" })).toEqual([
      ...["0", "1", "2"].flatMap((layer) => [
        `model.layers.${layer}.input_layernorm.weight`,
        `model.layers.${layer}.post_attention_layernorm.weight`,
      ]),
      "model.norm.weight",
    ]);
  });

  it.each<Partial<FreezeOptions>>([
    { freezeTrainableModules: "q_proj" },
    { freezeTrainableModules: "embed_tokens" },
    { freezeExtraModules: "mlp" },
    { freezeExtraModules: "v_head" },
    { freezeExtraModules: "all" },
  ])("refuses %j", (options) => expect(() => trained(options)).toThrow(ConfigError));

  it("knows no lm_head with tied embeddings", () => {
    const options = { freezeTrainableLayers: 1, freezeTrainableModules: "all", freezeExtraModules: "lm_head" };
    expect(() => freezeParametrisation({ ...config, tieWordEmbeddings: true }, options)).toThrow(/embed_tokens, norm/);
  });
});
