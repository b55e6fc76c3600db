// The first step's fingerprint, and what a run's comparison with the sender's says.

import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../../../app/share/fingerprint";
import { compareRun } from "../../../app/share/sameRun";
import { USUAL_STATE } from "../../../app/share/sharedFields";
import type { SharedState } from "../../../app/share/sharedState";
import { INITIAL_STATE, type RunState } from "../../../app/run/runState";
import { withDefaults } from "../../../src/config";
import type { StepRecord } from "../../../src/records";

const step = {
  step: 0,
  responses: [Int32Array.of(1, 2, 3), Int32Array.of(4)],
  stats: { "objective/kl": 0.25, "ppo/loss/total": -0.000123456, "time/ppo/total": 1.5 },
};

describe("fingerprint", () => {
  const same = fingerprintOf(step);

  test("is eight digits, and no time goes into it", () => {
    expect(same).toMatch(/^[0-9a-f]{8}$/);
    expect(fingerprintOf({ ...step, stats: { ...step.stats, "time/ppo/total": 9 } })).toBe(same);
  });

  test("does not see what is beyond six digits, nor the order of keys, nor the sign of zero", () => {
    expect(fingerprintOf({ ...step, stats: { ...step.stats, "objective/kl": 0.25 + 1e-12 } })).toBe(same);
    expect(fingerprintOf({ ...step, stats: Object.fromEntries(Object.entries(step.stats).toReversed()) })).toBe(same);
    const zero = (value: number) => fingerprintOf({ ...step, stats: { a: value } });
    expect(zero(-0)).toBe(zero(0));
  });

  test.each([
    [{ ...step, responses: [Int32Array.of(1, 2, 4), Int32Array.of(4)] }],
    [{ ...step, responses: [Int32Array.of(1, 2), Int32Array.of(3, 4)] }],
    [{ ...step, responses: step.responses.toReversed() }],
    [{ ...step, stats: { ...step.stats, "objective/kl": 0.250001 } }],
    [{ ...step, stats: { ...step.stats, more: 1 } }],
  ])("sees another token, another length, another order and another figure", (other) => {
    expect(fingerprintOf(other)).not.toBe(same);
  });
});

describe("comparison with the sender's run", () => {
  const scenario = { id: "reviews", about: { en: "", vi: "" }, rewardModels: [], failures: [], defaults: {}, presets: [], promptCount: 9 };
  const run = (changes: Partial<RunState> = {}): RunState => ({
    ...INITIAL_STATE,
    catalog: { scenarios: [scenario], engines: ["wasm"] },
    scenario: "reviews",
    runConfig: withDefaults({ seed: 5 }),
    records: [step as unknown as StepRecord],
    opened: { engine: "wasm", adapter: null, rejections: [], probes: {} },
    ...changes,
  });
  const link = (sum: string, engine: "wasm" | "webgpu" = "wasm"): SharedState => ({
    ...USUAL_STATE,
    scenario: "reviews",
    config: { seed: 5 },
    fingerprint: { engine, sum },
  });
  const other = "00000000";

  test("same, and each way of being different", () => {
    expect(compareRun(link(fingerprintOf(step)), run())).toBe("same");
    expect(compareRun(link(other), run())).toBe("version");
    expect(compareRun(link(other, "webgpu"), run())).toBe("sender");
    expect(compareRun(link(other), run({ opened: { engine: "tfjs-cpu", adapter: null, rejections: [], probes: {} } }))).toBe("engine");
  });

  test("says nothing about another run, or before the first step", () => {
    expect(compareRun(link(other), run({ records: [] }))).toBeNull();
    expect(compareRun(link(other), run({ runConfig: withDefaults({ seed: 6 }) }))).toBeNull();
    expect(compareRun({ ...link(other), scenario: "sums" }, run())).toBeNull();
    expect(compareRun({ ...link(other), fingerprint: null }, run())).toBeNull();
  });

  test("an option turned in mid-run is no other run", () => {
    const turned = run({
      runConfig: withDefaults({ seed: 5, learningRate: 0.5 }),
      markers: [{ step: 3, changes: [{ field: "learningRate", from: withDefaults({}).learningRate, to: 0.5 }] }],
    });
    expect(compareRun(link(fingerprintOf(step)), turned)).toBe("same");
  });
});
