// Model and adapter folders that nobody exported: whole and fitting, or refused with a sentence.

import fc from "fast-check";
import { test } from "vitest";
import { CheckpointError } from "../../src/errors";
import { loadAdapterFolder, saveAdapterFolder } from "../../src/model/adapterFolder";
import { valueHeadOf } from "../../src/model/adapters/adapter";
import { formatHuggingFaceConfig, parseHuggingFaceConfig } from "../../src/model/huggingFaceConfig";
import { loadModelFolder, saveModelFolder } from "../../src/model/modelFolder";
import { BASE, filesReader, loraAdapter, MODEL, oftAdapter } from "../model/adapters/adapterCases";
import { byteEdits, editBytes, textOf, utf8 } from "./byteEdits";
import { fuzz } from "./fuzz";
import { editJson, hostileJson, jsonEdits } from "./jsonEdits";
import { sameData } from "./sameData";
import { TARGET_TIMEOUT } from "./settings";

const TOKEN_IDS = { bosTokenId: 0, eosTokenIds: [1], padTokenId: 2 };
const LLAMA3 = { kind: "llama3", factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositionEmbeddings: 16 } as const;
const [PLAIN, SCALED] = [MODEL, { ...MODEL, ropeScaling: LLAMA3 }].map(
  (config) => JSON.parse(formatHuggingFaceConfig(config, TOKEN_IDS, "F32")) as object,
);
const CONFIGS = [PLAIN, SCALED, PLAIN, SCALED, { ...PLAIN, rope_scaling: { rope_type: "yarn", factor: 2 } }];
const HEAD = valueHeadOf(BASE.weights);

test("config.json: bent", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "model config.json",
    cases: fc.tuple(fc.nat(CONFIGS.length - 1), fc.oneof({ weight: 9, arbitrary: jsonEdits }, { weight: 1, arbitrary: hostileJson })),
    read: ([which, edits]) => {
      const { config, tokenIds } = parseHuggingFaceConfig(typeof edits === "string" ? edits : editJson(CONFIGS[which], edits));
      const again = parseHuggingFaceConfig(formatHuggingFaceConfig(config, tokenIds, "F32"));
      // As JSON, which has no -0.
      if (JSON.stringify(again) !== JSON.stringify({ config, tokenIds }))
        throw new TypeError("Expected the config to come back as it was.");
      return "read";
    },
    errors: [CheckpointError],
    refusals: {
      "no object": /expected a JSON object/,
      "a field": /^config\.json: expected \w+ to be/,
      RoPE: /expected (RoPE's|the RoPE type|rope_\w+)/,
      "a size": /^config\.json: Model config/,
    },
    accepted: ["read"],
  }),
);

const MODEL_FILES = saveModelFolder(MODEL, BASE.weights, { dtype: "F16", tokenIds: TOKEN_IDS });

test("a model folder: each file damaged, missing or bent", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "model folder",
    cases: fc.record({
      file: fc.constantFrom(...MODEL_FILES.keys()),
      edits: fc.oneof({ weight: 4, arbitrary: byteEdits }, { weight: 1, arbitrary: fc.constant(null) }),
      json: jsonEdits,
    }),
    read: async ({ file, edits, json }) => {
      const files = new Map(MODEL_FILES);
      if (edits === null) files.delete(file);
      else if (file === "config.json") files.set(file, utf8(editJson(CONFIGS[0], json)));
      else files.set(file, editBytes(files.get(file) as Uint8Array, edits));
      const folder = new Map([...files].map(([name, bytes]) => [`model/${name}`, bytes]));
      const { weights } = await loadModelFolder(filesReader(folder), "model", { requireValueHead: true });
      return weights.size === BASE.weights.size ? "read" : "read as another model";
    },
    errors: [CheckpointError],
    refusals: {
      "a missing file": /cannot read|expected a value head/,
      "config.json": /^config\.json/,
      "a damaged file": /The \.safetensors file is damaged/,
      "other tensors": /Weights: /,
    },
    accepted: ["read"],
  }),
);

const ADAPTERS = [loraAdapter(), oftAdapter(), oftAdapter({ oftRank: 4, oftBlockSize: 0 })].map((adapter) =>
  saveAdapterFolder(adapter, { base: BASE, baseName: "models/base", valueHead: HEAD, dtype: "F32" }),
);

test("an adapter folder: each file damaged, missing or bent", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "adapter folder",
    cases: fc.record({
      which: fc.nat(ADAPTERS.length - 1),
      file: fc.constantFrom("adapter_config.json", "adapter_config.json", "adapter_model.safetensors", "value_head.safetensors"),
      edits: fc.oneof({ weight: 6, arbitrary: byteEdits }, { weight: 1, arbitrary: fc.constant(null) }),
      json: jsonEdits,
    }),
    read: async ({ which, file, edits, json }) => {
      const files = new Map(ADAPTERS[which]);
      const bytes = files.get(file) as Uint8Array;
      if (edits === null) files.delete(file);
      else files.set(file, file.endsWith(".json") ? utf8(editJson(JSON.parse(textOf(bytes)), json)) : editBytes(bytes, edits));
      const folder = new Map([...files].map(([name, content]) => [`adapter/${name}`, content]));
      const { adapter, valueHead } = await loadAdapterFolder(filesReader(folder), "adapter", BASE);
      const saved = saveAdapterFolder(adapter, { base: BASE, baseName: "models/base", valueHead, dtype: "F32" });
      const again = await loadAdapterFolder(filesReader(new Map([...saved].map(([name, content]) => [`a/${name}`, content]))), "a", BASE);
      if (!sameData(again.adapter, adapter) || !sameData(again.valueHead, valueHead))
        throw new TypeError("Expected the adapter to come back as it was.");
      return "read";
    },
    errors: [CheckpointError],
    refusals: {
      "a missing file": /cannot read/,
      "adapter_config.json": /^adapter_config\.json/,
      "a damaged file": /The \.safetensors file is damaged/,
      "other tensors": /Weights: |Adapter weights: |^Adapter: /,
      "another base": /got one of another base/,
    },
    accepted: ["read"],
  }),
);
