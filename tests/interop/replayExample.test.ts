// The recorded run that the page opens on, as it is shipped.

import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { withDefaults } from "../../src/config";
import { openReplay, type ReplayEnd, type ReplayReader } from "../../src/interop/replayFile";
import { isKeyframe, KEPT_ROWS } from "../../src/interop/replayFormat";
import { baseHash } from "../../src/model/adapters/baseHash";
import { loadModelFolder } from "../../src/model/modelFolder";
import type { StepRecord } from "../../src/records";
import { reviewsScenario, WARMTH } from "../../src/scenarios/reviews/scenario";

let bytes: Uint8Array;
let reader: ReplayReader;
const records: StepRecord[] = [];
let end: ReplayEnd | undefined;

beforeAll(async () => {
  bytes = await readFile("public/recordings/reviews.ppolab");
  reader = await openReplay(bytes);
  const steps = reader.steps();
  for (let next = await steps.next(); ; next = await steps.next()) {
    if (next.done) {
      end = next.value;
      break;
    }
    records.push(next.value);
  }
});

/** Of the steps from `from` on, five in all. */
const meanOf = (key: string, from: number): number =>
  records
    .slice(from)
    .slice(0, 5)
    .reduce((sum, { stats }) => sum + (stats[key] ?? Number.NaN), 0) / 5;

describe("public/recordings/reviews.ppolab", () => {
  it("holds 60 steps of the scenario with its own options in at most 1.5 MB", () => {
    expect(bytes.length).toBeLessThanOrEqual(1.5e6);
    expect(end).toEqual({ kind: "whole" });
    expect(records.map(({ step }) => step)).toEqual(Array.from({ length: 60 }, (_, step) => step));
    expect(reader.meta).toMatchObject({ scenario: "reviews", engine: "wasm", steps: 60, config: withDefaults(reviewsScenario.defaults) });
  });

  it("was made with the models that are shipped", async () => {
    const file = (path: string) => readFile(`public/${path}`);
    const policy = await loadModelFolder(file, reviewsScenario.policy, { requireValueHead: false });
    const reward = await loadModelFolder(file, WARMTH.folder, { requireValueHead: true });
    expect(reader.meta.models).toEqual({ policy: baseHash(policy.weights), reward: baseHash(reward.weights) });
  });

  it("really learns: reward and gold rise, KL stays near its target", () => {
    expect(meanOf("env/reward_mean", 55) - meanOf("env/reward_mean", 0)).toBeGreaterThan(1);
    expect(meanOf("lab/gold", 55) - meanOf("lab/gold", 0)).toBeGreaterThan(0.15);
    expect(meanOf("objective/kl", 55)).toBeLessThan(2 * reader.meta.config.ppoTarget);
  });

  it("keeps of every step all texts and statistics, of keyframes everything for some rows", () => {
    for (const record of records) {
      const full = isKeyframe(record.step, 60);
      expect(record.keptRows).toBe(KEPT_ROWS.rows);
      expect(record.detail?.rows ?? null).toBe(full ? KEPT_ROWS.detailRows : null);
      expect(record.minibatches.length).toBe(32);
      expect(record.minibatches.every(({ ratio }) => ratio.length > 0)).toBe(full);
      expect(record.responseTexts.length).toBe(128);
      expect(record.responseTexts.every((text) => !text.includes("<|"))).toBe(true);
      expect(record.stats["ppo/policy/clipfrac"]).toBeGreaterThanOrEqual(0);
    }
  });

  it("tells a kept token's story without contradiction", () => {
    const { logprobs, refLogprobs, kl, mask, seq } = records[30] as StepRecord;
    for (let i = 0; i < KEPT_ROWS.rows * (seq - 1); i++)
      if (mask[i] === 1) expect(Math.abs((logprobs[i] as number) - (refLogprobs[i] as number) - (kl[i] as number))).toBeLessThan(2e-3);
  });
});
