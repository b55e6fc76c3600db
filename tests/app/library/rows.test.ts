// Stored rows read back: whole ones as they were, damaged ones as damaged, never as an exception; snapshots' parts; what is kept.

import { describe, expect, it } from "vitest";
import { bytesOf, isDamaged, readRow, readStep, storedRow } from "../../../app/library/runRow";
import { KEPT_RUNS, tidy } from "../../../app/library/saving";
import { assemble, checksumsOf, PART_BYTES, partsOf } from "../../../app/library/snapshotParts";
import { CONFIG, rowAfter } from "./libraryFixture";

const POINTER = { generation: 3, stepsDone: 4, stateBytes: 10, tensorBytes: 20, checksums: [1, 2 ** 32 - 1] };
const markers = [{ step: 2, changes: [{ field: "learningRate", from: 0.001, to: 0.002 }] }] as const;

/** As the database gives it back. */
const stored = async (): Promise<Record<string, unknown>> => {
  const row = await rowAfter(3, { name: "<b>mine</b>", pinned: true, markers, snapshot: POINTER, previous: { ...POINTER, generation: 2 } });
  return { ...structuredClone(storedRow(row)) };
};

describe("a row", () => {
  it("comes back as it was stored", async () => {
    const row = readRow(await stored(), 1);
    if (isDamaged(row)) throw new Error(row.damaged);
    expect(row).toMatchObject({ id: 1, name: "<b>mine</b>", pinned: true, steps: 3, markers, snapshot: POINTER });
    expect(row.shared).toMatchObject({ scenario: "reviews", engine: "wasm", config: CONFIG });
    expect(bytesOf(row)).toBe(60);
  });

  it("with any field missing, of another kind or out of range is damaged, and nothing is thrown", async () => {
    const whole = await stored();
    const wrong = [undefined, null, -1, 1.5, Number.NaN, "x".repeat(100), {}, [], [{}], () => 0];
    let damaged = 0;
    for (const name of Object.keys(whole).filter((field) => field !== "id"))
      for (const value of wrong) {
        const row = readRow({ ...whole, [name]: value }, 4);
        if (!isDamaged(row)) continue;
        expect(row.damaged).toContain(name);
        damaged++;
      }
    // A few of them are right: a null snapshot, an empty list of markers.
    expect(damaged).toBeGreaterThan(150);
    for (const value of [undefined, null, 3, "row", []]) expect(isDamaged(readRow(value, 4))).toBe(true);
    for (const shared of [
      { version: 99, state: {} },
      { version: 1, state: { config: { seed: "x" } } },
      { version: 1, state: { evil: 1 } },
    ])
      expect(isDamaged(readRow({ ...whole, shared }, 4))).toBe(true);
  });

  it("a damaged step is none", () => {
    const step = { step: 2, bytes: Uint8Array.of(1), full: true, reduced: false };
    expect(readStep(step)).toEqual(step);
    for (const value of [null, 3, {}, { ...step, step: "2" }, { ...step, bytes: [1] }]) expect(readStep(value)).toBeNull();
  });
});

describe("a snapshot in parts", () => {
  const state = Uint8Array.from({ length: 300 }, (_, i) => i);
  const tensors = Uint8Array.from({ length: 2 * PART_BYTES + 5 }, (_, i) => (i * 7) ^ (i >>> 18));
  const snapshot = { stepsDone: 9, state, tensors };
  const pointer = async () => ({
    generation: 1,
    stepsDone: 9,
    stateBytes: state.length,
    tensorBytes: tensors.length,
    checksums: await checksumsOf(partsOf(snapshot)),
  });
  const copy = (): Uint8Array[] => partsOf(snapshot).map((part) => part.slice());

  it("is put together again", async () => {
    expect(copy().map(({ length }) => length)).toEqual([300, PART_BYTES, PART_BYTES, 5]);
    const whole = await assemble(await pointer(), copy());
    expect(whole?.stepsDone).toBe(9);
    expect(Buffer.from(state).equals(whole?.state ?? Buffer.of())).toBe(true);
    expect(Buffer.from(tensors).equals(whole?.tensors ?? Buffer.of())).toBe(true);
  });

  it("is refused with any bit turned, any part missing, short, doubled, swapped or of another kind", async () => {
    const known = await pointer();
    for (const part of [0, 1, 3]) {
      const parts = copy();
      const bytes = parts[part] as Uint8Array;
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 4;
      expect(await assemble(known, parts)).toBeNull();
      expect(await assemble(known, copy().toSpliced(part, 1))).toBeNull();
      expect(await assemble(known, copy().with(part, copy()[part]?.subarray(1) ?? new Uint8Array()))).toBeNull();
    }
    expect(await assemble(known, [...copy(), new Uint8Array()])).toBeNull();
    const [a, b, c, d] = copy();
    expect(await assemble(known, [a, c, b, d])).toBeNull();
    expect(await assemble(known, [undefined, b, c, d])).toBeNull();
    expect(await assemble(known, ["text", b, c, d])).toBeNull();
  });
});

it("room is made among runs without a pin only, oldest first, and damaged rows are left to the visitor", async () => {
  const rows = await Promise.all(
    Array.from({ length: KEPT_RUNS }, (_, i) => rowAfter(1, { id: i, order: 100 - i, pinned: i === KEPT_RUNS - 1 })),
  );
  expect(tidy(rows.slice(1))).toEqual({ remove: [], announce: null });
  expect(tidy(rows).announce?.id).toBe(KEPT_RUNS - 2);
  expect(tidy([...rows.slice(1), { id: 99, damaged: "so" }])).toEqual({ remove: [], announce: null });
  const announced = rows.map((row) => (row.id === 4 ? { ...row, leaving: true } : row));
  expect(tidy(announced)).toEqual({ remove: [4], announce: null });
  expect(tidy(rows.map((row) => ({ ...row, pinned: true }))).announce).toBeNull();
});
