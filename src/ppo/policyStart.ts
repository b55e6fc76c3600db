// What the policy starts from: a model folder, adapter folders and the finetuning options in, base weights and trained theta out.

import type { LabConfig } from "../config";
import type { Parametrisation } from "../engine/engine";
import type { NamedTensors } from "../engine/layout";
import type { LlamaConfig } from "../engine/llamaConfig";
import { ConfigError } from "../errors";
import type { LocalText } from "../localText";
import { type AdapterFolder, loadAdapterFolder } from "../model/adapterFolder";
import { type Adapter, valueHeadOf, withValueHead } from "../model/adapters/adapter";
import { freezeParametrisation } from "../model/adapters/freeze";
import { newLora } from "../model/adapters/lora";
import { mergeAdapter } from "../model/adapters/merge";
import { newOft } from "../model/adapters/oft";
import { listOf } from "../model/adapters/targets";
import { initialValueHead } from "../model/initialWeights";
import { loadModelFolder, type ModelFolder, type ReadFile } from "../model/modelFolder";

export interface PolicyStart {
  readonly config: LlamaConfig;
  /** Base weights, with those adapters merged in that are not trained, and the value head that training starts from. */
  readonly weights: NamedTensors;
  readonly parametrisation: Parametrisation;
  /** The trained adapter with its first values; null with full and freeze. */
  readonly adapter: Adapter | null;
  /** Whether the value head came with the model or its last adapter, or starts random (quirk Q33). */
  readonly valueHead: "loaded" | "fresh";
  readonly warnings: readonly LocalText[];
}

/**
 * The order of fact sheet 1.2: base model, adapters merged one after the other, the last one or a new one trained. The value head is
 * looked up in the last adapter's folder if adapters are given, else in the model's (1.1 step 4).
 * @throws ConfigError on options that do not fit the model; CheckpointError on missing or damaged files and adapters of another base.
 */
export async function loadPolicyStart(readFile: ReadFile, folder: string, config: LabConfig): Promise<PolicyStart> {
  const base = await loadModelFolder(readFile, folder, { requireValueHead: false, valueHeadSeed: config.seed });
  switch (config.finetuningType) {
    case "full":
      return { ...plainStart(base), parametrisation: { kind: "full" } };
    case "freeze":
      return { ...plainStart(base), parametrisation: freezeParametrisation(base.config, config) };
    case "oft": {
      const { adapter, warnings } = newOft(base.config, config);
      return { ...plainStart(base), parametrisation: adapter.parametrisation, adapter, warnings };
    }
    case "lora":
      return loraStart(readFile, base, config);
  }
}

function plainStart({ config, weights, valueHead }: ModelFolder): Omit<PolicyStart, "parametrisation"> {
  return { config, weights, valueHead, adapter: null, warnings: [] };
}

async function loraStart(readFile: ReadFile, base: ModelFolder, config: LabConfig): Promise<PolicyStart> {
  const folders = listOf(config.adapterNameOrPath);
  const resumed = config.createNewAdapter ? undefined : folders.at(-1);
  const warnings: LocalText[] = [];
  let { weights } = base;
  let last: AdapterFolder | null = null;
  for (const [i, folder] of folders.entries()) {
    last = await loadAdapterFolder(readFile, folder, { config: base.config, weights });
    warnings.push(...last.warnings);
    const isResumed = resumed !== undefined && i === folders.length - 1;
    if (!isResumed) weights = mergeAdapter(weights, last.adapter);
    else if (last.adapter.kind !== "lora")
      throw new ConfigError(
        `adapterNameOrPath: expected a LoRA adapter to go on with in ${folder}, got OFT. Set createNewAdapter, which merges it and trains a new one.`,
      );
  }
  const adapter = last && resumed !== undefined ? last.adapter : newLora(base.config, config, config.seed);
  if (resumed !== undefined) warnings.push(referenceBefore(resumed));
  const head = last ? (last.valueHead ?? valueHeadOf(initialValueHead(base.config, config.seed))) : valueHeadOf(base.weights);
  return {
    config: base.config,
    weights: withValueHead(weights, head),
    parametrisation: adapter.parametrisation,
    adapter,
    valueHead: last ? (last.valueHead ? "loaded" : "fresh") : base.valueHead,
    warnings,
  };
}

function referenceBefore(folder: string): LocalText {
  return {
    en: `Training goes on with the adapter ${folder}, but the reference policy is the base without it: KL does not start at 0 (quirk Q5). Set createNewAdapter to merge the adapter first.`,
    vi: `Huấn luyện tiếp tục với adapter ${folder}, nhưng chính sách tham chiếu là mô hình gốc không có adapter này: KL không bắt đầu từ 0 (điểm lạ Q5). Hãy bật createNewAdapter để gộp adapter vào trước.`,
  };
}
