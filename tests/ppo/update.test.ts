// The minibatch schedule, seen by a policy that only writes down what it is asked to do.

import { describe, expect, it } from "vitest";
import type { LabConfig } from "../../src/config";
import type { AdamWStep, EngineModel } from "../../src/engine/engine";
import { rightPad } from "../../src/engine/tokenBatch";
import type { LossHead, LossResult } from "../../src/loss/lossHead";
import { ppoLoss } from "../../src/loss/ppoLoss";
import type { Experience } from "../../src/ppo/experience";
import { type UpdateOutcome, updatePolicy } from "../../src/ppo/update";
import type { MinibatchRecord } from "../../src/records";
import { TINY_MODEL, tinyConfig } from "./tinyRun";

const BATCH = 8;
const COLUMNS = 3;

/** Rows of three columns; the value and advantage arrays hold the row number, so that gathered minibatches can be told apart. */
const byRow = Float32Array.from({ length: BATCH * COLUMNS }, (_, i) => Math.floor(i / COLUMNS));
const experience: Experience = {
  batch: rightPad(
    Array.from({ length: BATCH }, (_, row) => Int32Array.of(3, 4, 5, 6 + row)),
    2,
  ),
  mask: new Float32Array(BATCH * COLUMNS).fill(1),
  logprobs: new Float32Array(BATCH * COLUMNS).fill(-1),
  refLogprobs: new Float32Array(BATCH * COLUMNS).fill(-1),
  kl: new Float32Array(BATCH * COLUMNS),
  values: byRow,
  allColumns: false,
};
const advantages = { values: byRow, advantages: byRow, returns: byRow };

interface Log {
  readonly calls: string[];
  readonly heads: LossHead[];
  readonly scales: number[];
  readonly optimizer: AdamWStep[];
}

/** `policyKl(n)`: the policy/policykl of the n-th minibatch. */
function writingPolicy(policyKl: (minibatch: number) => number): { policy: EngineModel; log: Log } {
  const log: Log = { calls: [], heads: [], scales: [], optimizer: [] };
  let losses: LossResult[] = [];
  let steps = 0;
  const refuse = () => Promise.reject(new Error("not part of an update"));
  const policy: EngineModel = {
    config: TINY_MODEL,
    async *generate() {},
    evaluate: refuse,
    scoreLastToken: refuse,
    async accumulate(batch, head, gradScale) {
      const firstColumn = Array.from({ length: batch.batch }, (_, i) => (batch.ids[i * batch.seq + 3] as number) - 6);
      log.calls.push(`accumulate ${firstColumn.join(" ")}`);
      log.heads.push(head);
      log.scales.push(gradScale);
      if (head.kind !== "ppo") throw new Error("expected a PPO head");
      const { result } = ppoLoss(head, { logprobs: head.oldLogprobs, values: head.oldValues, entropies: head.mask });
      losses.push({ ...result, stats: { ...result.stats, "policy/policykl": policyKl(log.heads.length - 1) } });
    },
    async applyAdamW(step) {
      log.calls.push("step");
      log.optimizer.push(step);
      steps++;
    },
    async zeroGradients() {
      log.calls.push("zero");
    },
    async readUpdates() {
      log.calls.push("read");
      const updates = {
        losses,
        steps: Array.from({ length: steps }, (_, i) => ({ gradNorm: i + 1, outcome: "stepped" as const, nonFinite: null })),
      };
      losses = [];
      steps = 0;
      return updates;
    },
    readParameters: refuse,
    readGradients: refuse,
    saveState: refuse,
    addAdapter: refuse,
    setAdapter: refuse,
    createHeadBuffer: refuse,
    storeHead: refuse,
    loadHead: refuse,
    restoreState: refuse,
    dispose() {},
  };
  return { policy, log };
}

const ORDERS = [Int32Array.of(7, 6, 5, 4, 3, 2, 1, 0), Int32Array.of(0, 2, 4, 6, 1, 3, 5, 7)];

async function run(
  changes: Partial<LabConfig>,
  { watch = false, endOfDataloader = false, optimizerSteps = 0, policyKl = (_: number): number => 0 } = {},
): Promise<{ log: Log; records: MinibatchRecord[]; outcome: UpdateOutcome }> {
  const { policy, log } = writingPolicy(policyKl);
  const updates = updatePolicy({
    config: tinyConfig({ perDeviceTrainBatchSize: 2, gradientAccumulationSteps: 2, ppoBufferSize: 2, ...changes }),
    step: 0,
    policy,
    experience,
    advantages,
    learningRate: 0.25,
    endOfDataloader,
    permutation: (epoch) => ORDERS[epoch % 2] as Int32Array,
    optimizerSteps,
    watchMinibatches: () => watch,
  });
  const records: MinibatchRecord[] = [];
  for (;;) {
    const next = await updates.next();
    if (next.done) return { log, records, outcome: next.value };
    records.push(next.value);
  }
}

describe("updatePolicy", () => {
  it("cuts each epoch's permutation into minibatches and steps every second one", async () => {
    const { log, records, outcome } = await run({});
    const firstEpoch = ["accumulate 7 6", "accumulate 5 4", "step", "accumulate 3 2", "accumulate 1 0", "step", "read"];
    const secondEpoch = ["accumulate 0 2", "accumulate 4 6", "step", "accumulate 1 3", "accumulate 5 7", "step", "read"];
    expect(log.calls).toEqual([...firstEpoch, ...secondEpoch]);
    expect(log.scales.every((scale) => scale === 0.5)).toBe(true);
    expect(records.map(({ gradNorm }) => gradNorm)).toEqual([null, 1, null, 2, null, 1, null, 2]);
    expect(outcome).toMatchObject({ epochsRun: 2, optimizerSteps: 4 });
    expect(outcome.minibatches).toEqual(records);
    // K x buffer optimizer steps (fact sheet 2.5).
    expect(log.optimizer.length).toBe(2 * 2);
    expect(log.optimizer.every(({ learningRate }) => learningRate === 0.25)).toBe(true);
  });

  it("hands each minibatch its own rows of every array", async () => {
    const { log } = await run({});
    const [first] = log.heads;
    if (first?.kind !== "ppo") throw new Error("expected a PPO head");
    for (const array of [first.advantages, first.returns, first.oldValues]) expect([...array]).toEqual([7, 7, 7, 6, 6, 6]);
    expect(first).toMatchObject({ cliprange: 0.2, cliprangeValue: 0.2, vfCoef: 0.1, ratioThreshold: 10, allColumns: false });
    expect("valueDropout" in first).toBe(false);
  });

  it("reads after every minibatch when watched, with the same records", async () => {
    const watched = await run({}, { watch: true });
    expect(watched.log.calls.filter((call) => call === "read").length).toBe(8);
    const { records } = await run({});
    expect(watched.records.map(({ rows, gradNorm }) => [...rows, gradNorm === null])).toEqual(
      records.map(({ rows, gradNorm }) => [...rows, gradNorm === null]),
    );
  });

  it("accumulates normally on the last batch of a dataset epoch, every minibatch steps there with quirk Q3", async () => {
    expect((await run({}, { endOfDataloader: true })).outcome.optimizerSteps).toBe(4);
    const quirky = await run({ q3StepEveryMinibatchAtLoaderEnd: true }, { endOfDataloader: true });
    expect(quirky.outcome.optimizerSteps).toBe(8);
    expect(quirky.log.scales.every((scale) => scale === 0.5)).toBe(true);
    expect((await run({ q3StepEveryMinibatchAtLoaderEnd: true })).outcome.optimizerSteps).toBe(4);
  });

  it("clips every optimizer step, with quirk Q1 the first of the run only", async () => {
    const norms = async (changes: Partial<LabConfig>, optimizerSteps: number) =>
      (await run(changes, { optimizerSteps })).log.optimizer.map(({ maxGradNorm }) => maxGradNorm);
    expect(await norms({}, 0)).toEqual([1, 1, 1, 1]);
    expect(await norms({ q1ClipFirstStepOnly: true }, 0)).toEqual([1, null, null, null]);
    expect(await norms({ q1ClipFirstStepOnly: true }, 4)).toEqual([null, null, null, null]);
  });

  it("draws another dropout mask for every minibatch", async () => {
    const { log } = await run({ summaryDropoutProb: 0.1 });
    const keys = log.heads.map((head) => (head.kind === "ppo" ? head.valueDropout?.key : undefined));
    expect(new Set(keys).size).toBe(8);
  });
});

describe("early stopping", () => {
  // targetKl 0.1: the limit is 0.15. The first epoch's minibatches have 0.4, 0.4, 0 and 0: mean 0.2, last 0.
  const options = { earlyStopping: true, targetKl: 0.1 };
  const policyKl = (minibatch: number) => (minibatch < 2 ? 0.4 : 0);

  it("looks at the epoch's mean", async () => {
    const { outcome, log } = await run(options, { policyKl });
    expect(outcome.epochsRun).toBe(1);
    expect(outcome.minibatches.length).toBe(4);
    expect(log.calls.at(-1)).toBe("zero");
  });

  it("with quirk Q30 looks at the last minibatch", async () => {
    expect((await run({ ...options, q30EarlyStopOnLastMinibatch: true }, { policyKl })).outcome.epochsRun).toBe(2);
    const late = await run({ ...options, q30EarlyStopOnLastMinibatch: true }, { policyKl: (n) => (n === 3 ? 0.2 : 0) });
    expect(late.outcome.epochsRun).toBe(1);
  });

  it("needs more than the limit, and the option", async () => {
    expect((await run({ ...options, targetKl: 0.4 }, { policyKl: () => 0.4 })).outcome.epochsRun).toBe(2);
    expect((await run({ targetKl: 0.1 }, { policyKl: () => 9 })).outcome.epochsRun).toBe(2);
    // Signed: moving the other way never stops.
    expect((await run(options, { policyKl: () => -9 })).outcome.epochsRun).toBe(2);
  });
});
