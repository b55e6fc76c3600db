// The table of metrics: it knows what a run records, is explained in both languages, and can be searched; and the plane's reading.

import { describe, expect, it } from "vitest";
import { grouped, KeyCollector, matches, newestValue, TABLE_KEYS } from "../../app/charts/metricList";
import { planePoints, planeReading } from "../../app/charts/plane";
import { metricTexts as english } from "../../app/charts/texts/metrics.en";
import { metricTexts as vietnamese } from "../../app/charts/texts/metrics.vi";
import { METRIC_KEYS, metricKeyOf, partOf } from "../../app/help/metrics";
import { compareBaselines } from "../../src/ppo/baselineComparison";
import { computeStatistics, evaluationStatistics } from "../../src/ppo/statistics";
import type { EvaluationFigures, MinibatchRecord } from "../../src/records";

const floats = (...values: number[]): Float32Array => Float32Array.from(values);

describe("the table of metrics", () => {
  it("has a row for every statistic that a step records", () => {
    const one = floats(1, 0.5);
    const gold = { gold: one, parts: { sentiment: one } };
    const loss = {
      kind: "ppo",
      stats: {
        "loss/policy": 0,
        "loss/value": 0,
        "loss/total": 0,
        "policy/entropy": 0,
        "policy/approxkl": 0,
        "policy/policykl": 0,
        "policy/clipfrac": 0,
        "policy/advantages_mean": 0,
        "returns/mean": 0,
        "returns/var": 1,
        "val/vpred": 0,
        "val/error": 0,
        "val/clipfrac": 0,
        "val/mean": 0,
        "val/var": 0,
      },
    };
    const minibatch = {
      ...loss,
      epoch: 0,
      index: 0,
      rows: Int32Array.of(0, 1),
      ratio: one,
      newLogprobs: one,
      newValues: one,
      meanRatio: 1,
      skipped: false,
      gradNorm: 1,
    } as MinibatchRecord;
    const tokens = [Int32Array.of(1), Int32Array.of(2)];
    const { stats, vectors } = computeStatistics({
      queries: tokens,
      responses: tokens,
      rawScores: floats(1, 2),
      scores: floats(1, 2),
      gold,
      mask: floats(1, 1),
      logprobs: one,
      refLogprobs: one,
      kl: one,
      nonScoreRewards: one,
      advantages: one,
      klCoef: 0.2,
      learningRate: 1e-3,
      minibatches: [minibatch],
      baselines: compareBaselines({
        values: one,
        rewards: one,
        mask: floats(1, 1),
        batch: 2,
        gamma: 1,
        lam: 0.95,
        whitenRewards: false,
        remask: true,
      } as never),
    });
    const figures: EvaluationFigures = {
      gold: 0.5,
      goldParts: { topic: 1 },
      proxy: 1,
      responseLength: 3,
      kl: 0,
      queryTexts: [],
      responseTexts: [],
      scores: one,
      verdicts: null,
    };
    const evaluated = evaluationStatistics({ stepsDone: 1, heldout: figures, hard: figures });
    const recorded = [...Object.keys(stats), ...Object.keys(vectors), ...Object.keys(evaluated)];
    expect(recorded.filter((key) => metricKeyOf(key) === null)).toEqual([]);
    // And the other way round: no row for what nobody records.
    const known = new Set(recorded.map(metricKeyOf));
    expect(METRIC_KEYS.filter((key) => !known.has(key) && !key.startsWith("time/"))).toEqual([]);
  });

  it("tells families, parts and unknown keys", () => {
    expect([metricKeyOf("lab/gold_topic"), partOf("lab/gold_topic")]).toEqual(["lab/gold_*", "topic"]);
    expect(metricKeyOf("lab/eval/hard/gold_length_kept")).toBe("lab/eval/hard/gold_*");
    expect([metricKeyOf("train/loss"), partOf("objective/kl")]).toEqual([null, null]);
  });

  it("is explained in both languages", () => {
    for (const key of METRIC_KEYS)
      for (const part of ["definition", "healthy", "unhealthy"] as const) {
        expect(english[key][part].length, `${key} ${part}`).toBeGreaterThan(3);
        expect(vietnamese[key][part], `${key} ${part}`).not.toBe(english[key][part]);
      }
  });
});

describe("the list of metrics", () => {
  it("groups keys in the table's order, unknown ones last among the lab's", () => {
    const groups = grouped(["their/own", "time/ppo/total", "objective/kl_coef", "lab/gold", "objective/kl"]);
    expect(groups).toEqual([
      ["objective", ["objective/kl", "objective/kl_coef"]],
      ["lab", ["lab/gold", "their/own"]],
      ["time", ["time/ppo/total"]],
    ]);
    expect(grouped(TABLE_KEYS).flatMap(([, keys]) => keys)).toHaveLength(TABLE_KEYS.length);
  });

  it("tells the newest value of what only some steps record", () => {
    const points = [
      { step: 1, stats: { "lab/eval/hard/kl": 3 } },
      { step: 2, stats: { "objective/kl": 1 } },
    ];
    expect(["lab/eval/hard/kl", "objective/kl", "lab/gold", "ppo/policy/ratio"].map((key) => newestValue(points, key))).toEqual([
      3,
      1,
      undefined,
      undefined,
    ]);
  });

  it("is searched by every word, without accents", () => {
    expect(matches("KL drift", ["objective/kl", "How far it has drifted"])).toBe(true);
    expect(matches("kl entropy", ["objective/kl"])).toBe(false);
    expect(matches("do lech", ["Độ lệch KL"])).toBe(true);
    expect(matches("  ", ["anything"])).toBe(true);
  });

  it("collects what a run records, and starts anew with another run", () => {
    const collector = new KeyCollector();
    const point = (step: number, ...keys: string[]) => ({ step, stats: Object.fromEntries(keys.map((key) => [key, 0])) });
    const run = [point(1, "b"), point(2, "b", "a")];
    const both = collector.update(run);
    expect(both).toEqual(["a", "b"]);
    expect(collector.update([...run, point(3, "b")])).toBe(both);
    expect(collector.update([point(1, "c")])).toEqual(["c"]);
    expect(collector.update([])).toEqual([]);
  });
});

describe("the proxy-gold-KL plane", () => {
  const run = (count: number, proxy: (i: number) => number, gold?: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => ({
      step: i + 1,
      // A little noise that repeats, so that a trend must exceed it.
      stats: {
        "objective/kl": i / 10,
        "env/reward_mean": proxy(i) + 0.1 * (i % 2),
        ...(gold ? { "lab/gold": gold(i) + 0.02 * (i % 2) } : {}),
      },
    }));

  it("reads learning, hacking, decline and standstill", () => {
    const verdict = (proxy: (i: number) => number, gold: (i: number) => number) => planeReading(run(30, proxy, gold))?.verdict;
    expect(
      verdict(
        (i) => i / 10,
        (i) => i / 50,
      ),
    ).toBe("learning");
    expect(
      verdict(
        (i) => i / 10,
        (i) => 1 - i / 50,
      ),
    ).toBe("hacking");
    expect(
      verdict(
        (i) => -i / 10,
        (i) => 1 - i / 50,
      ),
    ).toBe("worse");
    expect(
      verdict(
        () => 1,
        () => 0.5,
      ),
    ).toBe("flat");
  });

  it("waits for enough steps and needs a judge", () => {
    expect(
      planeReading(
        run(
          8,
          (i) => i,
          (i) => i,
        ),
      ),
    ).toBeNull();
    expect(planeReading(run(30, (i) => i))).toBeNull();
    expect(
      planeReading(
        run(
          9,
          (i) => i,
          (i) => i,
        ),
      )?.steps,
    ).toBe(3);
  });

  it("draws a bounded number of dots, the newest among them", () => {
    const dots = planePoints(run(2000, Math.sin, Math.cos));
    expect(dots.length).toBeLessThanOrEqual(120);
    expect(dots.at(-1)?.step).toBe(2000);
    expect(planePoints([{ step: 1, stats: {} }])).toEqual([]);
    expect(planePoints(run(1, () => 1))[0]?.gold).toBeNull();
  });
});
