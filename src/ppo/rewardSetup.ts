// The reward model of a run: options and scenario in, one RewardModel out, whatever its kind (fact sheet 1.4).

import type { LabConfig } from "../config";
import type { Engine, EngineModel } from "../engine/engine";
import { CheckpointError, ConfigError } from "../errors";
import type { LocalText } from "../localText";
import { loadAdapterFolder } from "../model/adapterFolder";
import { loadModelFolder, loadTokenizerFolder, type ReadFile } from "../model/modelFolder";
import { checkVocabulary, type Tokenizer } from "../model/tokenizer";
import { tokenizerDifferences } from "../model/tokenizerMatch";
import { adapterReward, type AdapterWithHead } from "../reward/adapterReward";
import { type ApiAccess, apiReward, type ApiRewardOptions } from "../reward/apiReward";
import { fullReward } from "../reward/fullReward";
import type { RewardModel } from "../reward/rewardModel";
import { ruleReward } from "../reward/ruleReward";
import type { RewardEntry, RewardFolderEntry, Scenario } from "../scenarios/scenario";
import type { PolicyStart } from "./policyStart";

/** What a reward server needs beside the options: consent, key and, in tests, another fetch. Never part of LabConfig. */
export type RewardApiAccess = ApiAccess & Pick<ApiRewardOptions, "fetch" | "limits" | "sleep">;

export interface RewardSetupInputs {
  readonly config: LabConfig;
  readonly scenario: Scenario;
  readonly engine: Engine;
  readonly readFile: ReadFile;
  /** Scores itself with reward kinds `lora` and `oft`. */
  readonly policy: EngineModel;
  readonly start: PolicyStart;
  readonly tokenizer: Tokenizer;
  readonly api: RewardApiAccess | null;
}

export interface RewardSetup {
  readonly model: RewardModel;
  /** With reward kinds `lora` and `oft`. */
  readonly adapter: AdapterWithHead | null;
  readonly warnings: readonly LocalText[];
}

/**
 * The scenario's reward model that the options name, or its first of their type.
 * @throws ConfigError when there is none.
 */
export function rewardEntry({ id, rewardModels }: Scenario, { rewardModel, rewardModelType }: LabConfig): RewardEntry {
  const ofType = rewardModels.filter(({ type }) => type === rewardModelType);
  const found = rewardModel === "" ? ofType[0] : ofType.find((entry) => entry.id === rewardModel);
  if (!found) {
    const known = rewardModels.map((entry) => `${entry.id} (${entry.type})`).join(", ");
    const wanted = rewardModel === "" ? `one of type ${rewardModelType}` : `${rewardModel} of type ${rewardModelType}`;
    throw new ConfigError(
      `Scenario ${id}: expected one of its reward models ${known}, got ${wanted}. Choose rewardModel and rewardModelType from these.`,
    );
  }
  return found;
}

/**
 * @throws ConfigError when there is no such reward model or it has another vocabulary; CheckpointError on missing or damaged files, a
 * missing head (quirk Q12) or an adapter of another base (Q34); RewardApiError before anything is sent.
 */
export async function setUpReward(inputs: RewardSetupInputs): Promise<RewardSetup> {
  const { config, scenario, tokenizer, api } = inputs;
  if (config.rewardModelType === "api") {
    const access: RewardApiAccess = api ?? { consent: null, apiKey: null };
    const rowsPerRequest = config.perDeviceTrainBatchSize;
    return { model: apiReward({ ...access, url: config.rewardModel, tokenizer, rowsPerRequest }), adapter: null, warnings: [] };
  }
  const entry = rewardEntry(scenario, config);
  switch (entry.type) {
    case "rule":
      return { model: ruleReward(entry.score, tokenizer.eosTokenId), adapter: null, warnings: [] };
    case "full":
      return setUpNetwork(inputs, entry);
    case "lora":
    case "oft":
      return setUpAdapter(inputs, entry);
  }
}

async function setUpNetwork(inputs: RewardSetupInputs, { folder }: RewardFolderEntry): Promise<RewardSetup> {
  const { config, engine, readFile, tokenizer } = inputs;
  const network = await loadModelFolder(readFile, folder, { requireValueHead: true });
  const own = await loadTokenizerFolder(readFile, folder);
  checkVocabulary(own, network.config);
  const differences = tokenizerDifferences(tokenizer, own).join("; ");
  if (differences !== "" && !config.allowVocabularyMismatch)
    throw new ConfigError(
      `The reward model ${folder} has another tokenizer than the policy (policy's and reward model's: ${differences}), so its scores would be noise. ` +
        "Choose a reward model of the policy's tokenizer, or set allowVocabularyMismatch to run all the same.",
    );
  const model = await engine.createModel({ label: "reward model", config: network.config, weights: network.weights, trainable: null });
  return {
    model: fullReward(model, tokenizer.padTokenId),
    adapter: null,
    warnings: differences === "" ? [] : [otherTokenizer(folder, differences)],
  };
}

async function setUpAdapter(inputs: RewardSetupInputs, { type, folder }: RewardFolderEntry): Promise<RewardSetup> {
  const { readFile, policy, start, tokenizer } = inputs;
  const { adapter, valueHead, warnings } = await loadAdapterFolder(readFile, folder, start);
  if (adapter.kind !== type)
    throw new CheckpointError(
      `Reward adapter ${folder}: expected type ${type}, got ${adapter.kind}. Set rewardModelType to ${adapter.kind}.`,
    );
  if (!valueHead)
    throw new CheckpointError(
      `Reward model is not correctly loaded. Adapter folder ${folder} has no value_head.safetensors, and without its head an adapter has no scores; choose the folder of a trained reward model.`,
    );
  const loaded = { adapter, head: valueHead };
  return { model: await adapterReward(policy, loaded, tokenizer.padTokenId), adapter: loaded, warnings };
}

function otherTokenizer(folder: string, differences: string): LocalText {
  return {
    en: `The reward model ${folder} has another tokenizer than the policy (${differences}). Its scores are noise: every id means another word to it, and ids beyond its vocabulary are taken modulo its size.`,
    vi: `Mô hình thưởng ${folder} dùng bộ tách từ khác với chính sách (${differences}). Điểm của nó chỉ là nhiễu: mỗi mã từ mang nghĩa khác đối với nó, và mã vượt quá từ vựng được lấy theo phần dư.`,
  };
}
