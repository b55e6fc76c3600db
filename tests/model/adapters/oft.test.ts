// OFT: rotations against the reference's, block sizes that fit, and what merging gives.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareRotations } from "../../../src/cli/parityOft";
import { CheckpointError, ConfigError } from "../../../src/errors";
import { mergeAdapter } from "../../../src/model/adapters/merge";
import { nearestDivisor, newOft } from "../../../src/model/adapters/oft";
import { rotationOf } from "../../../src/model/adapters/rotation";
import { BASE, MODEL, numbers, OFT, oftAdapter } from "./adapterCases";

const golden = readFileSync(join(import.meta.dirname, "../../golden/oft.json"), "utf8");

describe("rotations", () => {
  it("are the reference's: 5 and 3 Neumann terms, exact Cayley", () => {
    const report = compareRotations(golden);
    expect(report.kinds).toEqual(["neumann5", "neumann3", "exact"]);
    expect(report.matches).toBe(true);
    expect(report.max).toBeLessThan(1e-6);
  });

  it("are told from wrong ones", () => {
    const json = JSON.parse(golden);
    json.exact.R[1][2][3] += 1e-4;
    expect(compareRotations(JSON.stringify(json)).matches).toBe(false);
    expect(() => compareRotations('{"block_size": 4, "weight": [], "x": []}')).toThrow(CheckpointError);
    expect(() => compareRotations(JSON.stringify({ ...json, weight: "much" }))).toThrow(CheckpointError);
  });

  it("of two inputs are worked by hand", () => {
    // Q = [[0, q], [-q, 0]], Q^2 = -q^2 I. Exact: (I - Q)(I + Q)^-1 = (I - Q)^2 / (1 + q^2) = [[1 - q^2, -2q], [2q, 1 - q^2]] / (1 + q^2).
    const q = 0.5;
    expect([...rotationOf([q], 2, { kind: "exact" })]).toEqual([0.6, -0.8, 0.8, 0.6].map((x) => expect.closeTo(x, 14)));
    // 5 terms: I + 2Q + 2Q^2 + 2Q^3 + Q^4 = (1 - 2q^2 + q^4) I + (2 - 2q^2) Q.
    expect([...rotationOf([q], 2, { kind: "neumann", terms: 5 })]).toEqual([0.5625, 0.75, -0.75, 0.5625].map((x) => expect.closeTo(x, 14)));
    expect([...rotationOf([q], 2, { kind: "neumann", terms: 1 })]).toEqual([1, 0, 0, 1]);
    expect([...rotationOf([q], 2, { kind: "neumann", terms: 2 })]).toEqual([1, 1, -1, 1]);
  });

  it("keep lengths with exact Cayley, also where pivots are needed", () => {
    const row = [40, -3, 0.1, 25, 7, -60];
    const r = rotationOf(row, 4, { kind: "exact" });
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) {
        const dot = [0, 1, 2, 3].reduce((sum, k) => sum + (r[i * 4 + k] as number) * (r[j * 4 + k] as number), 0);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 10);
      }
  });
});

describe("block sizes", () => {
  it.each([
    [24, 32, 24],
    [16, 8, 8],
    [24, 7, 6],
    [24, 5, 4],
    [16, 3, 2],
    [16, 6, 4],
    [13, 6, 1],
    [13, 8, 13],
    [10, 1, 1],
  ])("of %i inputs nearest to %i is %i", (inputs, wanted, divisor) => expect(nearestDivisor(inputs, wanted)).toBe(divisor));

  it("fit every target, with one warning for every input size that needs another", () => {
    const { adapter, warnings } = newOft(MODEL, { ...OFT, oftBlockSize: 32 });
    const sizes = new Map(adapter.parametrisation.targets.map(({ name, blockSize }) => [name.split(".").at(-2), blockSize]));
    expect(Object.fromEntries(sizes)).toEqual({
      q_proj: 16,
      k_proj: 16,
      v_proj: 16,
      o_proj: 32,
      gate_proj: 16,
      up_proj: 16,
      down_proj: 24,
    });
    expect(warnings.map(({ en }) => en)).toEqual([
      "OFT: block size 32 does not divide 16 inputs; layers with 16 inputs get blocks of 16.",
      "OFT: block size 32 does not divide 24 inputs; layers with 24 inputs get blocks of 24.",
    ]);
    expect(newOft(MODEL, OFT).warnings).toEqual([]);
  });

  it("follow from the number of blocks", () => {
    const { adapter, warnings } = newOft(MODEL, { ...OFT, oftRank: 5, oftBlockSize: 0, oftTarget: "q_proj,down_proj" });
    expect(adapter.parametrisation.targets.map(({ blockSize }) => blockSize)).toEqual([4, 6, 4, 6]);
    expect(warnings.map(({ en }) => en)[0]).toBe("OFT: 5 blocks do not divide 16 inputs; layers with 16 inputs get 4 blocks.");
    expect(adapter).toMatchObject({ rank: 5, blockSize: 0 });
  });

  it.each([
    [0, 0],
    [4, 8],
  ])("are refused with rank %i and block size %i", (oftRank, oftBlockSize) => {
    expect(() => newOft(MODEL, { ...OFT, oftRank, oftBlockSize })).toThrow(ConfigError);
  });
});

describe("merging", () => {
  it("of a new adapter changes nothing", () => {
    for (const useCayleyNeumann of [true, false])
      expect([...mergeAdapter(BASE.weights, newOft(MODEL, { ...OFT, useCayleyNeumann }).adapter)]).toEqual([...BASE.weights]);
  });

  it("turns the inputs block by block: W' x = W (x R)", () => {
    const adapter = oftAdapter({ oftTarget: "down_proj", oftBlockSize: 6, useCayleyNeumann: false });
    const name = "model.layers.1.mlp.down_proj.weight";
    const merged = numbers(mergeAdapter(BASE.weights, adapter), name);
    const skew = numbers(adapter.tensors, name.replace("weight", "oft_R.weight"));
    const x = Array.from({ length: 24 }, (_, i) => i / 10 - 1);
    const turned = [0, 1, 2, 3].flatMap((block) => {
      const r = rotationOf(skew.slice(block * 15, (block + 1) * 15), 6, { kind: "exact" });
      return Array.from({ length: 6 }, (_, j) =>
        [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + (x[block * 6 + i] as number) * (r[i * 6 + j] as number), 0),
      );
    });
    const times = (w: number[], v: number[], o: number) => v.reduce((sum, value, i) => sum + value * (w[o * 24 + i] as number), 0);
    for (const o of [0, 9, 15]) expect(times(merged, x, o)).toBeCloseTo(times(numbers(BASE.weights, name), turned, o), 5);
    expect(merged).not.toEqual(numbers(BASE.weights, name));
  });
});
