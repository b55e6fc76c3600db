// Theta's tensors and where they lie: names, groups, the polynomial of OFT, packing without overlap, windows of whole blocks.

import { describe, expect, test } from "vitest";
import { neumannCoefficients, upperTriangle } from "../../src/engine/cayley";
import type { Parametrisation } from "../../src/engine/engine";
import { layerName, parameterSpecs, sizeOf } from "../../src/engine/layout";
import { packingOf } from "../../src/engine/packing";
import { checkTheta, thetaSpecs } from "../../src/engine/theta";
import { extentOf, thetaPackingOf } from "../../src/engine/thetaPacking";
import { windowsOf } from "../../src/engine/wasm/oft";
import { ShapeError } from "../../src/errors";
import { ADAPTED, randomTheta } from "./adapterFixtures";
import { MODELS, randomWeights, TINY } from "./fixtures";

const HEAD = ["v_head.summary.weight", "v_head.summary.bias"];
const namesOf = (parametrisation: Parametrisation) => thetaSpecs(TINY, parametrisation).map(({ name }) => name);

test("theta holds the adapter or the trained tensors, and the value head at the end", () => {
  const q = layerName(0, "self_attn.q_proj");
  const up = layerName(0, "mlp.up_proj");
  expect(namesOf({ kind: "full" })).toEqual(parameterSpecs(TINY).map(({ name }) => name));
  expect(namesOf({ kind: "freeze", trained: [`${up}.weight`, `${q}.weight`] })).toEqual([`${q}.weight`, `${up}.weight`, ...HEAD]);
  const lora = thetaSpecs(TINY, { kind: "lora", rank: 2, scale: 1, targets: [`${up}.weight`, `${q}.weight`] });
  expect(lora.map(({ name, shape, decayGroup }) => `${name} ${shape} ${decayGroup}`)).toEqual([
    `${up}.lora_A.weight 2,16 decay`,
    `${up}.lora_B.weight 24,2 decay`,
    `${q}.lora_A.weight 2,16 decay`,
    `${q}.lora_B.weight 16,2 decay`,
    `${HEAD[0]} 1,16 decay`,
    `${HEAD[1]} 1 noDecay`,
  ]);
  const oft = thetaSpecs(TINY, { kind: "oft", cayley: { kind: "exact" }, targets: [{ name: `${up}.weight`, blockSize: 4 }] });
  expect(oft.map(({ name, shape }) => `${name} ${shape}`)).toEqual([`${up}.oft_R.weight 4,6`, `${HEAD[0]} 1,16`, `${HEAD[1]} 1`]);
});

test("a state of another parametrisation is refused", () => {
  const parametrisation = { kind: "freeze", trained: ["model.norm.weight"] } as const;
  const weights = randomWeights(TINY, 1);
  checkTheta(TINY, parametrisation, weights);
  expect(() => checkTheta(TINY, { kind: "lora", rank: 1, scale: 1, targets: [layerName(0, "mlp.up_proj.weight")] }, weights)).toThrow(
    ShapeError,
  );
});

test("the Cayley-Neumann polynomial", () => {
  expect([1, 2, 3, 4, 5, 6].map(neumannCoefficients)).toEqual([
    [1, 0],
    [1, 2],
    [1, 2, 2, 1],
    [1, 2, 2, 1],
    [1, 2, 2, 2, 1],
    [1, 2, 2, 2, 2, 1],
  ]);
  for (const terms of [0, -1, 2.5, Number.NaN]) expect(() => neumannCoefficients(terms)).toThrow(ShapeError);
  expect(upperTriangle(3)).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
});

describe.each(Object.entries(ADAPTED))("packed theta, %s", (_, { config, parametrisation }) => {
  test("holds every tensor on words of its own, norms and biases first, runs inside the weights", () => {
    if (parametrisation.kind === "full") throw new TypeError("expected a theta apart from the weights");
    const packing = packingOf(config);
    const theta = thetaPackingOf(packing, parametrisation);
    const specs = new Map(thetaSpecs(config, parametrisation).map((spec) => [spec.name, spec]));
    expect(theta.placements.map(({ name }) => name).sort()).toEqual([...specs.keys()].sort());
    const taken = new Set<number>();
    for (const { name, shape, base, stride, rows, cols } of theta.placements) {
      expect(shape, name).toEqual(specs.get(name)?.shape);
      expect(rows.length * cols.length, name).toBe(sizeOf(shape));
      expect(base % 4, name).toBe(0);
      expect(base < theta.noDecaySize, name).toBe(specs.get(name)?.decayGroup === "noDecay");
      for (const row of rows) for (const col of cols) taken.add(base + row * stride + col);
    }
    expect(taken.size).toBe([...specs.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0));
    expect(Math.max(...taken)).toBeLessThan(theta.size);
    for (const run of theta.runs) {
      const own = packing.placements.find(({ base }) => base === run.weights);
      expect(own && extentOf(own)).toBe(run.floats);
    }
    expect(randomTheta({ config, parametrisation }, 1).size).toBe(specs.size);
  });
});

test.each([
  ["blocks of a vector's width", 12, 12, 4, [4, 4, 4]],
  ["small blocks share a window", 10, 12, 2, [4, 4, 4]],
  ["odd blocks meet a boundary in the end", 15, 16, 5, [16]],
])("windows: %s", (_, inputs, stride, blockSize, widths) => {
  const windows = windowsOf(
    Int32Array.from({ length: inputs }, (__, i) => i),
    stride,
    blockSize,
  );
  expect(windows.map(({ width }) => width)).toEqual(widths);
  expect(windows.flatMap(({ entries }) => entries).length).toBe((inputs / blockSize) * ((blockSize * (blockSize - 1)) / 2));
});

test("windows cover a packed row, padding between heads included", () => {
  const config = MODELS["odd sizes, grouped queries"] as typeof TINY;
  const output = packingOf(config).placements.find(({ name }) => name.includes("o_proj"));
  if (!output) throw new TypeError("expected an output projection");
  const windows = windowsOf(output.cols, output.stride, 3);
  expect(windows.map(({ column, width }) => [column, width])).toEqual([
    [0, 8],
    [8, 8],
  ]);
  expect(windows[1]?.entries.map(({ at, row, column }) => [at, row, column])).toEqual([
    [8, 0, 1],
    [9, 0, 2],
    [10, 1, 2],
    [12, 3, 4],
    [13, 3, 5],
    [14, 4, 5],
  ]);
});
