// Failure presets as experiments: snapshots of both sides, where they differ, what their chart draws; the real presets.

import { describe, expect, it } from "vitest";
import { layoutOf } from "../../app/failures/chartLayout";
import { cause, endOf, sideConfig, sideDifferences, sideRun, symptomOf } from "../../app/failures/comparison";
import { begunAs, keepSnapshot, type Snapshot } from "../../app/failures/snapshots";
import { validateConfig, withDefaults } from "../../src/config";
import { SCENARIOS } from "../../src/scenarios/catalogue";
import { PRESETS } from "../../src/scenarios/presets";

const config = withDefaults({});
const points = (...rewards: number[]) => rewards.map((reward, i) => ({ step: i + 1, stats: { "env/reward_mean": reward } }));
const running = {
  experiment: { preset: "kl-off", side: "values" as const, config },
  runConfig: config,
  points: points(1, 2),
  markers: [],
  info: { totalSteps: 3 },
  snapshots: [] as readonly Snapshot[],
};

describe("snapshots", () => {
  it("keep what an experiment has drawn, newest of a side, and nothing of other runs", () => {
    const kept = keepSnapshot(running);
    expect(kept).toEqual([{ preset: "kl-off", side: "values", config, points: points(1, 2), totalSteps: 3, turned: false }]);
    expect(keepSnapshot({ ...running, experiment: null })).toEqual([]);
    expect(keepSnapshot({ ...running, points: [] })).toEqual([]);
    const again = keepSnapshot({ ...running, snapshots: kept, points: points(5) });
    expect(again.map((snapshot) => snapshot.points)).toEqual([points(5)]);
    const twin = keepSnapshot({ ...running, snapshots: kept, experiment: { preset: "kl-off", side: "twin", config } });
    expect(twin.map(({ side }) => side)).toEqual(["values", "twin"]);
  });

  it("are bounded", () => {
    let snapshots: readonly Snapshot[] = [];
    for (let i = 0; i < 40; i++) snapshots = keepSnapshot({ ...running, snapshots, experiment: { preset: `p${i}`, side: "twin", config } });
    expect(snapshots).toHaveLength(12);
    expect(snapshots.at(-1)?.preset).toBe("p39");
  });

  it("stand only for the options that were chosen", () => {
    expect(begunAs(running.experiment, config)).toBe(running.experiment);
    expect(begunAs(running.experiment, { ...config, learningRate: 1 })).toBeNull();
  });
});

it("a side's run is the one on the page, else the kept one", () => {
  const snapshots = keepSnapshot(running);
  const state = { ...running, info: null, snapshots };
  expect(sideRun(state, "kl-off", "values")).toMatchObject({ live: true, totalSteps: 2 });
  expect(sideRun({ ...state, experiment: null }, "kl-off", "values")).toMatchObject({ live: false, totalSteps: 3 });
  expect(sideRun(state, "kl-off", "twin")).toBeNull();
});

it("the end of a run is the mean of the last five steps that have the number", () => {
  expect(endOf(points(100, 1, 2, 3, 4, 5), "env/reward_mean")).toBe(3);
  expect(endOf([...points(1, 3), { step: 3, stats: {} }], "env/reward_mean")).toBe(2);
  expect(endOf([], "env/reward_mean")).toBeNull();
});

describe("the shipped presets", () => {
  it.each(PRESETS.map((preset) => [preset.id, preset] as const))(
    "%s differs from its twin, for a cause, with valid options",
    (_, preset) => {
      const scenario = SCENARIOS.find(({ id }) => id === preset.scenario);
      expect(scenario).toBeDefined();
      const defaults = scenario?.defaults ?? {};
      const changes = sideDifferences(preset, defaults, { values: null, twin: null });
      expect(changes.length).toBeGreaterThan(0);
      expect(changes.length).toBeLessThanOrEqual(3);
      expect(cause(preset)).not.toBeNull();
      expect(symptomOf(preset)).toBeTruthy();
      for (const side of ["values", "twin"] as const) expect(() => validateConfig(sideConfig(preset, side, defaults))).not.toThrow();
    },
  );
});

it("a chart holds both lines inside its frame", () => {
  const layout = layoutOf(
    [
      [
        [1, -3],
        [25, 7],
      ],
      [[1, 2]],
    ],
    { left: 40, top: 8, width: 200, height: 100 },
  );
  expect(layout.last).toBe(25);
  expect(layout.x(1)).toBe(40);
  expect(layout.x(25)).toBe(240);
  expect(layout.stepAt(layout.x(13))).toBeCloseTo(13);
  for (const value of [-3, 2, 7]) {
    expect(layout.y(value)).toBeGreaterThanOrEqual(8);
    expect(layout.y(value)).toBeLessThanOrEqual(108);
  }
  expect(layoutOf([[]], { left: 0, top: 0, width: 10, height: 10 }).ticks.length).toBeGreaterThan(1);
});
