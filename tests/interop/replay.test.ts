// The replay file: what goes in comes out within the stated error, and nothing that is read can do harm.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32Number } from "../../src/crc32";
import { ReplayError } from "../../src/errors";
import { encodeChunk } from "../../src/interop/replayChunks";
import { encodeStepChunk, END, openReplay, type ReplayEnd, replayPrefix, writeReplay } from "../../src/interop/replayFile";
import { isKeyframe, KEPT_ROWS, MAGIC, REPLAY_CAPS, type ReplayMeta, type ReplayStep } from "../../src/interop/replayFormat";
import { decodeMeta, encodeMeta } from "../../src/interop/replayMeta";
import { decodeStep, encodeStep } from "../../src/interop/replayStep";
import type { StepRecord } from "../../src/records";
import { replayMeta, type Shape, stepRecord } from "./replayFixture";

const shapes: fc.Arbitrary<Shape> = fc.record({
  seed: fc.nat(),
  batch: fc.integer({ min: 1, max: 6 }),
  longestQuery: fc.integer({ min: 1, max: 4 }),
  longestResponse: fc.integer({ min: 0, max: 5 }),
  minibatchSize: fc.integer({ min: 1, max: 4 }),
  epochs: fc.integer({ min: 0, max: 2 }),
  detailRows: fc.integer({ min: 0, max: 4 }),
  gold: fc.boolean(),
  evaluated: fc.boolean(),
});
const SHAPE: Shape = {
  seed: 3,
  batch: 4,
  longestQuery: 3,
  longestResponse: 4,
  minibatchSize: 2,
  epochs: 2,
  detailRows: 2,
  gold: true,
  evaluated: true,
};

async function readAll(bytes: Uint8Array): Promise<{ meta: ReplayMeta; records: ReplayStep[]; end: ReplayEnd }> {
  const reader = await openReplay(bytes);
  const records: ReplayStep[] = [];
  const steps = reader.steps();
  for (;;) {
    const next = await steps.next();
    if (next.done) return { meta: reader.meta, records, end: next.value };
    records.push(next.value);
  }
}

/** Everything but a ReplayError is a failure. */
async function readOrRefuse(bytes: Uint8Array): Promise<Awaited<ReturnType<typeof readAll>> | ReplayError> {
  try {
    return await readAll(bytes);
  } catch (error) {
    if (error instanceof ReplayError) return error;
    throw error;
  }
}

/** `relative` of the number, or `absolute` where that is more; NaN and infinities are themselves. */
function expectNear(actual: ArrayLike<number>, wanted: ArrayLike<number>, relative: number, absolute: number): void {
  expect(actual.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [actual[i] as number, wanted[i] as number];
    if (Number.isFinite(b)) expect(Math.abs(a - b), `${a} for ${b}`).toBeLessThanOrEqual(Math.max(relative * Math.abs(b), absolute));
    else expect(a).toBe(b);
  }
}
const expectFloat24 = (actual: ArrayLike<number>, wanted: ArrayLike<number>): void => expectNear(actual, wanted, 2 ** -16, 2 ** -142);
const expectFloat16 = (actual: ArrayLike<number>, wanted: ArrayLike<number>): void => expectNear(actual, wanted, 2 ** -11, 2 ** -25);

/** The numbers of a row's response columns in an array [places, seq - 1, width]. */
function tokensOf(array: Float32Array | Int32Array, { queries, responses, seq }: StepRecord, place: number, row: number, width = 1) {
  const from = (place * (seq - 1) + (queries[row]?.length ?? 0) - 1) * width;
  return array.subarray(from, from + (responses[row]?.length ?? 0) * width);
}

const PER_TOKEN = ["logprobs", "refLogprobs", "kl", "rewards", "values", "advantages", "returns"] as const;

function expectSame(decoded: StepRecord, record: StepRecord, keep: { rows: number; detailRows: number }): void {
  const rows = Math.min(keep.rows, record.batch);
  expect(decoded.keptRows).toBe(rows === record.batch ? null : rows);
  for (const field of [
    "step",
    "totalSteps",
    "epoch",
    "batch",
    "seq",
    "queries",
    "responses",
    "queryTexts",
    "responseTexts",
    "mask",
  ] as const)
    expect(decoded[field]).toEqual(record[field]);
  for (const field of ["epochsRun", "stats", "klCoef", "klCoefAfter", "learningRate", "log", "warnings", "evaluation", "seconds"] as const)
    expect(decoded[field]).toEqual(record[field]);
  expectFloat24(decoded.scores, record.scores);
  expectFloat24(decoded.scaledScores, record.scaledScores);
  expect(Object.keys(decoded.gold?.parts ?? {})).toEqual(Object.keys(record.gold?.parts ?? {}));
  if (record.gold) {
    expectFloat24(decoded.gold?.gold ?? [], record.gold.gold);
    for (const [part, values] of Object.entries(record.gold.parts)) expectFloat24(decoded.gold?.parts[part] ?? [], values);
  }
  expectFloat24(decoded.vectors["objective/kl_dist"] ?? [], record.vectors["objective/kl_dist"] ?? []);
  for (const name of PER_TOKEN) {
    expect(decoded[name].length).toBe(record[name].length);
    for (let row = 0; row < record.batch; row++) {
      const found = tokensOf(decoded[name], record, row, row);
      if (row < rows) expectFloat24(found, tokensOf(record[name], record, row, row));
      else expect(found.every(Number.isNaN)).toBe(true);
    }
    decoded[name].forEach((x, i) => record.mask[i] === 0 && expect(x).toBe(0));
  }
  const detailRows = record.detail === null ? 0 : Math.min(keep.detailRows, record.detail.rows);
  expect(decoded.detail?.rows ?? 0).toBe(detailRows);
  for (let row = 0; row < detailRows; row++) {
    for (const policy of ["rollout", "reference", "updated"] as const) {
      const [found, wanted] = [decoded.detail?.[policy], record.detail?.[policy]];
      if (!found || !wanted || !record.detail) throw new TypeError("expected alternatives");
      expect(tokensOf(found.ids, record, row, row, record.detail.k)).toEqual(tokensOf(wanted.ids, record, row, row, record.detail.k));
      expectFloat16(tokensOf(found.logprobs, record, row, row, 3), tokensOf(wanted.logprobs, record, row, row, 3));
    }
    for (const name of ["updatedLogprobs", "updatedValues"] as const)
      expectFloat24(
        tokensOf(decoded.detail?.[name] as Float32Array, record, row, row),
        tokensOf(record.detail?.[name] as Float32Array, record, row, row),
      );
  }
  expect(decoded.minibatches.length).toBe(record.minibatches.length);
  decoded.minibatches.forEach((minibatch, i) => {
    const wanted = record.minibatches[i] as (typeof record.minibatches)[number];
    for (const field of ["epoch", "index", "rows", "stats", "meanRatio", "skipped", "gradNorm"] as const)
      expect(minibatch[field]).toEqual(wanted[field]);
    for (const name of ["ratio", "newLogprobs", "newValues"] as const)
      wanted.rows.forEach((row, place) => {
        const found = tokensOf(minibatch[name], record, place, row);
        if (row < detailRows) expectFloat24(found, tokensOf(wanted[name], record, place, row));
        else expect(found.every(Number.isNaN)).toBe(true);
      });
  });
}

describe("a replay file gives back what went in", () => {
  it("within the stated error, for any shape and any kept rows", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(shapes, { maxLength: 3 }),
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 0, max: 5 }),
        async (all, rows, detailRows) => {
          const keep = { rows, detailRows };
          const records = all.map((shape, i) => stepRecord(2 * i, shape));
          const meta = replayMeta(records.length);
          const { meta: read, records: decoded, end } = await readAll(await writeReplay(meta, records, keep));
          expect(read).toEqual(meta);
          expect(end).toEqual({ kind: "whole" });
          expect(decoded.length).toBe(records.length);
          decoded.forEach((record, i) => expectSame(record, records[i] as StepRecord, keep));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("also when it is written again", async () => {
    const first = (await readAll(await writeReplay(replayMeta(1), [stepRecord(0, SHAPE)], { rows: 3, detailRows: 1 }))).records;
    const second = (await readAll(await writeReplay(replayMeta(1), first, KEPT_ROWS))).records;
    expect(second).toEqual(first);
  });

  it("with texts that follow from the tokens, or as they were", async () => {
    const plain = stepRecord(0, SHAPE);
    const words = [Int32Array.of(2, 3, 4, 5, 1), Int32Array.of(4, 5), Int32Array.of(1), Int32Array.of(3, 3, 3)];
    const joined: StepRecord = {
      ...plain,
      queries: plain.queries.map(() => Int32Array.of(2)),
      responses: words,
      seq: 6,
      ...Object.fromEntries(PER_TOKEN.map((name) => [name, new Float32Array(20)])),
      detail: null,
      minibatches: [],
      queryTexts: ["a", "a", "a", "a"],
      responseTexts: ["a warm film.", "film.", "", "warm warm warm"],
    };
    const { records, end } = await readAll(await writeReplay(replayMeta(1), [joined]));
    expect(end).toEqual({ kind: "whole" });
    expect(records[0]?.responseTexts).toEqual(joined.responseTexts);
    const other = { ...joined, responseTexts: ["a warm film .", "film.", "", "warm warm warm"] };
    expect((await readAll(await writeReplay(replayMeta(1), [other]))).records[0]?.responseTexts).toEqual(other.responseTexts);
    const size = async (record: StepRecord) => (await writeReplay(replayMeta(1), [record])).length;
    expect(await size(joined)).toBeLessThan(await size(other));
  });

  it("with the options that were turned, and none where the writer knew of none", async () => {
    const change = { field: "learningRate", from: 1e-4, to: 3e-4 } as const;
    const written = [stepRecord(0, SHAPE), { ...stepRecord(1, SHAPE), changes: [change] }];
    const { records } = await readAll(await writeReplay(replayMeta(2), written));
    expect(records.map(({ changes }) => changes)).toEqual([[], [change]]);
  });

  it("put together from chunks that were encoded one by one, with a description made last", async () => {
    const meta = replayMeta(2);
    const steps = [stepRecord(0, SHAPE), stepRecord(1, SHAPE)];
    const chunks = await Promise.all(steps.map((record) => encodeStepChunk(record, meta)));
    expect(joined([await replayPrefix(meta), ...chunks, END])).toEqual(await writeReplay(meta, steps));
    const noted = { ...meta, note: "added at the end", reducedFrom: 1 };
    const read = await readAll(joined([await replayPrefix(noted), ...chunks, END]));
    expect(read.meta).toEqual(noted);
    expect(read.records.length).toBe(2);
  });

  it("as far as it is good, by its count of good bytes", async () => {
    const file = joined(await parts(3));
    const cut = file.subarray(0, file.length - 40);
    const reader = await openReplay(cut);
    const steps = reader.steps();
    while (!(await steps.next()).done);
    const again = await readAll(cut.slice(0, reader.goodBytes));
    expect(again.records.length).toBe(2);
    expect(again.end).toEqual({ kind: "cut" });
    const whole = await openReplay(file);
    const all = whole.steps();
    while (!(await all.next()).done);
    expect(whole.goodBytes).toBe(file.length);
  });

  it("keeps the first three steps, every fifth and the last in full", () => {
    expect(Array.from({ length: 13 }, (_, step) => step).filter((step) => isKeyframe(step, 13))).toEqual([0, 1, 2, 4, 9, 12]);
  });
});

/** The file's parts: what stands before the steps, each step's chunk, and the end. */
async function parts(steps: number): Promise<Uint8Array[]> {
  const records = Array.from({ length: steps }, (_, step) => stepRecord(step, { ...SHAPE, seed: step }));
  const meta = replayMeta(steps);
  const empty = await writeReplay(meta, []);
  const chunks = await Promise.all(records.map((record) => encodeChunk(encodeStep(record, meta, KEPT_ROWS))));
  return [empty.subarray(0, -8), ...chunks, empty.subarray(-8)];
}
const joined = (all: readonly Uint8Array[]): Uint8Array => Uint8Array.from(all.flatMap((part) => [...part]));

describe("a replay file that is not whole", () => {
  it("keeps its valid prefix wherever it is cut", async () => {
    const all = await parts(3);
    const file = joined(all);
    const starts = all.map((_, i) => all.slice(0, i).reduce((size, { length }) => size + length, 0));
    for (let length = 0; length < file.length; length += length < 80 ? 1 : 7) {
      const read = await readOrRefuse(file.subarray(0, length));
      if (length < (starts[1] as number)) {
        expect(read).toBeInstanceOf(ReplayError);
        continue;
      }
      if (read instanceof ReplayError) throw read;
      expect(read.end).toEqual({ kind: "cut" });
      expect(read.records.length).toBe(starts.filter((start, i) => i >= 2 && start <= length).length);
    }
  });

  it("stops before a damaged step and says so, wherever a bit is flipped", async () => {
    const all = await parts(3);
    const file = joined(all);
    const firstStep = (all[0] as Uint8Array).length;
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.nat(7), async (at, bit) => {
        const bad = file.slice();
        bad[at] = (bad[at] as number) ^ (1 << bit);
        const read = await readOrRefuse(bad);
        if (read instanceof ReplayError) {
          expect(at).toBeLessThan(firstStep);
          return;
        }
        expect(read.end.kind).not.toBe("whole");
        const records = read.records.map(({ step }) => step);
        expect(records).toEqual([0, 1, 2].slice(0, records.length));
      }),
      { numRuns: 400 },
    );
  });
});

describe("a replay file that nobody made", () => {
  const header = Uint8Array.from([...MAGIC, 1, 0, 0, 0]);

  it("is refused when it is something else", async () => {
    await expect(openReplay(new TextEncoder().encode("GIF89a, not a replay"))).rejects.toMatchObject({
      name: "ReplayError",
      problem: "notReplay",
    });
    await expect(openReplay(new Uint8Array())).rejects.toMatchObject({ problem: "notReplay" });
  });

  it("is refused when its version or an option is unknown", async () => {
    await expect(openReplay(Uint8Array.from([...MAGIC, 2, 0, 0, 0]))).rejects.toMatchObject({ problem: "version" });
    const meta = replayMeta(0);
    const strange = { ...meta, config: { ...meta.config, warpDrive: true } } as unknown as ReplayMeta;
    expect(() => decodeMeta(encodeMeta(strange))).toThrow(/no option warpDrive/);
    const wild = { ...meta, config: { ...meta.config, cliprange: -1 } };
    expect(() => decodeMeta(encodeMeta(wild))).toThrow(/cliprange must be more than 0/);
  });

  it("is refused when an option that was turned is unknown or has a value that it cannot have", async () => {
    for (const change of [
      { field: "warpDrive", from: 1, to: 2 },
      { field: "cliprange", from: 0.2, to: -1 },
      { field: "cliprange", from: "0.2", to: 0.2 },
      { field: "__proto__", from: 0.2, to: 0.2 },
    ]) {
      const bent = { ...stepRecord(0, SHAPE), changes: [change] } as unknown as StepRecord;
      expect(() => decodeStep(encodeStep(bent, replayMeta(1), KEPT_ROWS), replayMeta(1))).toThrow(ReplayError);
    }
  });

  it("may lack what was added later", async () => {
    const { reducedFrom: _, ...older } = replayMeta(0);
    expect(decodeMeta(encodeMeta(older as ReplayMeta)).reducedFrom).toBeNull();
    expect(() => decodeMeta(encodeMeta({ ...replayMeta(0), reducedFrom: -1 }))).toThrow(ReplayError);
  });

  it("takes the defaults for options that it does not know yet", () => {
    const { q7NoRemaskAfterWhitening: _, ...older } = replayMeta(0).config;
    const meta = decodeMeta(encodeMeta({ ...replayMeta(0), config: older } as unknown as ReplayMeta));
    expect(meta.config).toEqual(replayMeta(0).config);
  });

  it("is refused when it is too large", async () => {
    await expect(openReplay(new Uint8Array(REPLAY_CAPS.fileBytes + 1))).rejects.toMatchObject({ problem: "tooLarge" });
  });

  it("does not inflate beyond the cap", async () => {
    const zeros = new Uint8Array(2 * REPLAY_CAPS.payloadBytes);
    const stored = new Uint8Array(
      await new Response(new Blob([zeros]).stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer(),
    );
    expect(stored.length).toBeLessThan(100_000);
    const chunk = new DataView(new ArrayBuffer(8));
    chunk.setUint32(0, stored.length, true);
    chunk.setUint32(4, crc32Number(stored), true);
    const bomb = joined([header, new Uint8Array(chunk.buffer), stored]);
    await expect(openReplay(bomb)).rejects.toMatchObject({ problem: "tooLarge" });
  });

  it("is refused or read in part, never anything else: garbage behind a good start", async () => {
    const start = (await parts(0))[0] as Uint8Array;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(new Uint8Array(), MAGIC, header, start),
        fc.uint8Array({ maxLength: 200 }),
        async (good, garbage) => {
          const read = await readOrRefuse(joined([good, garbage]));
          if (!(read instanceof ReplayError)) expect(read.records).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is refused or read in part, never anything else: a step that its maker bent", async () => {
    const meta = replayMeta(1);
    const payload = encodeStep(stepRecord(0, SHAPE), meta, KEPT_ROWS);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(payload.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(payload.length),
        (bends, length) => {
          const bent = payload.slice(0, length % 3 === 0 ? length : payload.length);
          for (const [at, value] of bends) bent[at] = value;
          try {
            const record = decodeStep(bent, meta);
            expect(record.batch * (record.seq - 1)).toBeLessThanOrEqual(REPLAY_CAPS.cells);
            for (const ids of [...record.queries, ...record.responses])
              for (const id of ids) expect(id).toBeLessThan(meta.info.tokenTexts.length);
          } catch (error) {
            expect(error).toBeInstanceOf(ReplayError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("is refused or read in part, never anything else: a step whose JSON its maker bent", () => {
    const meta = replayMeta(1);
    const payload = encodeStep(stepRecord(0, SHAPE), meta, KEPT_ROWS);
    const length = new DataView(payload.buffer).getUint32(0, true);
    // Lengths of byte planes: the first four bytes are the planes of one number.
    const json = JSON.parse(new TextDecoder().decode(payload.subarray(4, 4 + length))) as Record<string, unknown>;
    const rest = payload.subarray(4 + length);
    const fields = [...Object.keys(json), ...Object.keys(json["scalars"] as object)];
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const bent = field in json ? { ...json, [field]: value } : { ...json, scalars: { ...(json["scalars"] as object), [field]: value } };
        const text = new TextEncoder().encode(JSON.stringify(bent));
        const size = new Uint8Array(4);
        new DataView(size.buffer).setUint32(0, text.length, true);
        try {
          decodeStep(joined([size, text, rest]), meta);
        } catch (error) {
          expect(error).toBeInstanceOf(ReplayError);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("is refused when its description is bent", () => {
    const good = JSON.parse(new TextDecoder().decode(encodeMeta(replayMeta(1)))) as Record<string, unknown>;
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(good)), fc.jsonValue(), (field, value) => {
        try {
          decodeMeta(new TextEncoder().encode(JSON.stringify({ ...good, [field]: value })));
        } catch (error) {
          expect(error).toBeInstanceOf(ReplayError);
        }
      }),
      { numRuns: 1000 },
    );
    expect(() => decodeMeta(new TextEncoder().encode("[".repeat(1_000_000)))).toThrow(ReplayError);
    expect(() => decodeMeta(Uint8Array.of(0xff, 0xfe))).toThrow(ReplayError);
  });
});
