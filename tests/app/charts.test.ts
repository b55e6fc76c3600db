// Axes, thinning and series of the charts.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { niceAxis, stepTicks } from "../../app/charts/niceAxis";
import { goldChart, REWARD_CHART } from "../../app/charts/series";
import { POINTS_DRAWN, strideOf, thin } from "../../app/charts/thin";
import { goldParts } from "../../app/help/metrics";

describe("niceAxis", () => {
  it.each([
    [0, 1, [0, 0.25, 0.5, 0.75, 1]],
    [0, 0.3, [0, 0.1, 0.2, 0.3]],
    [0.63, 1.05, [0.6, 0.8, 1, 1.2]],
    [-0.06, 0.02, [-0.06, -0.04, -0.02, 0, 0.02]],
    [3, 3, [2.8, 3, 3.2]],
  ])("from %d to %d", (low, high, ticks) => {
    const axis = niceAxis(low, high, 4);
    expect(axis.ticks[0]).toBeLessThanOrEqual(low);
    expect(axis.ticks.at(-1)).toBeGreaterThanOrEqual(high);
    if (low !== high) expect(axis.ticks).toEqual(ticks);
  });

  it("covers any data with evenly spaced ticks", () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(high - low === 0 || high - low > 1e-6 * Math.max(1, Math.abs(high), Math.abs(low)));
        const { ticks, domain } = niceAxis(low, high, 4);
        const tolerance = 1e-8 * Math.max(1, Math.abs(low), Math.abs(high));
        expect(domain[0]).toBeLessThanOrEqual(low + tolerance);
        expect(domain[1]).toBeGreaterThanOrEqual(high - tolerance);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it("gives whole steps on the step axis", () => {
    expect(stepTicks(10)).toEqual([2, 4, 6, 8, 10]);
    expect(stepTicks(60)).toEqual([20, 40, 60]);
    expect(stepTicks(2).every(Number.isInteger)).toBe(true);
  });
});

describe("thin", () => {
  it("draws at most the limit, evenly, always with the newest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), (count) => {
        const points = Array.from({ length: count }, (_, i) => i);
        const drawn = thin(points);
        expect(drawn.length).toBeLessThanOrEqual(POINTS_DRAWN);
        expect(drawn.at(-1)).toBe(points.at(-1));
        const stride = strideOf(count);
        for (let i = 1; i < drawn.length; i++) expect((drawn[i] as number) - (drawn[i - 1] as number)).toBe(stride);
      }),
    );
  });
});

describe("series", () => {
  const stats = { "env/reward_mean": 2, "lab/gold": 0.5, "lab/gold_sentiment": 0.75, "lab/gold_novelty": 0.25 };

  it("read the step's statistics", () => {
    expect(REWARD_CHART.series.map(({ read }) => read(stats))).toEqual([2, 0.5]);
    expect(REWARD_CHART.series.map(({ read }) => read({}))).toEqual([undefined, undefined]);
  });

  it("follow the gold scorer's own parts, each with its own look", () => {
    const chart = goldChart(goldParts(stats));
    expect(chart.series.map(({ read }) => read(stats))).toEqual([0.75, 0.25]);
    expect(chart.series.map(({ label }) => label)).toEqual([{ key: "part.sentiment" }, { name: "novelty" }]);
    expect(new Set(chart.series.map(({ colour, dash }) => `${colour} ${dash}`)).size).toBe(2);
  });
});
