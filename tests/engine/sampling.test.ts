import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { drawToken, processLogits, type SamplingOptions } from "../../src/engine/sampling";
import { gumbelFromHash, hashKey, Stream } from "../../src/random";

const off: SamplingOptions = {
  doSample: true,
  temperature: 1,
  topK: 0,
  topP: 1,
  repetitionPenalty: 1,
  seed: 1,
  step: 0,
  rowOffset: 0,
};

interface Golden {
  logits_processors: {
    input_logits: number[][];
    row_tokens: number[][];
    outputs: Record<string, (number | "-inf")[][]>;
  };
}
const golden = (JSON.parse(readFileSync(new URL("../golden/llama_forward.json", import.meta.url), "utf8")) as Golden).logits_processors;

function processed(logits: readonly number[], history: readonly number[], options: Partial<SamplingOptions>): Float32Array {
  const row = Float32Array.from(logits);
  processLogits(row, Int32Array.from(history), { ...off, ...options });
  return row;
}

describe("processors equal Hugging Face's", () => {
  test.each<[string, Partial<SamplingOptions>]>([
    ["temp0.95_topk4_topp0.7", { temperature: 0.95, topK: 4, topP: 0.7 }],
    ["topp0.9", { topP: 0.9 }],
    ["rep1.3", { repetitionPenalty: 1.3 }],
    ["infnan", {}],
  ])("%s", (name, options) => {
    golden.input_logits.forEach((given, row) => {
      const logits = [...given];
      if (name === "infnan" && row === 0) logits.splice(0, 3, NaN, Infinity, -Infinity);
      const got = processed(logits, golden.row_tokens[row] ?? [], options);
      const wanted = golden.outputs[name]?.[row] ?? [];
      expect(got).toHaveLength(wanted.length);
      wanted.forEach((value, v) => {
        if (value === "-inf") expect(got[v]).toBe(-Infinity);
        else expect(Math.abs((got[v] ?? NaN) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-6);
      });
    });
  });
  test("the golden file holds no case that is not compared", () => {
    expect(Object.keys(golden.outputs).sort()).toEqual(["infnan", "rep1.3", "temp0.95_topk4_topp0.7", "topp0.9"]);
  });
});

describe("processors by hand", () => {
  test("ties at the k-th largest logit all survive", () => {
    expect([...processed([3, 1, 2, 2], [], { topK: 2 })]).toEqual([3, -Infinity, 2, 2]);
  });
  test("top-k of at least the vocabulary changes nothing", () => {
    expect([...processed([3, 1, 2], [], { topK: 5 })]).toEqual([3, 1, 2]);
  });
  test("a tiny top-p keeps exactly the most probable token", () => {
    expect([...processed([0, 1, 0.5], [], { topP: 1e-6 })]).toEqual([-Infinity, 1, -Infinity]);
  });
  test("a token that occurs twice is penalised once; negative logits grow more negative", () => {
    expect([...processed([2, -1, 4], [0, 0, 1], { repetitionPenalty: 2 })]).toEqual([1, -2, 4]);
  });
  test("without sampling, temperature, top-k and top-p do nothing", () => {
    expect([...processed([3, 1, 2], [], { doSample: false, temperature: 0.5, topK: 1, topP: 0.1 })]).toEqual([3, 1, 2]);
  });
});

describe("drawing", () => {
  const logitsRow = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 50 });

  test("is argmax of logit + Gumbel, whatever the shortcut skips", () => {
    fc.assert(
      fc.property(logitsRow, fc.nat(1000), fc.nat(20), (logits, seed, index) => {
        const row = Float32Array.from(logits);
        const noisy = [...row].map((z, v) => z + gumbelFromHash(hashKey(seed, Stream.sample, 4, 10 + 3, index, v)));
        const wanted = noisy.indexOf(Math.max(...noisy));
        expect(drawToken(row, 3, index, { ...off, seed, step: 4, rowOffset: 10 })).toBe(wanted);
      }),
    );
  });
  test("never takes a token of probability zero", () => {
    const row = Float32Array.of(-Infinity, 0.1, -Infinity, 0);
    const drawn = new Set(Array.from({ length: 200 }, (_, i) => drawToken(row, i, 0, off)));
    expect([...drawn].sort((a, b) => a - b)).toEqual([1, 3]);
  });
  test("frequencies follow the softmax", () => {
    const row = Float32Array.of(0, Math.log(3));
    const draws = 8000;
    const ones = Array.from({ length: draws }, (_, i) => drawToken(row, i, 7, off)).reduce((sum, token) => sum + token, 0);
    // Expected share 3/4; standard error sqrt(0.75 * 0.25 / 8000) = 0.0048.
    expect(Math.abs(ones / draws - 0.75)).toBeLessThan(0.025);
  });
  test("slicing the batch changes nothing: row 2 of offset 5 is row 7", () => {
    const row = Float32Array.from({ length: 30 }, () => 0);
    expect(drawToken(row, 2, 3, { ...off, rowOffset: 5 })).toBe(drawToken(row, 7, 3, off));
  });
  test("every part of the key matters", () => {
    const row = Float32Array.from({ length: 5000 }, () => 0);
    const tokens = [
      drawToken(row, 0, 0, off),
      drawToken(row, 1, 0, off),
      drawToken(row, 0, 1, off),
      drawToken(row, 0, 0, { ...off, step: 1 }),
      drawToken(row, 0, 0, { ...off, seed: 2 }),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
  });
  test("greedy takes the first of the largest", () => {
    expect(drawToken(Float32Array.of(1, 3, 3, 2), 0, 0, { ...off, doSample: false })).toBe(1);
  });
});
