// What `lab train` reports: figures before and after a run, how its numbers went step by step, as JSON or as a table.

import { mean, type SampleFigures } from "../pretrain/measure";
import type { StepRecord } from "../records";

/** KL is averaged over the last steps. */
const FINAL_STEPS = 5;

export interface Pair<T> {
  readonly before: T;
  readonly after: T;
}

/** What `--json` prints. Gold and its parts lie in [0, 1]; KL in nats per response. */
export interface TrainReport {
  readonly scenario: string;
  /** Failure preset, with "/twin" behind it for its healthy twin; null without. */
  readonly preset: string | null;
  readonly policy: string;
  readonly reward: string;
  readonly seed: number;
  readonly engine: string;
  readonly steps: number;
  /** Wall time of the process. */
  readonly seconds: number;
  readonly secondsPerStep: number;
  /** On training prompts. */
  readonly proxyBefore: number;
  readonly proxyAfter: number;
  readonly goldBefore: number;
  readonly goldAfter: number;
  /** On prompts that training never saw. */
  readonly heldoutGoldBefore: number;
  readonly heldoutGoldAfter: number;
  readonly klFinal: number;
  readonly clipfracMean: number;
  readonly klCoefFinal: number;
  /** Distinct held-out responses after training, of `heldoutSamples`. */
  readonly distinctResponses: number;
  readonly heldoutSamples: number;
  /** On held-out prompts. */
  readonly heldoutProxy: Pair<number>;
  /** On harder prompts that training never saw. */
  readonly hardGold: Pair<number>;
  /** Held-out prompts rendered by `evalTemplate`; null where that is the training template. */
  readonly evalTemplateGold: Pair<number> | null;
  /** Correlation of proxy and gold over the responses of one step, averaged over the steps in which both vary; null if in none. */
  readonly proxyGoldCorrelation: number | null;
  /** Variance of the advantages before whitening with each baseline on the same records, averaged over the steps. */
  readonly advantageVariance: { readonly valueHead: number; readonly batchMean: number; readonly none: number };
  readonly skeletons: Pair<number>;
  readonly meanLength: Pair<number>;
  /** The judge's parts on held-out prompts; in JSON each under its own name. */
  readonly parts: Readonly<Record<string, Pair<number>>>;
  /** One number per PPO step. */
  readonly series: Readonly<Record<"proxy" | "gold" | "kl" | "klCoef" | "clipfrac" | "length" | "entropy", readonly number[]>>;
}

export interface Measured {
  readonly train: SampleFigures;
  readonly heldout: SampleFigures;
  readonly hard: SampleFigures;
  /** null where evaluation renders prompts as training does. */
  readonly evalTemplate: SampleFigures | null;
}

/** The few numbers that the report needs from each step; records are large. */
export interface StepSummary {
  readonly proxy: number;
  readonly gold: number;
  readonly kl: number;
  readonly klCoef: number;
  readonly klCoefAfter: number;
  readonly clipfrac: number;
  readonly length: number;
  readonly entropy: number;
  readonly correlation: number | null;
  readonly variance: TrainReport["advantageVariance"];
}

export function summarise(record: StepRecord): StepSummary {
  const stat = (key: string): number => record.stats[key] ?? Number.NaN;
  return {
    proxy: mean(record.scores),
    gold: record.gold ? mean(record.gold.gold) : Number.NaN,
    kl: stat("objective/kl"),
    klCoef: record.klCoef,
    klCoefAfter: record.klCoefAfter,
    clipfrac: stat("ppo/policy/clipfrac"),
    length: stat("tokens/responses_len_mean"),
    entropy: stat("ppo/policy/entropy"),
    correlation: record.stats["lab/proxy_gold_correlation"] ?? null,
    variance: {
      valueHead: stat("lab/advantage_variance/value_head"),
      batchMean: stat("lab/advantage_variance/batch_mean"),
      none: stat("lab/advantage_variance/none"),
    },
  };
}

export interface ReportInputs {
  /** What was run on what. */
  readonly run: Pick<TrainReport, "scenario" | "preset" | "policy" | "reward" | "seed" | "engine">;
  readonly steps: readonly StepSummary[];
  readonly secondsPerStep: number;
  readonly measured: Pair<Measured>;
  readonly heldoutSamples: number;
  /** In force when no step was run. */
  readonly initKlCoef: number;
}

export function trainReport({ run, steps, secondsPerStep, measured, heldoutSamples, initKlCoef }: ReportInputs): TrainReport {
  const { before, after } = measured;
  const pair = (of: (figures: SampleFigures) => number): Pair<number> => ({ before: of(before.heldout), after: of(after.heldout) });
  const series = (of: (summary: StepSummary) => number): number[] => steps.map(of);
  const correlations = steps.flatMap(({ correlation }) => (correlation === null ? [] : [correlation]));
  return {
    ...run,
    steps: steps.length,
    seconds: process.uptime(),
    secondsPerStep,
    proxyBefore: before.train.proxy ?? Number.NaN,
    proxyAfter: after.train.proxy ?? Number.NaN,
    goldBefore: before.train.gold,
    goldAfter: after.train.gold,
    heldoutGoldBefore: before.heldout.gold,
    heldoutGoldAfter: after.heldout.gold,
    klFinal: mean(series(({ kl }) => kl).slice(-FINAL_STEPS)),
    clipfracMean: mean(series(({ clipfrac }) => clipfrac)),
    klCoefFinal: steps.at(-1)?.klCoefAfter ?? initKlCoef,
    distinctResponses: after.heldout.distinctResponses,
    heldoutSamples,
    heldoutProxy: pair(({ proxy }) => proxy ?? Number.NaN),
    hardGold: { before: before.hard.gold, after: after.hard.gold },
    evalTemplateGold:
      before.evalTemplate && after.evalTemplate ? { before: before.evalTemplate.gold, after: after.evalTemplate.gold } : null,
    proxyGoldCorrelation: correlations.length === 0 ? null : mean(correlations),
    advantageVariance: {
      valueHead: mean(series(({ variance }) => variance.valueHead)),
      batchMean: mean(series(({ variance }) => variance.batchMean)),
      none: mean(series(({ variance }) => variance.none)),
    },
    skeletons: pair(({ skeletons }) => skeletons),
    meanLength: pair(({ meanLength }) => meanLength),
    parts: Object.fromEntries(Object.keys(before.heldout.parts).map((name) => [name, pair(({ parts }) => parts[name] ?? Number.NaN)])),
    series: {
      proxy: series(({ proxy }) => proxy),
      gold: series(({ gold }) => gold),
      kl: series(({ kl }) => kl),
      klCoef: series(({ klCoef }) => klCoef),
      clipfrac: series(({ clipfrac }) => clipfrac),
      length: series(({ length }) => length),
      entropy: series(({ entropy }) => entropy),
    },
  };
}

/** One line of JSON; the judge's parts stand beside the other figures. */
export function reportJson({ parts, series, ...report }: TrainReport): string {
  return JSON.stringify({ ...report, ...parts, series });
}

export function reportTable({ parts, series: _, ...report }: TrainReport): string {
  const shown = (value: unknown): string => {
    if (typeof value !== "object" || value === null) return String(value);
    return Object.entries(value)
      .map(([name, number]) => `${name} ${String(number)}`)
      .join(", ");
  };
  return Object.entries({ ...report, ...parts })
    .map(([name, value]) => `${name.padEnd(22)}${shown(value)}\n`)
    .join("");
}
