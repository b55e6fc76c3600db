// The PPO epochs of one step: experience and advantages go in, the policy is trained, one record per minibatch comes out.

import { type LabConfig, quirksOf } from "../config";
import type { EngineModel, StepResult } from "../engine/engine";
import { takeColumns, takeRows } from "../engine/tokenBatch";
import { NonFiniteError, ShapeError } from "../errors";
import type { PpoLossHead, PpoLossResult } from "../loss/lossHead";
import { hashKey, Stream } from "../random";
import type { MinibatchRecord } from "../records";
import type { Advantages } from "./advantages";
import type { Experience } from "./experience";
import { adamWStep } from "./optimizer";

/** Early stopping fires above this multiple of `targetKl`. */
const TARGET_KL_FACTOR = 1.5;

export interface UpdateInputs {
  readonly config: LabConfig;
  readonly step: number;
  readonly policy: EngineModel;
  readonly experience: Experience;
  readonly advantages: Advantages;
  readonly learningRate: number;
  /** This PPO batch is the last of its dataset epoch (quirk Q3). */
  readonly endOfDataloader: boolean;
  /** Order in which a PPO epoch visits the batch rows, [batch]. */
  readonly permutation: (epoch: number) => Int32Array;
  /** Optimizer steps of the run before this PPO step (quirk Q1). */
  readonly optimizerSteps: number;
  /** Read results after every minibatch instead of once per epoch. */
  readonly watchMinibatches: () => boolean;
}

export interface UpdateOutcome {
  readonly minibatches: readonly MinibatchRecord[];
  readonly epochsRun: number;
  /** Optimizer steps of the run after this PPO step. */
  readonly optimizerSteps: number;
}

/** A minibatch handed to the engine whose results were not read yet. */
interface Pending {
  readonly epoch: number;
  readonly index: number;
  readonly rows: Int32Array;
  readonly stepped: boolean;
}

/**
 * K epochs over the batch in minibatches, gradients averaged over `gradientAccumulationSteps` of them per optimizer step
 * (fact sheet 5.7). Old log-probabilities, values and advantages stay those of the rollout.
 * @throws NonFiniteError when a loss or gradient is not finite; the caller restores the policy.
 */
export async function* updatePolicy(inputs: UpdateInputs): AsyncGenerator<MinibatchRecord, UpdateOutcome, void> {
  const { config, step, policy, experience } = inputs;
  const quirks = quirksOf(config);
  const { batch } = experience.batch;
  const miniBatchSize = config.perDeviceTrainBatchSize;
  const accumulation = config.gradientAccumulationSteps;
  const stepEveryMinibatch = quirks.stepEveryMinibatchAtLoaderEnd && inputs.endOfDataloader;
  const minibatches: MinibatchRecord[] = [];
  let optimizerSteps = inputs.optimizerSteps;
  let epochsRun = 0;
  for (let epoch = 0; epoch < config.ppoEpochs; epoch++) {
    const order = inputs.permutation(epoch);
    let pending: Pending[] = [];
    const epochRecords: MinibatchRecord[] = [];
    for (let index = 0; index * miniBatchSize < batch; index++) {
      const rows = order.slice(index * miniBatchSize, (index + 1) * miniBatchSize);
      const head = lossHead(inputs, rows, hashKey(config.seed, Stream.dropout, step, batch + epoch * batch + index));
      await policy.accumulate(takeRows(experience.batch, rows), head, 1 / accumulation);
      const stepped = stepEveryMinibatch || (index + 1) % accumulation === 0;
      if (stepped) await policy.applyAdamW(adamWStep(config, inputs.learningRate, optimizerSteps++));
      pending.push({ epoch, index, rows, stepped });
      const epochEnds = (index + 1) * miniBatchSize >= batch;
      if (!inputs.watchMinibatches() && !epochEnds) continue;
      const records = await readRecords(policy, pending, step);
      pending = [];
      for (const record of records) {
        epochRecords.push(record);
        yield record;
      }
    }
    epochsRun++;
    minibatches.push(...epochRecords);
    if (config.earlyStopping && policyKl(epochRecords, quirks.earlyStopOnLastMinibatch) > TARGET_KL_FACTOR * config.targetKl) {
      await policy.zeroGradients();
      break;
    }
  }
  return { minibatches, epochsRun, optimizerSteps };
}

function lossHead({ config, experience, advantages }: UpdateInputs, rows: Int32Array, dropoutKey: number): PpoLossHead {
  const columns = experience.batch.seq - 1;
  return {
    kind: "ppo",
    mask: takeColumns(experience.mask, rows, columns),
    oldLogprobs: takeColumns(experience.logprobs, rows, columns),
    oldValues: takeColumns(advantages.values, rows, columns),
    advantages: takeColumns(advantages.advantages, rows, columns),
    returns: takeColumns(advantages.returns, rows, columns),
    cliprange: config.cliprange,
    cliprangeValue: config.cliprangeValue,
    // Without a critic nobody reads the value head: its loss would only move the network that it shares with the policy.
    vfCoef: config.baseline === "valueHead" ? config.vfCoef : 0,
    ratioThreshold: config.ratioThreshold,
    allColumns: experience.allColumns,
    ...(config.summaryDropoutProb > 0 ? { valueDropout: { probability: config.summaryDropoutProb, key: dropoutKey } } : {}),
  };
}

/** What the engine did since the last read, one record per pending minibatch. */
async function readRecords(policy: EngineModel, pending: readonly Pending[], step: number): Promise<MinibatchRecord[]> {
  const { losses, steps } = await policy.readUpdates();
  const stepCount = pending.filter(({ stepped }) => stepped).length;
  if (losses.length !== pending.length || steps.length !== stepCount)
    throw new ShapeError(
      `Update: expected results of ${pending.length} minibatches and ${stepCount} optimizer steps, got ${losses.length} and ${steps.length}. Nobody else may train the policy meanwhile.`,
    );
  const remaining = steps.values();
  return pending.map(({ epoch, index, rows, stepped }, i) => {
    const loss = losses[i];
    if (loss?.kind !== "ppo")
      throw new ShapeError(`Update: expected the result of a PPO loss, got ${loss?.kind}. Read updates before PPO starts.`);
    const result = stepped ? (remaining.next().value as StepResult) : null;
    checkFinite(loss, result, `PPO step ${step + 1}, epoch ${epoch + 1}, minibatch ${index + 1}`);
    const { stats, ratio, newLogprobs, newValues, meanRatio, skipped } = loss;
    return { epoch, index, rows, stats, ratio, newLogprobs, newValues, meanRatio, skipped, gradNorm: result?.gradNorm ?? null };
  });
}

function checkFinite(loss: PpoLossResult, result: StepResult | null, where: string): void {
  const advice = "The weights from before this step are kept; lower the learning rate or the clip range.";
  if (result?.outcome === "nonFinite") {
    const tensor = result.nonFinite ?? "gradients";
    throw new NonFiniteError(tensor, `${where}: expected finite gradients, got NaN or infinity in ${tensor}. ${advice}`);
  }
  if (!Number.isFinite(loss.stats["loss/total"]))
    throw new NonFiniteError("loss", `${where}: expected a finite loss, got ${loss.stats["loss/total"]}. ${advice}`);
}

/** Signed estimate of KL(old || new) per token that early stopping looks at: the epoch's mean, or its last minibatch (quirk Q30). */
function policyKl(records: readonly MinibatchRecord[], lastOnly: boolean): number {
  const looked = lastOnly ? records.slice(-1) : records;
  return looked.reduce((sum, record) => sum + record.stats["policy/policykl"], 0) / looked.length;
}
