// What happens in a phase, sentence by sentence and numbered through the whole PPO step, with this step's numbers.

import type { LabConfig } from "../../src/config";
import type { Responses } from "../inspector/responses";
import { isSpecial } from "../inspector/responses";
import type { StepData } from "../run/stepData";
import type { NumberWriter } from "../strings/numbers";
import type { Translate } from "../strings/strings";
import type { StepPhase } from "../view/viewState";
import { advantageMoments } from "./gae";
import { meanResponseKl } from "./meanResponseKl";
import { phaseKnown } from "./phases";

export interface Caption {
  /** From 1 through all phases. */
  readonly number: number;
  readonly text: string;
}

export interface CaptionInputs {
  readonly step: StepData;
  readonly responses: Responses;
  /** Row and token looked at, minibatch by its place in the step. */
  readonly row: number;
  readonly token: number;
  readonly minibatch: number;
  readonly config: LabConfig;
  readonly tokenTexts: readonly string[];
  readonly t: Translate;
  readonly numbers: NumberWriter;
}

type Write = (inputs: CaptionInputs) => readonly string[];

const PHASE_CAPTIONS: Readonly<Record<StepPhase, Write>> = { rollout, score, advantages, update };
/** Number of each phase's first caption. */
const FIRST: Readonly<Record<StepPhase, number>> = { rollout: 1, score: 3, advantages: 6, update: 9 };

/** Empty while the phase has not begun. */
export function captionsOf(phase: StepPhase, inputs: CaptionInputs): readonly Caption[] {
  if (!phaseKnown(inputs.step, phase)) return [];
  return PHASE_CAPTIONS[phase](inputs).map((text, i) => ({ number: FIRST[phase] + i, text }));
}

function rollout({ responses, row, token, config, tokenTexts, t, numbers }: CaptionInputs): string[] {
  const rows = Array.from({ length: responses.count }, (_, i) => responses.ids(i));
  const ended = rows.filter((ids) => isSpecial(tokenTexts[ids.at(-1) ?? -1])).length;
  const counts = { ended: numbers.whole(ended), total: numbers.whole(responses.count) };
  const where = { row: numbers.whole(row + 1), token: numbers.whole(token + 1) };
  const limit = config.maxNewTokens > 0 ? numbers.whole(config.maxNewTokens) : "–";
  if (responses.growing) return [t("walk.caption.picks", where), t("walk.caption.ending", counts)];
  const end = ended === responses.count ? t("walk.caption.endedAll", counts) : t("walk.caption.ended", { ...counts, limit });
  return [t("walk.caption.picked", counts), end];
}

function score({ step, t, numbers }: CaptionInputs): string[] {
  const { scoring } = step;
  if (scoring === null) return [];
  const count = scoring.scores.length;
  const mean = (array: Float32Array): number => array.reduce((sum, x) => sum + x, 0) / count;
  return [
    t("walk.caption.scores", { mean: numbers.value(mean(scoring.scores)) }),
    t("walk.caption.kl", { kl: numbers.value(meanResponseKl(step)) }),
    t("walk.caption.rewards", { beta: numbers.value(scoring.klCoef) }),
  ];
}

function advantages({ step, config, t, numbers }: CaptionInputs): string[] {
  const moments = advantageMoments(step);
  const baseline = { valueHead: "walk.caption.values", batchMean: "walk.caption.batchMean", none: "walk.caption.noBaseline" } as const;
  return [
    t(baseline[config.baseline]),
    t("walk.caption.gae", { lam: numbers.value(config.lam), gamma: numbers.value(config.gamma) }),
    ...(moments === null
      ? []
      : [t("walk.caption.whiten", { mean: numbers.value(moments.mean), deviation: numbers.value(moments.deviation) })]),
  ];
}

function update({ step, minibatch, config, t, numbers }: CaptionInputs): string[] {
  const shown = step.minibatches[minibatch] ?? step.minibatches.at(-1);
  if (shown === undefined) return [];
  const { epoch, index, rows, meanRatio, stats, gradNorm, skipped } = shown;
  const limit = config.maxGradNorm;
  const texts = [
    t("walk.caption.minibatch", {
      epoch: numbers.whole(epoch + 1),
      index: numbers.whole(index + 1),
      rows: numbers.whole(rows.length),
      ratio: numbers.precise(meanRatio),
    }),
    skipped
      ? t("walk.caption.skipped", { limit: numbers.value(config.ratioThreshold) })
      : t("walk.caption.clip", { share: numbers.percent(stats["policy/clipfrac"]), cliprange: numbers.value(config.cliprange) }),
  ];
  if (gradNorm === null) return [...texts, t("walk.caption.accumulates")];
  const norm = numbers.value(gradNorm);
  const cut = limit !== null && gradNorm > limit;
  return [...texts, cut ? t("walk.caption.cutGradient", { norm, limit: numbers.value(limit) }) : t("walk.caption.gradient", { norm })];
}
