// Axes and series of the charts.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { metricChart } from "../../app/charts/metricChart";
import { niceAxis, stepTicks } from "../../app/charts/niceAxis";
import { EVALUATED_REWARD_CHART, goldChart, metricName, REWARD_CHART, SPLIT_CHART } from "../../app/charts/series";
import { goldParts } from "../../app/help/metrics";
import { translator } from "../../app/strings/strings";

describe("niceAxis", () => {
  it("stays finite, with ticks that differ, for any numbers that a file may hold", () => {
    const edges = [0, -0, 5e-324, -5e-324, 1e-300, 1, 1e16, 1e16 + 2, 1e300, -1e300, 1.7e308, -1.7e308];
    for (const low of edges)
      for (const high of edges.filter((x) => x >= low)) {
        const { ticks, domain } = niceAxis(low, high, 4);
        expect([...ticks, ...domain].every(Number.isFinite), `${low} to ${high}`).toBe(true);
        expect(domain[1] - domain[0]).toBeGreaterThan(0);
        expect(Number.isFinite(domain[1] - domain[0])).toBe(true);
        expect(new Set(ticks).size).toBe(ticks.length);
        expect(ticks.length).toBeLessThan(12);
      }
  });

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

  it("split the reward into score and penalty, which add up", () => {
    const values = SPLIT_CHART.series.map(({ read }) => read({ "ppo/mean_scores": 1.5, "objective/kl": 2, "objective/kl_coef": 0.2 }));
    expect(values).toEqual([1.5, -0.4, 1.1]);
    expect(SPLIT_CHART.series.map(({ read }) => read({ "ppo/mean_scores": 1.5 }))).toEqual([1.5, undefined, undefined]);
  });

  it("tell held-out marks from hard ones by shape, proxy from gold by colour", () => {
    const marks = EVALUATED_REWARD_CHART.series.filter(({ mark }) => mark !== undefined);
    expect(new Set(marks.map(({ mark, colour }) => `${mark} ${colour}`)).size).toBe(4);
    expect(marks.map(({ read }) => read({ "lab/eval/hard/gold": 0.25 }))).toEqual([undefined, undefined, undefined, 0.25]);
  });

  it("name any statistic, also one of a family and an unknown one", () => {
    const t = translator("en");
    expect(metricName("objective/kl", t)).toBe("KL per response");
    expect(metricName("lab/eval/hard/gold_topic", t)).toBe("Hard: gold, topic");
    expect(metricName("lab/gold_novelty", translator("vi"))).toBe("Điểm vàng, novelty");
    expect(metricName("their/own", t)).toBe("their/own");
    expect(metricChart("their/own").series[0]?.read({ "their/own": 3 })).toBe(3);
  });
});
