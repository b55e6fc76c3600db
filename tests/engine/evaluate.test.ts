// evaluate and scoreLastToken of every engine against the float64 oracle.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, EngineModel, TokenBatch } from "../../src/engine/engine";
import { ConfigError, ShapeError } from "../../src/errors";
import { oracleEvaluate } from "../oracle/losses";
import { frozen } from "./driving";
import { ENGINES } from "./engines";
import { MODELS, paddedBatch, randomWeights, responseMask, toFloat64, WIDE } from "./fixtures";

const TOLERANCE = 1e-5;
const CASES = Object.entries({ ...MODELS, wide: WIDE }).map(([name, config]) => {
  const weights = randomWeights(config, 21);
  const batch = paddedBatch(config, 22);
  return [name, { config, weights, batch, oracle: oracleEvaluate(config, toFloat64(weights), batch) }] as const;
});
const [, small] = CASES[0] as (typeof CASES)[number];

function expectClose(actual: number | undefined, expected: number, what: string): void {
  expect(Math.abs((actual as number) - expected), what).toBeLessThan(TOLERANCE);
}

describe.each(ENGINES)("evaluate on %s", (_, create) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());

  describe.each(CASES)("%s", (_, { config, weights, batch, oracle }) => {
    let model: EngineModel;
    beforeAll(async () => {
      model = await frozen(engine, config, weights);
    });
    const width = batch.seq - 1;
    const vocab = config.vocabSize;

    test.each([
      ["every column, padding included", new Uint8Array(batch.batch * width).fill(1)],
      ["response columns only", Uint8Array.from(responseMask(batch))],
    ])("%s", async (_, columns) => {
      const k = 4;
      const evaluation = await model.evaluate({ batch, columns, entropies: true, topK: k, distribution: true });
      const { logprobs, entropies, topK, distribution } = evaluation;
      if (!entropies || !topK || !distribution) throw new TypeError("expected entropies, topK and distribution");
      expect([logprobs.length, entropies.length, topK.k, topK.ids.length, topK.logprobs.length, distribution.length]).toEqual([
        columns.length,
        columns.length,
        k,
        columns.length * k,
        columns.length * k,
        columns.length * vocab,
      ]);
      for (const [column, wanted] of columns.entries()) {
        const [row, t] = [Math.floor(column / width), column % width];
        const own = distribution.subarray(column * vocab, (column + 1) * vocab);
        const ownTop = topK.ids.subarray(column * k, (column + 1) * k);
        if (wanted === 0) {
          expect([logprobs[column], entropies[column], ...own, ...ownTop].every((x) => x === 0)).toBe(true);
          continue;
        }
        const expected = oracle.distribution[row]?.[t] as number[];
        expectClose(logprobs[column], expected[batch.ids[row * batch.seq + t + 1] as number] as number, "logprob");
        expectClose(
          entropies[column],
          expected.reduce((sum, logprob) => sum - Math.exp(logprob) * logprob, 0),
          "entropy",
        );
        for (const [v, logprob] of expected.entries()) expectClose(own[v], logprob, `distribution ${v}`);
        const order = [...expected.keys()].sort((a, b) => (expected[b] as number) - (expected[a] as number));
        expect([...ownTop]).toEqual(order.slice(0, k));
        for (const [rank, id] of ownTop.entries()) expectClose(topK.logprobs[column * k + rank], expected[id] as number, "top k");
      }
    });

    test("values at wanted columns, and scores at the last real token", async () => {
      const columns = Uint8Array.from(responseMask(batch));
      const { values } = await model.evaluate({ batch, columns });
      const scores = await model.scoreLastToken(batch);
      expect([values.length, scores.length]).toEqual([batch.batch * width, batch.batch]);
      for (const [row, expected] of oracle.values.entries()) {
        for (let t = 0; t < width; t++)
          if (columns[row * width + t] === 1) expectClose(values[row * width + t], expected[t] as number, `value ${row} ${t}`);
          else expect(values[row * width + t]).toBe(0);
        expectClose(scores[row], expected[(batch.end[row] as number) - 1] as number, `score ${row}`);
      }
    });

    test("value dropout drops the same features, and only before the value head", async () => {
      const columns = new Uint8Array(batch.batch * width).fill(1);
      const valueDropout = { probability: 0.4, key: 987654321 };
      const plain = await model.evaluate({ batch, columns });
      const { values, logprobs } = await model.evaluate({ batch, columns, valueDropout });
      const expected = oracleEvaluate(config, toFloat64(weights), batch, valueDropout).values;
      expect(logprobs).toEqual(plain.logprobs);
      expect(values).not.toEqual(plain.values);
      for (const [row, all] of expected.entries())
        for (let t = batch.start[row] as number; t < (batch.end[row] as number) - 1; t++)
          expectClose(values[row * width + t], all[t] as number, `value ${row} ${t}`);
    });
  });

  test("what was not asked for is absent", async () => {
    const model = await frozen(engine, small.config, small.weights);
    const evaluation = await model.evaluate({ batch: small.batch, columns: new Uint8Array(20).fill(1) });
    expect(Object.keys(evaluation).sort()).toEqual(["logprobs", "values"]);
    model.dispose();
  });

  test("what stands in the padding changes nothing for real tokens", async () => {
    const { config, weights, batch } = small;
    const model = await frozen(engine, config, weights);
    const columns = Uint8Array.from(responseMask(batch));
    const expected = await model.evaluate({ batch, columns });
    const ids = batch.ids.map((id, cell) => {
      const [row, t] = [Math.floor(cell / batch.seq), cell % batch.seq];
      const real = t >= (batch.start[row] as number) && t < (batch.end[row] as number);
      return real ? id : (id + 5) % config.vocabSize;
    });
    expect(ids).not.toEqual(batch.ids);
    const { logprobs } = await model.evaluate({ batch: { ...batch, ids }, columns });
    expect(logprobs).toEqual(expected.logprobs);
    model.dispose();
  });

  test("bad batches are refused", async () => {
    const { config, weights, batch } = small;
    const model = await frozen(engine, config, weights);
    const columns = new Uint8Array(20).fill(1);
    const refused = (changes: Partial<TokenBatch>) => model.evaluate({ batch: { ...batch, ...changes }, columns });
    await expect(refused({ ids: batch.ids.with(3, config.vocabSize) })).rejects.toThrow(ShapeError);
    await expect(refused({ ids: batch.ids.with(3, -1) })).rejects.toThrow(ShapeError);
    await expect(refused({ ids: batch.ids.slice(1) })).rejects.toThrow(ShapeError);
    await expect(refused({ end: batch.end.with(1, batch.seq + 1) })).rejects.toThrow(ShapeError);
    await expect(refused({ start: batch.start.with(1, batch.seq) })).rejects.toThrow(ShapeError);
    await expect(model.evaluate({ batch, columns: columns.slice(1) })).rejects.toThrow(ShapeError);
    await expect(model.scoreLastToken({ ...batch, ids: batch.ids.with(0, 99) })).rejects.toThrow(ShapeError);
    const seq = config.maxPositionEmbeddings + 1;
    const long = { batch: 1, seq, ids: new Int32Array(seq), start: Int32Array.of(0), end: Int32Array.of(seq) };
    await expect(model.evaluate({ batch: long, columns: new Uint8Array(seq - 1) })).rejects.toThrow(ConfigError);
    model.dispose();
  });
});
