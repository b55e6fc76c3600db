// What charts draw: thinning that keeps spikes, smoothing, rows, histograms, CSV.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chartRows } from "../../app/charts/chartRows";
import { csvOf } from "../../app/charts/csv";
import { stepAfterKey } from "../../app/charts/cursorKeys";
import { pointAt } from "../../app/charts/pointAt";
import { distributionOf } from "../../app/charts/distributions";
import { isEvaluated, withInitialEvaluation } from "../../app/charts/evaluationPoints";
import { binEdges, coveringRange, histogram, wholeRange } from "../../app/charts/histogram";
import { EVALUATED_REWARD_CHART, KL_CHART, REWARD_CHART } from "../../app/charts/series";
import { referenceWeight, smoothed } from "../../app/charts/smoothing";
import { bucketSize, POINTS_DRAWN, thin } from "../../app/charts/thin";
import { stepDataOf } from "../../app/run/stepData";
import type { EvaluationFigures, MinibatchRecord } from "../../src/records";
import { FAKE_BATCH, fakeRecord } from "./fakeRun";

const itself = (x: number): number => x;

describe("thin", () => {
  it("draws at most the limit, in order, with first, last, and every line's lowest and highest", () => {
    const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 3000 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 6 }), (list, lines) => {
        const points = list.map((value, step) => ({ step, value }));
        const reads = Array.from(
          { length: lines },
          (_, k) => (point: (typeof points)[number]) => Math.sin(k) * point.value + k * point.step,
        );
        const drawn = thin(points, reads);
        expect(drawn.length).toBeLessThanOrEqual(POINTS_DRAWN);
        expect([drawn[0], drawn.at(-1)]).toEqual([points[0], points.at(-1)]);
        for (let i = 1; i < drawn.length; i++) expect(drawn[i]?.step).toBeGreaterThan(drawn[i - 1]?.step ?? -1);
        for (const read of reads) {
          expect(Math.max(...drawn.map(read))).toBe(Math.max(...points.map(read)));
          expect(Math.min(...drawn.map(read))).toBe(Math.min(...points.map(read)));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps every single spike that has its bucket for itself", () => {
    const points = Array.from({ length: 10_000 }, (_, i) => (i % 1000 === 500 ? 1 : 0));
    expect(thin(points, [itself]).filter((value) => value === 1)).toHaveLength(10);
  });

  it("leaves filled buckets as they are while a run grows", () => {
    const points = Array.from({ length: 4000 }, (_, i) => Math.sin(i * i));
    const places = (count: number): number[] => {
      const grown = points.slice(0, count).map((value, step) => ({ step, value }));
      return thin(grown, [({ value }) => value]).map(({ step }) => step);
    };
    expect(bucketSize(3000, 1)).toBe(bucketSize(3900, 1));
    const later = new Set(places(3900));
    expect(places(3000).filter((step) => step < 2990 && !later.has(step))).toEqual([]);
  });

  it("passes over what is no number", () => {
    const points = Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? Number.NaN : i));
    const drawn = thin(points, [itself]);
    expect(drawn.filter(Number.isFinite)).toContain(1999);
    expect(thin(new Array<number>(2000).fill(Number.NaN), [itself]).length).toBeLessThanOrEqual(POINTS_DRAWN);
  });

  it("takes little time for a long run, smoothing and axes included", () => {
    const points = Array.from({ length: 10_000 }, (_, i) => ({
      step: i + 1,
      stats: { "objective/kl": Math.sin(i / 50) + (i % 97) / 97, "objective/kl_coef": 0.2 + i / 1e5 },
    }));
    const time = (work: () => unknown): number => {
      const times = Array.from({ length: 15 }, () => {
        const begin = performance.now();
        work();
        return performance.now() - begin;
      });
      return times.toSorted((a, b) => a - b)[7] ?? Number.NaN;
    };
    const raw = time(() => chartRows(KL_CHART, points, null));
    const smooth = time(() => chartRows(KL_CHART, points, "reference"));
    console.log(`a chart of two lines over 10,000 points: ${raw.toFixed(2)} ms raw, ${smooth.toFixed(2)} ms smoothed (target 5 ms)`);
    // The machine of the tests is shared.
    expect(raw).toBeLessThan(10);
    expect(smooth).toBeLessThan(20);
  });
});

describe("smoothing", () => {
  it("takes LLaMA-Factory's weights", () => {
    const weights = [5, 20, 50, 100].map((count) => Number(referenceWeight(count).toFixed(3)));
    expect(weights).toEqual([0.112, 0.416, 0.763, 0.888]);
    expect(referenceWeight(10_000)).toBeCloseTo(0.9, 10);
  });

  it("starts at the first number and lags behind", () => {
    expect([...smoothed([1, 2, 4], 0.5)]).toEqual([1, 1.5, 2.75]);
    expect([...smoothed([undefined, 2, Number.NaN, 4], 0.5)]).toEqual([Number.NaN, 2, 2, 3]);
    expect([...smoothed([3, 5], 0)]).toEqual([3, 5]);
  });
});

describe("chartRows", () => {
  const points = [1, 2, 3, 4].map((step) => ({ step, stats: { "env/reward_mean": step, "lab/gold": Number.NaN } }));

  it("holds raw values, with gaps where there is no number, and the average beside them", () => {
    const { rows, bucket, left, right } = chartRows(REWARD_CHART, points, 0.5);
    expect(rows.map(({ raw }) => raw)).toEqual([1, 2, 3, 4].map((value) => [value, null]));
    expect(rows.map(({ smooth }) => smooth[0])).toEqual([1, 1.5, 2.25, 3.125]);
    expect([bucket, left.domain, right.domain]).toEqual([1, [1, 4], [0, 1]]);
    expect(chartRows(REWARD_CHART, points, null).rows[0]?.smooth).toEqual([null, null]);
  });

  it("puts in the steps of marks, and at most a hundred of them", () => {
    const long = Array.from({ length: 3000 }, (_, i) => ({
      step: i + 1,
      stats: { "env/reward_mean": 0, "lab/gold": 0, ...(i % 10 === 9 ? { "lab/eval/hard/gold": 0.5, "lab/eval/heldout/gold": 0.6 } : {}) },
    }));
    const { rows } = chartRows(EVALUATED_REWARD_CHART, long, null);
    const marked = rows.filter(({ raw }) => raw[5] !== null);
    expect(marked.length).toBeGreaterThan(70);
    expect(marked.length).toBeLessThanOrEqual(100);
    expect(marked.at(-1)?.step).toBe(3000);
    expect(rows.map(({ step }) => step)).toEqual(rows.map(({ step }) => step).toSorted((a, b) => a - b));
  });

  it("begins with the evaluation before training", () => {
    const figures: EvaluationFigures = {
      gold: 0.5,
      goldParts: {},
      proxy: 1,
      responseLength: 4,
      kl: 0,
      queryTexts: [],
      responseTexts: [],
      scores: new Float32Array(0),
      verdicts: null,
    };
    const first = {
      ...fakeRecord(0, 3, { learningRate: 1 }),
      initialEvaluation: { stepsDone: 0, heldout: figures, hard: { ...figures, gold: null } },
    };
    expect(isEvaluated(points, undefined)).toBe(false);
    expect(isEvaluated(points, first)).toBe(true);
    expect(withInitialEvaluation(points, first)[0]).toEqual({
      step: 0,
      stats: { "lab/eval/heldout/proxy": 1, "lab/eval/heldout/gold": 0.5, "lab/eval/hard/proxy": 1 },
    });
    expect(withInitialEvaluation(points, undefined)).toBe(points);
  });
});

describe("the cursor", () => {
  it("finds the point of a step", () => {
    const points = [1, 2, 5, 9].map((step) => ({ step, stats: {} }));
    expect([1, 5, 9].map((step) => pointAt(points, step)?.step)).toEqual([1, 5, 9]);
    expect([0, 3, 10].map((step) => pointAt(points, step))).toEqual([undefined, undefined, undefined]);
  });

  it("moves by keys within its ends", () => {
    expect(["ArrowLeft", "ArrowRight", "PageUp", "Home", "End"].map((key) => stepAfterKey(key, 5, 1, 9))).toEqual([4, 6, 9, 1, 9]);
    expect([stepAfterKey("ArrowLeft", 1, 1, 9), stepAfterKey("x", 5, 1, 9)]).toEqual([1, null]);
  });
});

describe("histogram", () => {
  it("counts every finite number exactly once", () => {
    const values = fc.array(fc.oneof(fc.double({ min: -10, max: 10 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -4, 4)));
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 60 }), (list, bins) => {
        const { counts, below, above, total } = histogram(list, { low: -4, high: 4, bins });
        expect(total).toBe(list.filter(Number.isFinite).length);
        expect(counts.reduce((sum, count) => sum + count, 0) + below + above).toBe(total);
        expect(counts).toHaveLength(bins);
      }),
    );
  });

  it("puts edges into the bin that they begin, and the last into the last", () => {
    const { counts, below, above } = histogram([-0.1, 0, 0.1, 0.2, 0.3, 0.9999, 1, 1.1], { low: 0, high: 1, bins: 10 });
    expect(counts).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 2]);
    expect([below, above]).toEqual([1, 1]);
  });

  it("finds round ranges around the data", () => {
    const { low, high, bins } = coveringRange([0.13, 2.71], 40);
    expect([low, high, (high - low) / bins]).toEqual([0.1, 2.8, expect.closeTo(0.1, 10)]);
    expect(histogram([5, 5], coveringRange([5, 5], 40)).counts.reduce((a, b) => a + b, 0)).toBe(2);
    expect(coveringRange([], 40)).toEqual({ low: 0, high: 1, bins: 40 });
  });

  it("gives every whole number its bin", () => {
    const range = wholeRange([3, 5, 5, 6], 40);
    const counted = histogram([3, 5, 5, 6], range);
    expect(counted.counts).toEqual([1, 0, 2, 1]);
    expect(binEdges(counted, 0)).toEqual([2.5, 3.5]);
    expect(wholeRange([1, 100], 40)).toMatchObject({ low: 0.5, bins: 34 });
  });
});

describe("distributions of a step", () => {
  const record = fakeRecord(2, 3, { learningRate: 1 });
  const columns = record.seq - 1;
  /** Ratio 1.5 on the prompts, which nobody may count, and 1.1 on the responses. */
  const ratio = record.mask.map((m) => (m === 0 ? 1.5 : 1.1));
  const minibatch = (rows: number[]): MinibatchRecord =>
    ({
      rows: Int32Array.from(rows),
      ratio: Float32Array.from(rows.flatMap((row) => [...ratio.subarray(row * columns, (row + 1) * columns)])),
    }) as MinibatchRecord;
  const step = stepDataOf({ ...record, minibatches: [minibatch([2, 0]), minibatch([1, 3])] });

  it("are over response columns only", () => {
    const responseTokens = record.mask.reduce((sum, m) => sum + m, 0);
    const counted = distributionOf("ppo/policy/ratio", step, { cliprange: 0.2 });
    expect(counted?.histogram).toMatchObject({ total: responseTokens, below: 0, above: 0 });
    expect(counted?.histogram.low).toBeCloseTo(0.6, 10);
    expect(counted?.band).toEqual([0.8, 1.2]);
    expect(distributionOf("ppo/policy/advantages", step, { cliprange: 0.2 })?.histogram.total).toBe(responseTokens);
    expect(distributionOf("env/reward_dist", step, { cliprange: 0.2 })?.histogram.total).toBe(FAKE_BATCH);
    expect(distributionOf("tokens/responses_dist", step, { cliprange: 0.2 })?.histogram.counts).toEqual([FAKE_BATCH]);
  });

  it("wait until the step has come so far", () => {
    const begun = { ...step, scoring: null, credit: null, minibatches: [], record: null };
    for (const key of ["ppo/policy/ratio", "ppo/policy/advantages", "env/reward_dist", "objective/kl_dist"] as const)
      expect(distributionOf(key, begun, { cliprange: 0.2 })).toBeNull();
  });
});

describe("CSV", () => {
  it("has a head, full precision, and nothing where there is no number", () => {
    const model = {
      title: "Two",
      columns: [
        { id: "step", label: "Step" },
        { id: 'odd, "name"', label: "Odd" },
      ],
      rowCount: 2,
      cell: (row: number, column: number) => (column === 0 ? row + 1 : row === 0 ? 0.1 + 0.2 : undefined),
    };
    expect(csvOf(model)).toBe('step,"odd, ""name"""\r\n1,0.30000000000000004\r\n2,\r\n');
  });
});
