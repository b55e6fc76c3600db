// Adapter folders in PEFT's layout: what is written comes back, foreign ones load, unfit ones are refused with the reason.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NamedTensor, NamedTensors } from "../../src/engine/layout";
import { CheckpointError } from "../../src/errors";
import { loadAdapterFolder, saveAdapterFolder } from "../../src/model/adapterFolder";
import type { Adapter } from "../../src/model/adapters/adapter";
import { trainedAdapter, valueHeadOf } from "../../src/model/adapters/adapter";
import { formatAdapterConfig, parseAdapterConfig } from "../../src/model/adapters/adapterConfig";
import { baseHash } from "../../src/model/adapters/baseHash";
import { initialWeights } from "../../src/model/initialWeights";
import { readSafetensors, writeSafetensors } from "../../src/model/safetensors";
import { BASE, filesReader, loraAdapter, MODEL, oftAdapter } from "./adapters/adapterCases";

const head = valueHeadOf(initialWeights(MODEL, 3, { padTokenId: null }));
const save = (adapter: Adapter, options: Partial<Parameters<typeof saveAdapterFolder>[1]> = {}) =>
  saveAdapterFolder(adapter, { base: BASE, baseName: "models/base", valueHead: head, dtype: "F32", ...options });
const load = (files: ReadonlyMap<string, Uint8Array>, base = BASE) =>
  loadAdapterFolder(filesReader(new Map([...files].map(([name, bytes]) => [`adapter/${name}`, bytes]))), "adapter", base);

const jsonOf = (files: ReadonlyMap<string, Uint8Array>) => JSON.parse(new TextDecoder().decode(files.get("adapter_config.json")));
/** The folder with adapter_config.json changed. */
function reconfigured(files: ReadonlyMap<string, Uint8Array>, change: object): Map<string, Uint8Array> {
  return new Map([...files, ["adapter_config.json", new TextEncoder().encode(JSON.stringify({ ...jsonOf(files), ...change }))]]);
}
/** The folder with adapter_model.safetensors changed. */
function rewritten(files: ReadonlyMap<string, Uint8Array>, change: (tensors: NamedTensors) => NamedTensors): Map<string, Uint8Array> {
  const { tensors } = readSafetensors(files.get("adapter_model.safetensors") as Uint8Array);
  return new Map([...files, ["adapter_model.safetensors", writeSafetensors(change(tensors), "F32")]]);
}
const renamed = (rename: (name: string) => string) => (tensors: NamedTensors) =>
  new Map([...tensors].map(([name, tensor]): [string, NamedTensor] => [rename(name), tensor]));

const CASES: readonly [string, Adapter][] = [
  ["LoRA", loraAdapter()],
  ["rsLoRA on some targets", loraAdapter({ loraRank: 4, loraAlpha: 6, useRslora: true, loraTarget: "v_proj,model.layers.1.mlp.up_proj" })],
  ["OFT by block size", oftAdapter({ oftBlockSize: 32 })],
  ["OFT by blocks, exact", oftAdapter({ oftRank: 4, oftBlockSize: 0, useCayleyNeumann: false, oftTarget: "q_proj,down_proj" })],
];

describe("save then load", () => {
  it.each(CASES)("%s comes back exactly", async (_, adapter) => {
    const loaded = await load(save(adapter));
    expect(loaded.adapter).toEqual(adapter);
    expect([...loaded.adapter.tensors.keys()]).toEqual([...adapter.tensors.keys()]);
    expect(loaded.valueHead).toEqual(head);
    // Only block sizes that do not fit are worth a word.
    expect(loaded.warnings.every(({ en }) => en.startsWith("OFT: block size 32"))).toBe(true);
  });

  it("goes without a value head, and through F16", async () => {
    const files = save(loraAdapter(), { valueHead: null, dtype: "F16" });
    expect([...files.keys()]).toEqual(["adapter_config.json", "adapter_model.safetensors"]);
    const loaded = await load(files);
    expect(loaded.valueHead).toBeNull();
    for (const [name, { data }] of loraAdapter().tensors)
      data.forEach((x, i) => expect(loaded.adapter.tensors.get(name)?.data[i]).toBeCloseTo(x, 3));
  });

  it("writes names and fields that PEFT reads", () => {
    const files = save(loraAdapter({ loraTarget: "q_proj" }));
    const names = [...readSafetensors(files.get("adapter_model.safetensors") as Uint8Array).tensors.keys()];
    expect(names[0]).toBe("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight");
    expect(jsonOf(files)).toMatchObject({
      peft_type: "LORA",
      task_type: "CAUSAL_LM",
      base_model_name_or_path: "models/base",
      r: 3,
      lora_alpha: 6,
      use_rslora: false,
      use_dora: false,
      bias: "none",
      target_modules: ["q_proj"],
      modules_to_save: null,
      inference_mode: true,
      ppo_lab_base_hash: baseHash(BASE.weights),
    });
    const oft = save(oftAdapter({ oftTarget: "up_proj" }));
    expect([...readSafetensors(oft.get("adapter_model.safetensors") as Uint8Array).tensors.keys()][0]).toBe(
      "base_model.model.model.layers.0.mlp.up_proj.oft_R.weight",
    );
    expect(jsonOf(oft)).toMatchObject({
      peft_type: "OFT",
      r: 0,
      oft_block_size: 8,
      use_cayley_neumann: true,
      num_cayley_neumann_terms: 5,
      coft: false,
      block_share: false,
    });
    const [, ...headNames] = [...files.keys()];
    expect(headNames).toEqual(["adapter_model.safetensors", "value_head.safetensors"]);
  });
});

describe("a foreign adapter", () => {
  const foreign = (files: ReadonlyMap<string, Uint8Array>, change: object = {}) =>
    reconfigured(files, { ppo_lab_base_hash: undefined, ...change });

  it("loads with a warning that nobody knows its base", async () => {
    const loaded = await load(foreign(save(loraAdapter())));
    expect(loaded.adapter).toEqual(loraAdapter());
    expect(loaded.warnings.map(({ en }) => en).join()).toContain("does not say which base");
  });

  it.each([
    ["plain names", (name: string) => name.replace("base_model.model.", "")],
    ["names in memory", (name: string) => `pretrained_model.${name.replace(/\.weight$/, ".default.weight")}`],
    ["a reward adapter's names", (name: string) => name.replace(/\.weight$/, ".reward.weight")],
  ])("may have %s", async (_, rename) => {
    for (const adapter of [loraAdapter(), oftAdapter()])
      expect((await load(rewritten(save(adapter), renamed(rename)))).adapter).toEqual(adapter);
  });

  it("may lack what has a default, and have fields nobody knows", async () => {
    const bare = { peft_type: "LORA", r: 3, lora_alpha: 6, someday: { use: [1] }, rank_pattern: {}, modules_to_save: [] };
    const files = new Map([...save(loraAdapter()), ["adapter_config.json", new TextEncoder().encode(JSON.stringify(bare))]]);
    expect((await load(files)).adapter).toEqual(loraAdapter());
  });

  it("with OFT from PEFT before 0.18 is warned about, unless it is exact", async () => {
    const texts = async (files: ReadonlyMap<string, Uint8Array>) => (await load(files)).warnings.map(({ en }) => en).join();
    for (const peft_version of [undefined, "0.17.1", "nightly", 17])
      expect(await texts(foreign(save(oftAdapter()), { peft_version }))).toContain("last Cayley-Neumann term");
    for (const peft_version of ["0.18.0", "0.21.0.dev0@main", "1.0"])
      expect(await texts(foreign(save(oftAdapter()), { peft_version }))).not.toContain("Cayley");
    expect(await texts(foreign(save(oftAdapter({ useCayleyNeumann: false })), { peft_version: undefined }))).not.toContain("Cayley");
  });

  it.each<[string, Adapter, object]>([
    ["DoRA", loraAdapter(), { use_dora: true }],
    ["saved modules", loraAdapter(), { modules_to_save: ["lm_head"] }],
    ["biases", loraAdapter(), { bias: "all" }],
    ["a rank pattern", loraAdapter(), { rank_pattern: { q_proj: 4 } }],
    ["an alpha pattern", loraAdapter(), { alpha_pattern: { q_proj: 4 } }],
    ["another rank than its tensors", loraAdapter(), { r: 4 }],
    ["no rank", loraAdapter(), { r: 0 }],
    ["a text as alpha", loraAdapter(), { lora_alpha: "16" }],
    ["another kind than its tensors", loraAdapter(), { peft_type: "OFT", oft_block_size: 8, r: 0 }],
    ["another kind of adapter", loraAdapter(), { peft_type: "IA3" }],
    ["constrained OFT", oftAdapter(), { coft: true }],
    ["shared blocks", oftAdapter(), { block_share: true }],
    ["no block size", oftAdapter(), { oft_block_size: undefined }],
    ["block size and rank", oftAdapter(), { r: 4 }],
    ["another block size than its tensors", oftAdapter(), { oft_block_size: 4 }],
  ])("with %s is refused", async (_, adapter, change) => {
    await expect(load(foreign(save(adapter), change))).rejects.toThrow(CheckpointError);
  });

  it.each<[string, (tensors: NamedTensors) => NamedTensors]>([
    ["a tensor too few", (tensors) => new Map([...tensors].slice(1))],
    [
      "a tensor too many",
      (tensors) => new Map([...tensors, ["base_model.model.lm_head.weight", { shape: [1], data: new Float32Array(1) }]]),
    ],
    ["a target that the base lacks", renamed((name) => name.replace("layers.1", "layers.7"))],
    ["a tensor twice", (tensors) => new Map([...tensors, ...renamed((name) => name.replace(".weight", ".default.weight"))(tensors)])],
    ["no tensors", () => new Map()],
    ["a magnitude vector", renamed((name) => name.replace("lora_A.weight", "lora_magnitude_vector"))],
  ])("with %s is refused", async (_, change) => {
    await expect(load(rewritten(save(loraAdapter()), change))).rejects.toThrow(CheckpointError);
  });

  it("with a head of another size, or files missing, is refused", async () => {
    const short = valueHeadOf(initialWeights({ ...MODEL, hiddenSize: 8 }, 3, { padTokenId: null }));
    await expect(load(save(loraAdapter(), { valueHead: short }))).rejects.toThrow(/value_head\.safetensors.*\[1,16\]/);
    for (const file of ["adapter_config.json", "adapter_model.safetensors"]) {
      const files = save(loraAdapter());
      files.delete(file);
      await expect(load(files)).rejects.toThrow(`cannot read ${file}`);
    }
  });
});

describe("the base's identity", () => {
  const other = { config: MODEL, weights: initialWeights(MODEL, 5, { padTokenId: null, initializerRange: 0.3 }) };

  it("refuses an adapter of another base, and of one with other shapes", async () => {
    await expect(load(save(loraAdapter()), other)).rejects.toThrow(/trained on this base .* got one of another base .*Q34/);
    const wider = { ...MODEL, intermediateSize: 32 };
    const wide = { config: wider, weights: initialWeights(wider, 4, { padTokenId: null }) };
    await expect(load(save(loraAdapter()), wide)).rejects.toThrow(CheckpointError);
  });

  it("is the same for F32 and F16 files, and leaves the value head out", () => {
    const rounded = readSafetensors(writeSafetensors(BASE.weights, "F16")).tensors;
    expect(baseHash(rounded)).toBe(baseHash(BASE.weights));
    expect(baseHash(new Map([...BASE.weights].toReversed()))).toBe(baseHash(BASE.weights));
    expect(baseHash(new Map([...BASE.weights].filter(([name]) => !name.startsWith("v_head."))))).toBe(baseHash(BASE.weights));
    expect(baseHash(BASE.weights)).toMatch(/^[0-9a-f]{32}$/);
  });

  it("changes with any weight", () => {
    const hashes = [...BASE.weights].slice(0, -2).map(([name, { shape, data }]) => {
      const changed = Float32Array.from(data);
      changed[changed.length - 1] = (changed.at(-1) as number) + 0.01;
      return baseHash(new Map([...BASE.weights, [name, { shape, data: changed }]]));
    });
    expect(new Set([...hashes, baseHash(BASE.weights), baseHash(other.weights)]).size).toBe(hashes.length + 2);
  });
});

describe("trained theta", () => {
  it("becomes an adapter again", () => {
    const adapter = loraAdapter({ loraTarget: "q_proj" });
    const theta = new Map([...loraAdapter().tensors, ...BASE.weights]);
    expect(trainedAdapter(MODEL, adapter, theta).tensors).toEqual(
      new Map([...loraAdapter().tensors].filter(([name]) => name.includes("q_proj"))),
    );
    expect(() => trainedAdapter(MODEL, adapter, BASE.weights)).toThrow(CheckpointError);
    expect(() => valueHeadOf(new Map())).toThrow(CheckpointError);
  });
});

describe("adapter_config.json", () => {
  it("never breaks the parser: any text parses or is a CheckpointError", () => {
    const field = fc.constantFrom("peft_type", "r", "lora_alpha", "use_rslora", "use_dora", "bias", "oft_block_size", "use_cayley_neumann");
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom("LORA", "OFT", "none", 0, 4, 1e30, -1, true, null));
    const objects = fc.array(fc.tuple(field, value), { maxLength: 12 }).map((entries) => JSON.stringify(Object.fromEntries(entries)));
    fc.assert(
      fc.property(fc.oneof(objects, fc.string(), fc.json()), (text) => {
        try {
          const { sizes } = parseAdapterConfig(text);
          if (sizes.kind === "lora") expect(sizes.rank >= 1 && sizes.alpha > 0).toBe(true);
          else expect(sizes.rank > 0 !== sizes.blockSize > 0).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("says back what was written", () => {
    const sizes = fc.record({
      loraRank: fc.integer({ min: 1, max: 9 }),
      loraAlpha: fc.integer({ min: 1, max: 99 }),
      useRslora: fc.boolean(),
    });
    fc.assert(
      fc.property(sizes, fc.string(), fc.stringMatching(/^[0-9a-f]{32}$/), (options, baseName, hash) => {
        const adapter = loraAdapter({ ...options, loraTarget: "q_proj" });
        const parsed = parseAdapterConfig(formatAdapterConfig(adapter, { targetModules: ["q_proj"], baseName, baseHash: hash }));
        expect(parsed).toEqual({
          sizes: { kind: "lora", rank: options.loraRank, alpha: options.loraAlpha, useRslora: options.useRslora },
          baseHash: hash,
          warnings: [],
        });
      }),
      { numRuns: 50 },
    );
  });
});
