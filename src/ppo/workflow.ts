// From a scenario and its options to a run that is ready to train, in the order of LLaMA-Factory's run_ppo.

import { type LabConfig, type RunSizes, runSizes, validateConfig } from "../config";
import type { Engine, EngineModel } from "../engine/engine";
import { ConfigError } from "../errors";
import { loadModelFolder, type ReadFile } from "../model/modelFolder";
import { checkVocabulary, loadTokenizer, type Tokenizer } from "../model/tokenizer";
import type { PhaseEvent } from "../records";
import { fullReward } from "../reward/fullReward";
import type { RewardModel } from "../reward/rewardModel";
import { ruleReward } from "../reward/ruleReward";
import type { Scenario } from "../scenarios/scenario";
import { tokenisePrompts } from "./prompts";
import { train, type TrainerControl } from "./trainer";
import type { TrainerState } from "./trainerState";

/** What is being prepared, in this order. */
export type PreparationStage = "tokenizer" | "prompts" | "policy" | "reference" | "rewardModel";

export interface WorkflowInputs {
  readonly config: LabConfig;
  readonly scenario: Scenario;
  readonly engine: Engine;
  /** Reads a file under the folder that `scenario.models` are relative to. */
  readonly readFile: ReadFile;
  readonly onStage?: (stage: PreparationStage) => void;
}

/** A prepared run; it owns its models. */
export interface PpoRun {
  readonly sizes: RunSizes;
  readonly tokenizer: Tokenizer;
  readonly policy: EngineModel;
  readonly reference: EngineModel;
  readonly rewardModel: RewardModel;
  /** Tokenised training prompts. */
  readonly prompts: readonly Int32Array[];
  /** See trainer.ts. */
  train(control: TrainerControl, state?: TrainerState): AsyncGenerator<PhaseEvent, void, void>;
  /** Frees the models; end the generator first. */
  dispose(): void;
}

/**
 * Loads everything a run needs (fact sheet 1.1).
 * @throws ConfigError on invalid options, too few prompts, or models that do not share a vocabulary; CheckpointError on bad files.
 */
export async function preparePpo({ config, scenario, engine, readFile, onStage }: WorkflowInputs): Promise<PpoRun> {
  validateConfig(config);
  const models: { dispose(): void }[] = [];
  const dispose = () => {
    for (const model of models.splice(0)) model.dispose();
  };
  try {
    // 1. Tokenizer.
    onStage?.("tokenizer");
    const tokenizer = await readTokenizer(readFile, scenario.models.tokenizer);

    // 2. Prompts, rendered by the scenario's chat template.
    onStage?.("prompts");
    const prompts = tokenisePrompts(scenario, scenario.trainPrompts(), tokenizer, config.cutoffLen);
    const sizes = runSizes(config, prompts.length);

    // 3. Policy with value head; a head that is not shipped starts fresh (quirk Q33).
    onStage?.("policy");
    const base = await loadModelFolder(readFile, scenario.models.policy, { requireValueHead: false, valueHeadSeed: config.seed });
    checkVocabulary(tokenizer, base.config);
    const policy = await engine.createModel({ label: "policy", config: base.config, weights: base.weights, trainable: { kind: "full" } });
    models.push(policy);

    // 4. Reference: the same start, frozen.
    onStage?.("reference");
    const reference = await engine.createModel({ label: "reference", config: base.config, weights: base.weights, trainable: null });
    models.push(reference);

    // 5. Reward model.
    onStage?.("rewardModel");
    const rewardModel =
      config.rewardModelType === "rule"
        ? ruleReward((query, response, ended) => scenario.judge(query, response, ended).gold, tokenizer.eosTokenId)
        : await loadReward(engine, readFile, scenario.models.reward, tokenizer, base.config.vocabSize);
    models.push(rewardModel);

    // 6. Trainer.
    return {
      sizes,
      tokenizer,
      policy,
      reference,
      rewardModel,
      prompts,
      train: (control, state) =>
        train({ config, policy, reference, rewardModel, tokenizer, prompts, judge: scenario.judge, control, ...(state ? { state } : {}) }),
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function readTokenizer(readFile: ReadFile, folder: string): Promise<Tokenizer> {
  const read = async (file: string) => new TextDecoder().decode(await readFile(`${folder}/${file}`));
  return loadTokenizer(await read("tokenizer.json"), await read("tokenizer_config.json"));
}

async function loadReward(
  engine: Engine,
  readFile: ReadFile,
  folder: string,
  tokenizer: Tokenizer,
  policyVocabSize: number,
): Promise<RewardModel> {
  const { config, weights } = await loadModelFolder(readFile, folder, { requireValueHead: true });
  if (config.vocabSize !== policyVocabSize)
    throw new ConfigError(
      `The reward model's vocabulary has ${config.vocabSize} tokens, the policy's ${policyVocabSize}; expected the same. Choose models of one tokenizer.`,
    );
  const model = await engine.createModel({ label: "reward model", config, weights, trainable: null });
  return fullReward(model, tokenizer.padTokenId);
}
