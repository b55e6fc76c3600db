// Gate 4: does the batch arithmetic come out (fact sheet 2.5)?

import { type LabConfig, runSizes, type RunSizes } from "../config";
import type { GateResult } from "./gate";

export interface BatchEvidence {
  readonly prompts: number;
  readonly miniBatchSize: number;
  readonly gradientAccumulationSteps: number;
  readonly ppoBufferSize: number;
  readonly ppoEpochs: number;
  /** Samples of one PPO step. */
  readonly batchSize: number;
  /** Optimizer steps of one PPO step. */
  readonly updatesPerStep: number;
  /** null when no whole batch fits. */
  readonly sizes: RunSizes | null;
  /** Prompts of every pass over the data that no batch takes. */
  readonly dropped: number;
}

/** Fewer samples than this make whitened advantages and the KL estimate mostly noise. */
const SMALL_BATCH = 32;

/** Quirk Q28: with fewer prompts than a batch the reference runs zero steps or ends with a StopIteration. */
export function batchGate(config: LabConfig, promptCount: number): GateResult<"batch", BatchEvidence> {
  const prompts = config.maxSamples === null ? promptCount : Math.min(promptCount, config.maxSamples);
  const miniBatchSize = config.perDeviceTrainBatchSize;
  const { gradientAccumulationSteps, ppoBufferSize, ppoEpochs } = config;
  const batchSize = miniBatchSize * gradientAccumulationSteps * ppoBufferSize;
  const fits = prompts >= batchSize;
  const sizes = fits ? runSizes(config, promptCount) : null;
  const evidence: BatchEvidence = {
    prompts,
    miniBatchSize,
    gradientAccumulationSteps,
    ppoBufferSize,
    ppoEpochs,
    batchSize,
    updatesPerStep: ppoEpochs * ppoBufferSize,
    sizes,
    dropped: fits ? prompts % batchSize : prompts,
  };
  const product = `${miniBatchSize} x ${gradientAccumulationSteps} x ${ppoBufferSize} = ${batchSize}`;
  if (sizes === null)
    return {
      id: "batch",
      verdict: "stop",
      finding: {
        en: `One PPO batch takes ${product} prompts, but there are only ${prompts}. Make the minibatch, the accumulation or the buffer smaller, or add prompts.`,
        vi: `Một lô PPO cần ${product} câu hỏi, nhưng chỉ có ${prompts}. Hãy giảm lô nhỏ, số bước tích luỹ hoặc bộ đệm, hoặc thêm câu hỏi.`,
      },
      evidence,
    };
  if (batchSize < SMALL_BATCH)
    return {
      id: "batch",
      verdict: "warn",
      finding: {
        en: `${product} samples a step are few: advantages, the KL estimate and the rewards' mean will be noisy. Raise ppoBufferSize.`,
        vi: `${product} mẫu mỗi bước là ít: advantage, ước lượng KL và phần thưởng trung bình sẽ rất nhiễu. Hãy tăng ppoBufferSize.`,
      },
      evidence,
    };
  return {
    id: "batch",
    verdict: "pass",
    finding: {
      en: `${product} samples a step, ${evidence.updatesPerStep} optimizer steps on each batch, ${sizes.totalSteps} PPO steps.`,
      vi: `${product} mẫu mỗi bước, ${evidence.updatesPerStep} bước tối ưu trên mỗi lô, ${sizes.totalSteps} bước PPO.`,
    },
    evidence,
  };
}
