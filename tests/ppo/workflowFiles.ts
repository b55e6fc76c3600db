// A scenario of bare words with all its folders in memory: base model, reward network, reward adapters, SFT adapters.

import type { NamedTensors } from "../../src/engine/layout";
import { saveAdapterFolder } from "../../src/model/adapterFolder";
import { type Adapter, valueHeadOf } from "../../src/model/adapters/adapter";
import { newLora } from "../../src/model/adapters/lora";
import { newOft } from "../../src/model/adapters/oft";
import { initialWeights } from "../../src/model/initialWeights";
import { saveModelFolder } from "../../src/model/modelFolder";
import type { RewardEntry, Scenario } from "../../src/scenarios/scenario";
import { filesReader, LORA, OFT, randomised } from "../model/adapters/adapterCases";
import { TINY_MODEL } from "./tinyRun";

const encode = (text: string) => new TextEncoder().encode(text);
const SPECIAL = ["<bos>", "<eos>", "<pad>"];

function tokenizerFiles(words: readonly string[]): Map<string, Uint8Array> {
  const all = [...SPECIAL, ...words];
  const added = SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const definition = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab: Object.fromEntries(all.map((word, id) => [word, id])), unk_token: "<pad>" },
  };
  const settings = { tokenizer_class: "PreTrainedTokenizerFast", bos_token: "<bos>", eos_token: "<eos>", pad_token: "<pad>" };
  return new Map([
    ["tokenizer.json", encode(JSON.stringify(definition))],
    ["tokenizer_config.json", encode(JSON.stringify(settings))],
  ]);
}

const words = (count: number, letter = "w") => Array.from({ length: count }, (_, i) => `${letter}${i}`);
const weightsOf = (seed: number, vocabSize = 20) =>
  initialWeights({ ...TINY_MODEL, vocabSize }, seed, { padTokenId: null, initializerRange: 0.3 });

export const BASE_WEIGHTS = weightsOf(1);
const head = valueHeadOf(weightsOf(8));

/** Path to bytes; tests copy it before they change it. */
export const FILES = new Map<string, Uint8Array>();
function add(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [name, bytes] of files) FILES.set(`${folder}/${name}`, bytes);
}
function addModel(folder: string, weights: NamedTensors, vocabulary: readonly string[]): void {
  const config = { ...TINY_MODEL, vocabSize: vocabulary.length + SPECIAL.length };
  add(folder, saveModelFolder(config, weights, { dtype: "F32", tokenIds: { bosTokenId: 0, eosTokenIds: [1], padTokenId: 2 } }));
  add(folder, tokenizerFiles(vocabulary));
}
function addAdapter(folder: string, adapter: Adapter, weights: NamedTensors, withHead = true): void {
  const base = { config: TINY_MODEL, weights };
  add(folder, saveAdapterFolder(adapter, { base, baseName: "policy", valueHead: withHead ? head : null, dtype: "F32" }));
}

addModel("policy", BASE_WEIGHTS, words(17));
FILES.delete("policy/value_head.safetensors");
addModel("reward", weightsOf(2), words(17));
addModel("reference", weightsOf(6), words(17));
addModel("larger", weightsOf(3, 23), words(20));
addModel("smaller", weightsOf(4, 15), words(12));
addModel("renamed", weightsOf(5), words(17, "x"));

export const SFT = randomised(newLora(TINY_MODEL, { ...LORA, loraRank: 2 }, 1), 21);
export const SECOND = randomised(newLora(TINY_MODEL, { ...LORA, loraTarget: "up_proj" }, 1), 22);
addAdapter("sft", SFT, BASE_WEIGHTS);
addAdapter("headless", SFT, BASE_WEIGHTS, false);
addAdapter("reward-lora", randomised(newLora(TINY_MODEL, { ...LORA, loraRank: 4 }, 1), 23, 0.3), BASE_WEIGHTS);
addAdapter("reward-oft", randomised(newOft(TINY_MODEL, OFT).adapter, 24, 0.3), BASE_WEIGHTS);
addAdapter("reward-headless", randomised(newLora(TINY_MODEL, LORA, 1), 25), BASE_WEIGHTS, false);
addAdapter("reward-stranger", randomised(newLora(TINY_MODEL, LORA, 1), 26), weightsOf(9));
/** Trained on another base than the policy's, as an adapter for a merged base is. */
export function addAdapterOn(folder: string, adapter: Adapter, weights: NamedTensors): void {
  addAdapter(folder, adapter, weights);
}
export const HEAD = head;

export const reader = (files: ReadonlyMap<string, Uint8Array> = FILES) => filesReader(files);

const note = { en: "", vi: "" };
const folderEntry = (type: "full" | "lora" | "oft", folder: string): RewardEntry => ({ id: folder, type, folder, note });

export const SCENARIO: Scenario = {
  id: "words",
  about: note,
  defaults: {},
  referencePreset: {},
  referencePresetNote: "",
  skeletonOf: (text) => text,
  trainPrompts: () => Array.from({ length: 20 }, (_, i) => ({ text: `w${i % 17}` })),
  heldoutPrompts: () => [{ text: "w16" }, { text: "w3 w4" }],
  hardPrompts: () => [{ text: "w1 w2 w3" }],
  renderPrompt: ({ text }, template) => (template === "chat" ? `<bos> ${text} w1` : text),
  judge: ({ queryText, responseText, ended }) => ({
    gold: queryText.startsWith("<bos>") && !responseText.includes("<") ? 1 : 0,
    parts: { ended: ended ? 1 : 0 },
  }),
  rewardModels: [
    folderEntry("full", "reward"),
    folderEntry("full", "larger"),
    folderEntry("full", "smaller"),
    folderEntry("full", "renamed"),
    folderEntry("lora", "reward-lora"),
    folderEntry("lora", "reward-headless"),
    folderEntry("lora", "reward-stranger"),
    folderEntry("oft", "reward-oft"),
    { id: "ends", type: "rule", note, score: ({ ended }) => (ended ? 1 : 0) },
    { id: "length", type: "rule", note, score: ({ responseText }) => responseText.length },
  ],
  policy: "policy",
};
