// `lab train`: one PPO run with figures before and after, checkpoints on request, progress on stderr and one JSON line on stdout.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { LabConfig } from "../config";
import { ConfigError } from "../errors";
import { inspectRun } from "../gates/inspection";
import { readPromptDataset } from "../interop/promptDataset";
import type { ReadFile } from "../model/modelFolder";
import { checkpointFiles, checkpointSource, loadCheckpoint, resumeRun } from "../ppo/checkpoint";
import type { ResumeState } from "../ppo/checkpointState";
import type { PromptInput } from "../ppo/prompts";
import { EMPTY_RUN_LOG, logStep, type RunLog } from "../ppo/runLog";
import { initialTrainerState, type TrainerState } from "../ppo/trainerState";
import { type PpoRun, preparePpo } from "../ppo/workflow";
import { answerPrompts, mean, measureSamples, type SampleFigures } from "../pretrain/measure";
import type { StepRecord } from "../records";
import type { RewardSample } from "../reward/rewardModel";
import { scenarioById } from "../scenarios/catalogue";
import type { ScenarioPrompt } from "../scenarios/scenario";
import type { LabArguments } from "./labArguments";
import { createNodeEngine, readPublicFile } from "./nodeFiles";
import {
  type Measured,
  type Pair,
  reportJson,
  reportTable,
  type StepSummary,
  summarise,
  type TrainReport,
  trainReport,
} from "./trainReport";

/** Samples behind every before-and-after figure. */
const FIGURE_SAMPLES = 256;
/** `draw` numbers of the measured samples; PPO steps stay far below. The same before and after. */
const Draw = { train: 1_000_000, heldout: 1_000_001, hard: 1_000_002 } as const;
/** What the memory gate allows: the address space of WebAssembly. */
const MEMORY_LIMIT_BYTES = 2 ** 32;

/** A run's report and what the policy wrote on held-out prompts before and after it. */
export interface TrainOutcome {
  readonly report: TrainReport;
  readonly samples: Pair<readonly RewardSample[]>;
}

export async function runTrain(given: LabArguments): Promise<void> {
  const { report } = await trainAndMeasure(given);
  process.stdout.write(given.json ? `${reportJson(report)}\n` : reportTable(report));
}

/** Model files lie under public/; a path that begins with ./, ../ or / is taken as it stands. */
const readModelFile: ReadFile = (path) => (/^\.{0,2}\//.test(path) ? readFile(path) : readPublicFile(path));

/** One whole run under the given options, or the rest of one from a checkpoint; progress goes to stderr. */
export async function trainAndMeasure(asked: LabArguments): Promise<TrainOutcome> {
  const resumed = asked.resume === null ? null : await loadCheckpoint(readModelFile, asked.resume);
  const given = resumed ? resumedArguments(asked, resumed) : asked;
  const { scenario, config } = given;
  const prompts = given.prompts === null ? null : await readPrompts(given.prompts);
  const engine = await createNodeEngine(given.engine);
  try {
    const source = { config, scenario, engine, readFile: readModelFile, ...(prompts ? { prompts } : {}) };
    await passGates(source);
    const run = await preparePpo({ ...source, api: { consent: given.allowOrigin, apiKey: process.env["API_KEY"] ?? null } });
    for (const warning of run.warnings) progress(`warning: ${warning.en}`);
    const state = resumed ? await resumeRun(run, scenario.id, resumed) : initialTrainerState(config);
    progress(
      `${scenario.id}: ${run.sizes.totalSteps - state.step} PPO steps of ${run.sizes.batchSize} samples on ${given.engine}, ` +
        `policy ${config.finetuningType}, reward ${config.rewardModelType}, seed ${config.seed}`,
    );
    const before = await measure(given, run);
    const started = process.uptime();
    const steps = await trainToTheEnd(given, run, state, resumed?.log ?? EMPTY_RUN_LOG);
    const secondsPerStep = (process.uptime() - started) / steps.length;
    const after = await measure(given, run);
    run.dispose();
    const report = trainReport({
      run: {
        scenario: scenario.id,
        preset: given.preset,
        policy: config.finetuningType,
        reward: config.rewardModel === "" ? config.rewardModelType : config.rewardModel,
        seed: config.seed,
        engine: given.engine,
      },
      steps,
      secondsPerStep,
      measured: { before: before.figures, after: after.figures },
      heldoutSamples: after.samples.length,
      initKlCoef: config.initKlCoef,
    });
    return { report, samples: { before: before.samples, after: after.samples } };
  } finally {
    engine.dispose();
  }
}

/** Everything that makes the run comes from the checkpoint; only its length may be new. */
function resumedArguments(asked: LabArguments, { scenario, state }: ResumeState): LabArguments {
  const maxSteps = asked.steps ?? state.config.maxSteps;
  state.config = { ...state.config, maxSteps };
  return { ...asked, scenario: scenarioById(scenario), config: state.config };
}

async function readPrompts(path: string): Promise<readonly PromptInput[]> {
  const { rows, dropped } = readPromptDataset(await readFile(path, "utf8"));
  for (const { reason, count, firstRow } of dropped)
    progress(`warning: ${path}: ${count} rows left out from row ${firstRow} on: ${reason.en}`);
  return rows;
}

/** @throws ConfigError when a gate stops the run. */
async function passGates(source: Omit<Parameters<typeof inspectRun>[0], "memoryLimitBytes">): Promise<void> {
  const reports = await inspectRun({ ...source, memoryLimitBytes: MEMORY_LIMIT_BYTES });
  for (const { id, verdict, finding } of reports) if (verdict === "warn") progress(`gate ${id}: ${finding.en}`);
  const stops = reports.filter(({ verdict }) => verdict === "stop");
  if (stops.length > 0) throw new ConfigError(stops.map(({ id, finding }) => `Gate ${id}: ${finding.en}`).join(" "));
}

async function trainToTheEnd(given: LabArguments, run: PpoRun, state: TrainerState, logSoFar: RunLog): Promise<StepSummary[]> {
  const { save } = given;
  const source = save ? await checkpointSource(readModelFile, given.scenario) : null;
  const write = async (folder: string, log: RunLog): Promise<void> => {
    if (source) for (const [name, bytes] of await checkpointFiles(run, source, state, log)) await writeAt(join(folder, name), bytes);
  };
  let log = logSoFar;
  const steps: StepSummary[] = [];
  const control = { tokensPerBlock: Number.POSITIVE_INFINITY, watchMinibatches: false, detail: null, pendingConfig: null };
  for await (const event of run.train(control, state)) {
    if (event.phase !== "step") continue;
    steps.push(summarise(event.record));
    log = logStep(log, event.record, state.config);
    progress(stepLine(event.record));
    if (save && save.everySteps > 0 && state.step % save.everySteps === 0) await write(join(save.folder, `checkpoint-${state.step}`), log);
  }
  if (save) await write(save.folder, log);
  return steps;
}

async function writeAt(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function stepLine(record: StepRecord): string {
  const { proxy, kl, clipfrac } = summarise(record);
  const gold = record.gold ? ` gold ${mean(record.gold.gold).toFixed(3)}` : "";
  const evaluated = record.evaluation
    ? ` | held-out gold ${record.evaluation.heldout.gold?.toFixed(3)} hard ${record.evaluation.hard.gold?.toFixed(3)}`
    : "";
  return (
    `step ${record.step + 1}/${record.totalSteps} proxy ${proxy.toFixed(3)}${gold} kl ${kl.toFixed(3)} ` +
    `coef ${record.klCoef.toFixed(4)} clip ${clipfrac.toFixed(4)} loss ${(record.stats["ppo/loss/total"] ?? Number.NaN).toFixed(4)} ` +
    `${(record.seconds["total"] ?? 0).toFixed(2)} s${evaluated}`
  );
}

async function measure({ scenario, config }: LabArguments, { policy, tokenizer, rewardModel }: PpoRun) {
  const answer = (prompts: readonly ScenarioPrompt[], draw: number, template: LabConfig["template"]) =>
    answerPrompts({ policy, tokenizer, scenario, config: { ...config, template }, draw }, prompts.slice(0, FIGURE_SAMPLES));
  const figures = (samples: readonly RewardSample[]): Promise<SampleFigures> => measureSamples(samples, scenario, tokenizer, rewardModel);
  const { template, evalTemplate } = config;
  const heldout = scenario.heldoutPrompts();
  const samples = await answer(heldout, Draw.heldout, template);
  const measured: Measured = {
    train: await figures(await answer(scenario.trainPrompts(), Draw.train, template)),
    heldout: await figures(samples),
    hard: await figures(await answer(scenario.hardPrompts(), Draw.hard, template)),
    evalTemplate: evalTemplate === template ? null : await figures(await answer(heldout, Draw.heldout, evalTemplate)),
  };
  return { figures: measured, samples };
}
