// `lab train`: one PPO run with figures before and after, progress on stderr and one JSON line on stdout.

import type { StepRecord } from "../records";
import type { RewardSample } from "../reward/rewardModel";
import type { ScenarioPrompt } from "../scenarios/scenario";
import { answerPrompts, mean, measureSamples, type SampleFigures } from "../pretrain/measure";
import { type PpoRun, preparePpo } from "../ppo/workflow";
import type { LabArguments } from "./labArguments";
import { createNodeEngine, readPublicFile } from "./nodeFiles";

/** Samples behind every before-and-after figure. */
const FIGURE_SAMPLES = 256;
/** KL is averaged over the last steps. */
const FINAL_STEPS = 5;
/** `draw` numbers of the measured samples; PPO steps stay far below. The same before and after. */
const Draw = { train: 1_000_000, heldout: 1_000_001, hard: 1_000_002 } as const;

interface Pair<T> {
  readonly before: T;
  readonly after: T;
}

/** What `--json` prints. gold, sentiment and grammatical lie in [0, 1]; KL in nats per response. */
export interface TrainReport {
  readonly scenario: string;
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
  /** On harder prompts that training never saw. */
  readonly hardGold: Pair<number>;
  /** The judge's parts on held-out prompts; in JSON each under its own name. */
  readonly parts: Readonly<Record<string, Pair<number>>>;
  readonly skeletons: Pair<number>;
  readonly meanLength: Pair<number>;
}

interface Measured {
  readonly train: SampleFigures;
  readonly heldout: SampleFigures;
  readonly hard: SampleFigures;
  /** On held-out prompts, in their order. */
  readonly heldoutSamples: readonly RewardSample[];
}

/** A run's report and what the policy wrote on held-out prompts before and after it. */
export interface TrainOutcome {
  readonly report: TrainReport;
  readonly samples: Pair<readonly RewardSample[]>;
}

export async function runTrain(given: LabArguments): Promise<void> {
  const { report } = await trainAndMeasure(given);
  process.stdout.write(given.json ? `${JSON.stringify(flat(report))}\n` : table(report));
}

/** One whole run of the scenario's models under the given options; progress goes to stderr. */
export async function trainAndMeasure(given: LabArguments): Promise<TrainOutcome> {
  const { scenario, config } = given;
  const engine = await createNodeEngine(given.engine);
  try {
    const run = await preparePpo({ config, scenario, engine, readFile: readPublicFile });
    progress(`${scenario.id}: ${run.sizes.totalSteps} PPO steps of ${run.sizes.batchSize} samples on ${given.engine}, seed ${config.seed}`);
    const before = await measure(given, run);
    const started = process.uptime();
    const steps: StepSummary[] = [];
    for await (const event of run.train({ tokensPerBlock: Number.POSITIVE_INFINITY, watchMinibatches: false, detail: null, pendingConfig: null })) {
      if (event.phase !== "step") continue;
      steps.push(summarise(event.record));
      progress(stepLine(event.record));
    }
    const secondsPerStep = (process.uptime() - started) / steps.length;
    const after = await measure(given, run);
    run.dispose();
    return {
      report: trainReport(given, steps, secondsPerStep, { before, after }),
      samples: { before: before.heldoutSamples, after: after.heldoutSamples },
    };
  } finally {
    engine.dispose();
  }
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The few numbers that the report needs from each step; records are large. */
interface StepSummary {
  readonly kl: number;
  readonly clipfrac: number;
  readonly klCoefAfter: number;
}

const stat = ({ stats }: StepRecord, key: string): number => stats[key] as number;

function summarise(record: StepRecord): StepSummary {
  return { kl: stat(record, "objective/kl"), clipfrac: stat(record, "ppo/policy/clipfrac"), klCoefAfter: record.klCoefAfter };
}

function stepLine(record: StepRecord): string {
  const gold = record.gold ? ` gold ${mean(record.gold.gold).toFixed(3)}` : "";
  return (
    `step ${record.step + 1}/${record.totalSteps} proxy ${mean(record.scores).toFixed(3)}${gold} kl ${stat(record, "objective/kl").toFixed(3)} ` +
    `coef ${record.klCoef.toFixed(4)} clip ${stat(record, "ppo/policy/clipfrac").toFixed(4)} loss ${stat(record, "ppo/loss/total").toFixed(4)} ` +
    `${(record.seconds["total"] ?? 0).toFixed(2)} s`
  );
}

async function measure({ scenario, config }: LabArguments, { policy, tokenizer, rewardModel }: PpoRun): Promise<Measured> {
  const answer = (prompts: readonly ScenarioPrompt[], draw: number) =>
    answerPrompts({ policy, tokenizer, scenario, config, draw }, prompts.slice(0, FIGURE_SAMPLES));
  const figures = (samples: readonly RewardSample[]) => measureSamples(samples, scenario, tokenizer, rewardModel);
  const heldoutSamples = await answer(scenario.heldoutPrompts(), Draw.heldout);
  return {
    train: await figures(await answer(scenario.trainPrompts(), Draw.train)),
    heldout: await figures(heldoutSamples),
    hard: await figures(await answer(scenario.hardPrompts(), Draw.hard)),
    heldoutSamples,
  };
}

function trainReport(
  { scenario, config, engine }: LabArguments,
  records: readonly StepSummary[],
  secondsPerStep: number,
  { before, after }: Pair<Measured>,
): TrainReport {
  const pair = (of: (figures: SampleFigures) => number): Pair<number> => ({ before: of(before.heldout), after: of(after.heldout) });
  return {
    scenario: scenario.id,
    seed: config.seed,
    engine,
    steps: records.length,
    seconds: process.uptime(),
    secondsPerStep,
    proxyBefore: before.train.proxy ?? Number.NaN,
    proxyAfter: after.train.proxy ?? Number.NaN,
    goldBefore: before.train.gold,
    goldAfter: after.train.gold,
    heldoutGoldBefore: before.heldout.gold,
    heldoutGoldAfter: after.heldout.gold,
    klFinal: mean(records.slice(-FINAL_STEPS).map(({ kl }) => kl)),
    clipfracMean: mean(records.map(({ clipfrac }) => clipfrac)),
    klCoefFinal: records.at(-1)?.klCoefAfter ?? config.initKlCoef,
    distinctResponses: after.heldout.distinctResponses,
    heldoutSamples: Math.min(FIGURE_SAMPLES, scenario.heldoutPrompts().length),
    hardGold: { before: before.hard.gold, after: after.hard.gold },
    parts: Object.fromEntries(Object.keys(before.heldout.parts).map((name) => [name, pair(({ parts }) => parts[name] ?? Number.NaN)])),
    skeletons: pair(({ skeletons }) => skeletons),
    meanLength: pair(({ meanLength }) => meanLength),
  };
}

function flat({ parts, ...report }: TrainReport) {
  return { ...report, ...parts };
}

function table(report: TrainReport): string {
  const lines = Object.entries(flat(report)).map(([name, value]) =>
    typeof value === "object" ? `${name.padEnd(20)}${value.before} -> ${value.after}` : `${name.padEnd(20)}${value}`,
  );
  return `${lines.join("\n")}\n`;
}
