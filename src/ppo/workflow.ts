// From a scenario and its options to a run that is ready to train, in the order of LLaMA-Factory's run_ppo.

import { type LabConfig, type RunSizes, runSizes } from "../config";
import type { Engine, EngineModel } from "../engine/engine";
import { ConfigError } from "../errors";
import type { LocalText } from "../localText";
import { loadModelFolder, loadTokenizerFolder, type ReadFile } from "../model/modelFolder";
import { checkVocabulary, type Tokenizer } from "../model/tokenizer";
import type { PhaseEvent } from "../records";
import type { AdapterWithHead } from "../reward/adapterReward";
import type { RewardModel } from "../reward/rewardModel";
import type { Scenario } from "../scenarios/scenario";
import type { EvaluationPrompts } from "./evaluation";
import { loadPolicyStart, type PolicyStart } from "./policyStart";
import { type PromptInput, tokenisePrompts } from "./prompts";
import { type RewardApiAccess, setUpReward } from "./rewardSetup";
import { type HeldRun, train, type TrainerControl } from "./trainer";
import type { TrainerState } from "./trainerState";
import { usesAdapter, validateWorkflow } from "./validateWorkflow";

/** What is being prepared, in this order. */
export type PreparationStage = "tokenizer" | "prompts" | "policy" | "reference" | "rewardModel";

export interface WorkflowInputs {
  readonly config: LabConfig;
  readonly scenario: Scenario;
  readonly engine: Engine;
  /** Reads a file of the scenario's folders, and of those that the options name. */
  readonly readFile: ReadFile;
  /** Trained on instead of the scenario's prompts. */
  readonly prompts?: readonly PromptInput[];
  /** For reward type `api`. */
  readonly api?: RewardApiAccess;
  readonly onStage?: (stage: PreparationStage) => void;
}

/** A prepared run; it owns its models. */
export interface PpoRun {
  readonly sizes: RunSizes;
  readonly tokenizer: Tokenizer;
  readonly policy: EngineModel;
  /** The policy itself when it trains an adapter: the reference is its base, with adapters off (see experience.ts). */
  readonly reference: EngineModel;
  readonly rewardModel: RewardModel;
  /** Tokenised training prompts. */
  readonly prompts: readonly Int32Array[];
  /** Tokenised by `evalTemplate`; null when evaluation is off. */
  readonly evaluation: EvaluationPrompts | null;
  /** What the policy was made from: base weights, parametrisation, trained adapter. */
  readonly start: PolicyStart;
  /** The reward adapter with its head, with reward types `lora` and `oft`. */
  readonly rewardAdapter: AdapterWithHead | null;
  /** What somebody should know before the run, in the order of preparation. */
  readonly warnings: readonly LocalText[];
  /** See trainer.ts. */
  train(control: TrainerControl, state?: TrainerState, held?: HeldRun): AsyncGenerator<PhaseEvent, void, void>;
  /** Frees the models; end the generator first. */
  dispose(): void;
}

/**
 * Loads everything a run needs (fact sheet 1.1 to 1.5).
 * @throws ConfigError on invalid options, too few prompts, or models that do not share a vocabulary; CheckpointError on bad files;
 * RewardApiError when nobody agreed to ask the reward server.
 */
export async function preparePpo(inputs: WorkflowInputs): Promise<PpoRun> {
  const { config, scenario, engine, readFile, onStage } = inputs;
  const models: { dispose(): void }[] = [];
  const dispose = () => {
    for (const model of models.splice(0)) model.dispose();
  };
  try {
    // 0. Options, before anything is loaded (1.0).
    validateWorkflow(config, inputs.prompts?.length ?? null);

    // 1. Tokenizer (1.1 steps 1 and 2).
    onStage?.("tokenizer");
    const tokenizer = await loadTokenizerFolder(readFile, scenario.policy);

    // 2. Prompts: the first `maxSamples`, rendered by the template, cut to `cutoffLen` (1.1 step 3).
    onStage?.("prompts");
    const chosen = (inputs.prompts ?? scenario.trainPrompts()).slice(0, config.maxSamples ?? undefined);
    const prompts = tokenisePrompts(scenario, chosen, tokenizer, config);
    const evaluation = evaluationSets(scenario, tokenizer, config);
    const sizes = runSizes(config, prompts.length);

    // 3. Policy with adapters and value head (1.1 step 4, 1.2).
    onStage?.("policy");
    const start = await loadPolicyStart(readFile, scenario.policy, config);
    checkVocabulary(tokenizer, start.config);
    const policy = await createPolicy(engine, start);
    models.push(policy);

    // 4. Reference (1.3).
    onStage?.("reference");
    const reference = usesAdapter(config) ? policy : await createReference(inputs, start);
    if (reference !== policy) models.push(reference);

    // 5. Reward model (1.4).
    onStage?.("rewardModel");
    const reward = await setUpReward({ ...inputs, policy, start, tokenizer, api: inputs.api ?? null });
    models.push(reward.model);

    // 6. Trainer (1.5).
    const judge = scenario.judge;
    const parts = { config, policy, reference, rewardModel: reward.model, tokenizer, prompts, evaluation };
    return {
      ...parts,
      sizes,
      start,
      rewardAdapter: reward.adapter,
      warnings: [...start.warnings, ...ignoredReference(config), ...reward.warnings],
      train: (control, state, held) => train({ ...parts, judge, control, ...(state ? { state } : {}), ...(held ? { held } : {}) }),
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

function evaluationSets(scenario: Scenario, tokenizer: Tokenizer, config: LabConfig): EvaluationPrompts | null {
  if (config.evalSteps === 0) return null;
  return {
    heldout: tokenisePrompts(scenario, scenario.heldoutPrompts(), tokenizer, config, config.evalTemplate),
    hard: tokenisePrompts(scenario, scenario.hardPrompts(), tokenizer, config, config.evalTemplate),
  };
}

function createPolicy(engine: Engine, { config, weights, parametrisation, adapter }: PolicyStart): Promise<EngineModel> {
  const label = "policy";
  return engine.createModel({ label, config, weights, trainable: parametrisation, ...(adapter ? { adapter: adapter.tensors } : {}) });
}

/** A frozen network of its own: the model that `refModel` names, else the policy's start. */
async function createReference({ config, engine, readFile }: WorkflowInputs, start: PolicyStart): Promise<EngineModel> {
  const label = "reference";
  if (config.refModel === "") return engine.createModel({ label, config: start.config, weights: start.weights, trainable: null });
  const given = await loadModelFolder(readFile, config.refModel, { requireValueHead: false });
  if (given.config.vocabSize !== start.config.vocabSize)
    throw new ConfigError(
      `refModel: expected a model of the policy's ${start.config.vocabSize} tokens in ${config.refModel}, got one of ${given.config.vocabSize}. Choose a model of the policy's tokenizer.`,
    );
  return engine.createModel({ label, config: given.config, weights: given.weights, trainable: null });
}

function ignoredReference(config: LabConfig): LocalText[] {
  if (config.refModel === "" || !usesAdapter(config)) return [];
  return [
    {
      en: `refModel ${config.refModel} is ignored: with finetuningType ${config.finetuningType} the reference is the policy's base with its adapters off (quirk Q5).`,
      vi: `refModel ${config.refModel} bị bỏ qua: với finetuningType ${config.finetuningType}, tham chiếu là mô hình gốc của chính sách khi tắt adapter (điểm lạ Q5).`,
    },
  ];
}
