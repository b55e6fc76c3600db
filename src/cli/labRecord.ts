// `lab record`: one PPO run to a replay file that the page plays; progress on stderr, what was written as one line on stdout.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FILE_EXTENSION, isKeyframe, KEPT_ROWS, type ReplayMeta } from "../interop/replayFormat";
import { writeReplay } from "../interop/replayFile";
import { parameterCount } from "../engine/layout";
import type { DetailWish } from "../ppo/alternatives";
import { modelHashes } from "../ppo/modelHashes";
import { preparePpo, type PpoRun } from "../ppo/workflow";
import type { StepRecord } from "../records";
import type { LabArguments } from "./labArguments";
import { createNodeEngine, readPublicFile } from "./nodeFiles";

const DETAIL: DetailWish = { rows: KEPT_ROWS.detailRows, topK: 8 };

export async function runRecord(given: LabArguments): Promise<void> {
  const { scenario, config, engine: engineName } = given;
  const engine = await createNodeEngine(engineName);
  try {
    const run = await preparePpo({ config, scenario, engine, readFile: readPublicFile });
    process.stderr.write(`${scenario.id}: recording ${run.sizes.totalSteps} PPO steps on ${engineName}, seed ${config.seed}\n`);
    const meta = await describeRun(given, run);
    const records = await recordSteps(run);
    run.dispose();
    const file = await writeReplay(meta, records);
    const path = given.out ?? join("public", "recordings", `${scenario.id}${FILE_EXTENSION}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file);
    process.stdout.write(`${path}: ${records.length} steps, ${file.length} bytes\n`);
  } finally {
    engine.dispose();
  }
}

/** Alternatives cost time, so only keyframes have them. */
async function recordSteps(run: PpoRun): Promise<StepRecord[]> {
  const { totalSteps } = run.sizes;
  const detailOf = (step: number): DetailWish | null => (isKeyframe(step, totalSteps) ? DETAIL : null);
  const control = { tokensPerBlock: Number.POSITIVE_INFINITY, watchMinibatches: false, detail: detailOf(0), pendingConfig: null };
  const records: StepRecord[] = [];
  for await (const event of run.train(control)) {
    if (event.phase !== "step") continue;
    records.push(event.record);
    control.detail = detailOf(event.step + 1);
    const { "env/reward_mean": reward = Number.NaN, "objective/kl": kl = Number.NaN } = event.record.stats;
    process.stderr.write(`step ${event.step + 1}/${totalSteps} reward ${reward.toFixed(3)} kl ${kl.toFixed(3)}\n`);
  }
  return records;
}

async function describeRun({ scenario, config, engine }: LabArguments, run: PpoRun): Promise<ReplayMeta> {
  const { totalSteps, batchSize, miniBatchSize } = run.sizes;
  const { version } = JSON.parse(await readFile("package.json", "utf8")) as { readonly version: string };
  return {
    lab: version,
    scenario: scenario.id,
    engine,
    config,
    info: {
      totalSteps,
      batchSize,
      miniBatchSize,
      parameters: parameterCount(run.start.config),
      tokenTexts: Array.from({ length: run.tokenizer.vocabSize }, (_, id) => run.tokenizer.tokenText(id)),
      warnings: run.warnings,
    },
    models: await modelHashes({ start: run.start, scenario, config, readFile: readPublicFile }),
    steps: totalSteps,
    keyframes: Array.from({ length: totalSteps }, (_, step) => step).filter((step) => isKeyframe(step, totalSteps)),
    reducedFrom: null,
    note: "",
  };
}
