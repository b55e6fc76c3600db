// Numbers of the run that the explanations mention: `{name}` in a text becomes the run's value.

import type { LabConfig } from "../../src/config";
import type { NumberWriter } from "../strings/numbers";

type Numbers = Pick<NumberWriter, "option" | "value">;

/** Rounds away the tail of 1 + 0.2. */
const tidy = (x: number): number => Number(x.toPrecision(6));

const SLOTS = {
  batch: (config, numbers) => numbers.option(batchOf(config)),
  /** Optimizer steps of one PPO epoch. */
  updates: (config, numbers) => numbers.option(config.ppoBufferSize),
  lower: (config, numbers) => numbers.option(tidy(Math.max(0, 1 - config.cliprange))),
  upper: (config, numbers) => numbers.option(tidy(1 + config.cliprange)),
  /** Largest relative change of the KL coefficient in a step. */
  betaStep: (config, numbers) => `${numbers.value((20 * batchOf(config)) / config.horizon)} %`,
  initKlCoef: (config, numbers) => numbers.option(config.initKlCoef),
  ppoTarget: (config, numbers) => numbers.option(config.ppoTarget),
  horizon: (config, numbers) => numbers.option(config.horizon),
  cliprange: (config, numbers) => numbers.option(config.cliprange),
  cliprangeValue: (config, numbers) => numbers.option(config.cliprangeValue),
  vfCoef: (config, numbers) => numbers.option(config.vfCoef),
  ppoEpochs: (config, numbers) => numbers.option(config.ppoEpochs),
  targetKl: (config, numbers) => numbers.option(config.targetKl),
  ratioThreshold: (config, numbers) => numbers.option(config.ratioThreshold),
  gamma: (config, numbers) => numbers.option(config.gamma),
  lam: (config, numbers) => numbers.option(config.lam),
  temperature: (config, numbers) => numbers.option(config.temperature),
  topP: (config, numbers) => numbers.option(config.topP),
  learningRate: (config, numbers) => numbers.option(config.learningRate),
  maxGradNorm: (config, numbers) => numbers.option(config.maxGradNorm),
} as const satisfies Record<string, (config: LabConfig, numbers: Numbers) => string>;

export const SLOT_NAMES = Object.keys(SLOTS);

function batchOf({ perDeviceTrainBatchSize, gradientAccumulationSteps, ppoBufferSize }: LabConfig): number {
  return perDeviceTrainBatchSize * gradientAccumulationSteps * ppoBufferSize;
}

export function fillSlots(text: string, config: LabConfig, numbers: Numbers): string {
  return text.replace(/\{(\w+)\}/g, (slot, name: string) => (name in SLOTS ? SLOTS[name as keyof typeof SLOTS](config, numbers) : slot));
}
