// npm run bench: one whole PPO step on every engine that runs in Node, side by side in one process; medians of warm steps.

import { parseArgs } from "node:util";
import { type LabConfig, withDefaults } from "../config";
import type { LlamaConfig } from "../engine/llamaConfig";
import { PROBE_CONFIG } from "../engine/probe";
import { ConfigError } from "../errors";
import { initialWeights } from "../model/initialWeights";
import type { Tokenizer } from "../model/tokenizer";
import { train } from "../ppo/trainer";
import { RandomSource, Stream } from "../random";
import type { StepRecord } from "../records";
import { fullReward } from "../reward/fullReward";
import { matmulGflops } from "./benchMatmul";
import { createNodeEngine, NODE_ENGINES, type NodeEngineName } from "./nodeFiles";

/** Config S: the size all engines are compared at. */
const MODEL: LlamaConfig = { ...PROBE_CONFIG, vocabSize: 300 };
const BATCH = 32;
const PROMPT_TOKENS = 17;
const NEW_TOKENS = 24;
const SEED = 1;

/** Steps run before the clock counts, and steps it counts. */
const STEPS: Readonly<Record<NodeEngineName, { readonly warm: number; readonly timed: number }>> = {
  wasm: { warm: 3, timed: 11 },
  "tfjs-wasm": { warm: 1, timed: 3 },
  "tfjs-cpu": { warm: 0, timed: 1 },
};

interface EngineTimes {
  readonly rolloutMs: number;
  readonly scoreMs: number;
  readonly refMs: number;
  readonly evalMs: number;
  /** One of the `ppoEpochs` updates of a step: forward, loss, backward, AdamW. */
  readonly updateMs: number;
  readonly ppoStepMs: number;
  /** Generated tokens per second of a whole PPO step. */
  readonly tokensPerSecond: number;
  /** The engine's matrix product at [1024, 64] x [64, 256]. */
  readonly gflops: number;
}

/** A tokenizer of bare ids. Its EOS lies outside the vocabulary, so every response runs to its full length. */
const tokenizer: Tokenizer = {
  vocabSize: MODEL.vocabSize,
  bosTokenId: null,
  eosTokenId: MODEL.vocabSize,
  padTokenId: 0,
  stopTokenIds: [],
  encode: (text) => Int32Array.from(text.split(" "), Number),
  decode: (ids) => Array.from(ids).join(" "),
  tokenText: String,
};

function benchConfig(steps: number): LabConfig {
  return withDefaults({
    seed: SEED,
    perDeviceTrainBatchSize: BATCH,
    ppoEpochs: 4,
    maxSteps: steps,
    temperature: 1,
    topK: 0,
    topP: 1,
    maxNewTokens: NEW_TOKENS,
    learningRate: 1e-4,
  });
}

async function timeEngine(name: NodeEngineName): Promise<EngineTimes> {
  const { warm, timed } = STEPS[name];
  const engine = await createNodeEngine(name);
  const weights = (seed: number) => initialWeights(MODEL, seed, { padTokenId: null });
  const policy = await engine.createModel({ label: "policy", config: MODEL, weights: weights(1), trainable: { kind: "full" } });
  const reference = await engine.createModel({ label: "reference", config: MODEL, weights: weights(1), trainable: null });
  const reward = await engine.createModel({ label: "reward model", config: MODEL, weights: weights(2), trainable: null });
  const source = new RandomSource(SEED, Stream.corpus);
  const prompts = Array.from({ length: BATCH }, () =>
    Int32Array.from({ length: PROMPT_TOKENS }, () => 1 + source.below(MODEL.vocabSize - 1)),
  );
  const records: StepRecord[] = [];
  const run = train({
    config: benchConfig(warm + timed),
    policy,
    reference,
    rewardModel: fullReward(reward, tokenizer.padTokenId),
    tokenizer,
    prompts,
    evaluation: null,
    judge: null,
    control: { tokensPerBlock: Infinity, watchMinibatches: false, detail: null, pendingConfig: null },
  });
  for await (const event of run) if (event.phase === "step") records.push(event.record);
  engine.dispose();

  const ms = (phase: string) => median(records.slice(warm).map((record) => (record.seconds[phase] as number) * 1000));
  const ppoStepMs = ms("total");
  return {
    rolloutMs: ms("rollout"),
    scoreMs: ms("score"),
    refMs: ms("reference"),
    evalMs: ms("evaluate"),
    updateMs: ms("update") / 4,
    ppoStepMs,
    tokensPerSecond: (BATCH * NEW_TOKENS * 1000) / ppoStepMs,
    gflops: await matmulGflops(name),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}

const COLUMNS = ["rolloutMs", "scoreMs", "refMs", "evalMs", "updateMs", "ppoStepMs", "tokensPerSecond", "gflops"] as const;

function table(engines: Readonly<Partial<Record<NodeEngineName, EngineTimes>>>): string {
  const rows = Object.entries(engines).map(([name, times]) => [name, ...COLUMNS.map((column) => times[column].toFixed(1))]);
  const lines = [["engine", ...COLUMNS], ...rows].map((cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(10) : cell.padStart(16))).join(""),
  );
  const wasm = engines.wasm;
  const ratios = Object.entries(engines)
    .filter(([name]) => wasm && name !== "wasm")
    .map(
      ([name, times]) =>
        `wasm is ${(times.ppoStepMs / (wasm as EngineTimes).ppoStepMs).toFixed(1)} times as fast as ${name} on a whole PPO step`,
    );
  return [...lines, ...ratios].join("\n");
}

function parseEngines(words: readonly string[]): { engines: readonly NodeEngineName[]; json: boolean } {
  const { values } = parseArgs({ args: [...words], options: { json: { type: "boolean" }, engine: { type: "string", multiple: true } } });
  const unknown = values.engine?.find((name) => !NODE_ENGINES.some((known) => known === name));
  if (unknown !== undefined) throw new ConfigError(`--engine: expected one of ${NODE_ENGINES.join(", ")}, got ${unknown}.`);
  return {
    engines: NODE_ENGINES.filter((name) => values.engine === undefined || values.engine.includes(name)),
    json: values.json ?? false,
  };
}

try {
  const { engines: names, json } = parseEngines(process.argv.slice(2));
  const engines: Partial<Record<NodeEngineName, EngineTimes>> = {};
  for (const name of names) {
    process.stderr.write(`${name}: ${STEPS[name].timed} timed PPO step(s) ...\n`);
    engines[name] = await timeEngine(name);
  }
  const config = { ...MODEL, batch: BATCH, miniBatchSize: BATCH, ppoEpochs: 4, promptTokens: PROMPT_TOKENS, newTokens: NEW_TOKENS };
  process.stdout.write(`${json ? JSON.stringify({ config, engines }) : table(engines)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
