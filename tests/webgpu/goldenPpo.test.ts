// The PPO loss kernel on the reference's golden minibatch, and against the TypeScript that every other engine uses.

import { expect, test } from "vitest";
import { zeroCounters } from "../../src/engine/counters";
import { findAdapter, openDevice } from "../../src/engine/webgpu/device";
import { ppoLossKernel, STATUS, STATUS_WORDS } from "../../src/engine/webgpu/kernels/lossHeads";
import { Pipelines } from "../../src/engine/webgpu/pipelines";
import { Recorder } from "../../src/engine/webgpu/recorder";
import type { PpoLossHead } from "../../src/loss/lossHead";
import { ppoLoss } from "../../src/loss/ppoLoss";
import { flat, golden, inputs } from "../ppo/goldenUnits";

const HEADER = 4;
const count = inputs.mask.length;
const gae = golden.rewards_gae["kl|whiten=False"];
const base: PpoLossHead = {
  kind: "ppo",
  mask: inputs.mask,
  oldLogprobs: inputs.logprobs,
  oldValues: flat(gae.values),
  advantages: flat(gae.advantages),
  returns: flat(gae.returns),
  cliprange: 0.2,
  cliprangeValue: 0.2,
  vfCoef: 0.1,
  ratioThreshold: 10,
  allColumns: true,
};
const values = flat(golden.loss.vpreds);

/** The kernel's header and, for every column, the slopes by log-probability and value. */
async function runKernel(head: PpoLossHead, logprobs: Float32Array) {
  const adapter = await findAdapter();
  if (typeof adapter === "string") throw new Error(adapter);
  const gpu = await openDevice(adapter);
  const pipelines = new Pipelines(gpu.device);
  await pipelines.compile([ppoLossKernel]);
  const recorder = new Recorder(gpu.device, pipelines, zeroCounters());
  const journal = recorder.allocate("journal", HEADER + 4 * count);
  const status = recorder.allocate("status", STATUS_WORDS);
  const coefficients = recorder.allocate("coefficients", 2 * count);
  const rows = new Float32Array(HEADER + 4 * count);
  for (const [i, logprob] of logprobs.entries()) rows.set([logprob, 0, 0, values[i] as number], HEADER + 4 * i);
  recorder.write(journal, rows);
  const given = [head.mask, head.oldLogprobs, head.oldValues, head.advantages, head.returns];
  recorder.dispatch(
    ppoLossKernel,
    { journal, status, coefficients },
    {
      count,
      at: HEADER,
      headerAt: 0,
      gradScale: 1,
      given: recorder.upload(Float32Array.from(given.flatMap((array) => [...array]))),
      masked: head.mask.reduce((sum, m) => sum + m, 0),
      cliprange: head.cliprange,
      cliprangeValue: head.cliprangeValue,
      vfCoef: head.vfCoef,
      ratioThreshold: head.ratioThreshold,
    },
    1,
  );
  const words = await recorder.read([
    { buffer: journal, word: 0, words: HEADER },
    { buffer: status, word: 0, words: STATUS_WORDS },
    { buffer: coefficients, word: 0, words: 2 * count },
  ]);
  const pairs = words.subarray(HEADER + STATUS_WORDS);
  const states = new Uint32Array(words.buffer, HEADER * 4, STATUS_WORDS);
  recorder.dispose();
  expect(gpu.health.takeError()).toBeNull();
  gpu.release();
  return {
    code: words[0],
    skipped: words[1] === 1,
    meanRatio: words[2] as number,
    loss: words[3] as number,
    minibatches: states[STATUS.minibatches],
    skippedMinibatches: states[STATUS.skipped],
    dLogprobs: pairs.filter((_, i) => i % 2 === 0),
    dValues: pairs.filter((_, i) => i % 2 === 1),
  };
}

test("the golden minibatch: loss, ratio and slopes", async () => {
  const logprobs = flat(golden.loss.new_logprobs);
  const outputs = { logprobs, values, entropies: new Float32Array(count) };
  const expected = ppoLoss(base, outputs);
  const actual = await runKernel(base, logprobs);
  expect(actual).toMatchObject({ code: 0, skipped: false, minibatches: 1, skippedMinibatches: 0 });
  expect(actual.loss).toBeCloseTo(golden.loss.pg_loss + golden.loss.scaled_vf_loss, 6);
  expect(actual.loss).toBeCloseTo(golden.loss.stats["loss/total"], 6);
  expect(actual.meanRatio).toBeCloseTo(expected.result.meanRatio, 6);
  for (const slopes of ["dLogprobs", "dValues"] as const) {
    expect(expected[slopes].some((slope) => slope !== 0)).toBe(true);
    for (const [i, slope] of expected[slopes].entries()) expect(actual[slopes][i], `${slopes} ${i}`).toBeCloseTo(slope, 6);
  }
});

test("the golden minibatch that the ratio guard holds back", async () => {
  const far = flat(golden.loss.new_logprobs).map((x) => x + 5);
  const actual = await runKernel(base, far);
  expect(actual).toMatchObject({ code: 0, skipped: true, minibatches: 1, skippedMinibatches: 1 });
  expect([...actual.dLogprobs, ...actual.dValues].every((slope) => slope === 0)).toBe(true);
  expect(golden.loss_skipped.total).toBe(0);
});
