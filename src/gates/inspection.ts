// All gates of a run that is about to start: options, scenario and files in, one result per gate out. Nothing is trained or sent.

import { type LabConfig, type TemplateName, withDefaults } from "../config";
import type { Engine } from "../engine/engine";
import type { LlamaConfig } from "../engine/llamaConfig";
import { ADAPTER_CONFIG_FILE, parseAdapterConfig } from "../model/adapters/adapterConfig";
import { baseHash } from "../model/adapters/baseHash";
import { loadModelFolder, loadTokenizerFolder, type ReadFile } from "../model/modelFolder";
import type { Tokenizer } from "../model/tokenizer";
import { tokenizerDifferences } from "../model/tokenizerMatch";
import { loadPolicyStart } from "../ppo/policyStart";
import { type PromptInput, tokenisePrompts } from "../ppo/prompts";
import { responseLimit } from "../ppo/rollout";
import type { RewardEntry, Scenario } from "../scenarios/scenario";
import { adviceGate } from "./adviceGate";
import { batchGate } from "./batchGate";
import { memoryGate, type MemoryPart } from "./memoryGate";
import { rewardModelGate } from "./rewardModelGate";
import { samplingGate } from "./samplingGate";
import { type Rendering, templateGate } from "./templateGate";
import { vocabularyGate, type VocabularyView } from "./vocabularyGate";

export interface InspectionInputs {
  readonly config: LabConfig;
  readonly scenario: Scenario;
  readonly readFile: ReadFile;
  readonly engine: Pick<Engine, "estimateMemory">;
  /** What the engine can hold. */
  readonly memoryLimitBytes: number;
  /** Trained on instead of the scenario's prompts. */
  readonly prompts?: readonly PromptInput[];
}

export type GateReport =
  | ReturnType<typeof vocabularyGate>
  | ReturnType<typeof templateGate>
  | ReturnType<typeof rewardModelGate>
  | ReturnType<typeof batchGate>
  | ReturnType<typeof memoryGate>
  | ReturnType<typeof samplingGate>
  | ReturnType<typeof adviceGate>;

/** Rows that a rollout generates together. */
const ROLLOUT_ROWS = 128;
/** How every shipped model was trained. */
const MODEL_TEMPLATE: TemplateName = "chat";

/** @throws CheckpointError on missing or damaged files; ConfigError on options that no gate covers. */
export async function inspectRun(inputs: InspectionInputs): Promise<readonly GateReport[]> {
  const { config, scenario, readFile } = inputs;
  const tokenizer = await loadTokenizerFolder(readFile, scenario.policy);
  const prompts = inputs.prompts ?? scenario.trainPrompts();
  const entry = askedEntry(scenario, config);
  return [
    await inspectVocabulary(inputs, tokenizer, entry),
    inspectTemplate(inputs, tokenizer),
    await inspectReward(inputs, entry),
    batchGate(config, prompts.length),
    await inspectMemory(inputs, tokenizer, prompts, entry),
    samplingGate(config),
    adviceGate(config, withDefaults(scenario.defaults)),
  ];
}

function askedEntry({ rewardModels }: Scenario, { rewardModel, rewardModelType }: LabConfig): RewardEntry | null {
  const ofType = rewardModels.filter(({ type }) => type === rewardModelType);
  return (rewardModel === "" ? ofType[0] : ofType.find(({ id }) => id === rewardModel)) ?? null;
}

async function inspectVocabulary({ config, scenario, readFile }: InspectionInputs, tokenizer: Tokenizer, entry: RewardEntry | null) {
  const sampleText = scenario.renderPrompt(scenario.trainPrompts()[0] ?? { text: "" }, config.template);
  const own = entry === null || entry.type === "rule" ? null : await loadTokenizerFolder(readFile, entry.folder);
  return vocabularyGate({
    sampleText,
    policy: viewOf(tokenizer, sampleText),
    reward: own && viewOf(own, sampleText),
    differences: own ? tokenizerDifferences(tokenizer, own) : [],
    allowMismatch: config.allowVocabularyMismatch,
  });
}

function viewOf(tokenizer: Tokenizer, sampleText: string): VocabularyView {
  const { vocabSize, bosTokenId, eosTokenId, padTokenId } = tokenizer;
  return {
    tokens: Array.from({ length: vocabSize }, (_, id) => tokenizer.tokenText(id)),
    special: { bos: bosTokenId, eos: eosTokenId, pad: padTokenId },
    sample: Array.from(tokenizer.encode(sampleText)),
  };
}

function inspectTemplate({ config, scenario }: InspectionInputs, tokenizer: Tokenizer) {
  const prompt = scenario.heldoutPrompts()[0] ?? { text: "" };
  const rendering = (template: TemplateName): Rendering => {
    const text = scenario.renderPrompt(prompt, template);
    return { template, text, tokens: Array.from(tokenizer.encode(text), (id) => tokenizer.tokenText(id)) };
  };
  return templateGate({ training: rendering(config.template), evaluation: rendering(config.evalTemplate), modelTemplate: MODEL_TEMPLATE });
}

async function inspectReward({ config, scenario, readFile }: InspectionInputs, entry: RewardEntry | null) {
  const isAdapter = entry?.type === "lora" || entry?.type === "oft";
  const folder = entry === null || entry.type === "rule" ? null : entry.folder;
  const exists = (file: string) =>
    readFile(`${folder}/${file}`).then(
      () => true,
      () => false,
    );
  const stated = isAdapter ? parseAdapterConfig(new TextDecoder().decode(await readFile(`${folder}/${ADAPTER_CONFIG_FILE}`))) : null;
  const policyBase =
    isAdapter && config.finetuningType === entry.type ? baseHash((await loadPolicyStart(readFile, scenario.policy, config)).weights) : null;
  return rewardModelGate({
    type: config.rewardModelType,
    asked: config.rewardModel,
    found: entry?.id ?? null,
    finetuningType: config.finetuningType,
    available: scenario.rewardModels.map(({ id, type }) => ({ id, type })),
    trainedOnBase: stated?.baseHash ?? null,
    policyBase,
    hasHead: folder !== null && (await exists("value_head.safetensors")),
  });
}

async function inspectMemory(inputs: InspectionInputs, tokenizer: Tokenizer, prompts: readonly PromptInput[], entry: RewardEntry | null) {
  const { config, scenario, readFile, engine, memoryLimitBytes } = inputs;
  const start = await loadPolicyStart(readFile, scenario.policy, config);
  const longest = tokenisePrompts(scenario, prompts, tokenizer, config).reduce((length, ids) => Math.max(length, ids.length), 0);
  const seq = longest + Math.max(1, responseLimit(config, longest));
  const batch = Math.max(config.perDeviceTrainBatchSize, ROLLOUT_ROWS);
  const part = (name: MemoryPart["name"], model: LlamaConfig, trainable: typeof start.parametrisation | null): MemoryPart => ({
    name,
    bytes: engine.estimateMemory({ config: model, trainable, batch, seq }),
  });
  const parts = [part("policy", start.config, start.parametrisation)];
  if (start.adapter === null) parts.push(part("reference", start.config, null));
  if (entry?.type === "full")
    parts.push(part("rewardModel", (await loadModelFolder(readFile, entry.folder, { requireValueHead: false })).config, null));
  return memoryGate(parts, memoryLimitBytes);
}
