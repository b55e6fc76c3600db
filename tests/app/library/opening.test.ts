// Stored runs opened again: to go on, as a replay file, as a checkpoint; with damaged steps in between.

import { describe, expect, it } from "vitest";
import { metaOf, replayFileOf, resumableRun } from "../../../app/library/opening";
import { checkpointZip, zipOf } from "../../../app/library/zip";
import { crc32Number } from "../../../src/crc32";
import { ReplayError } from "../../../src/errors";
import { openReplay } from "../../../src/interop/replayFile";
import { STATE_FILE, STATE_TENSORS_FILE } from "../../../src/ppo/checkpointState";
import { CONFIG, chunksOf, rowAfter, runInfo, snapshotAfter, stateAfter } from "./libraryFixture";

const found = (stepsDone: number) => ({ snapshot: snapshotAfter(stepsDone), fellBack: false });
const markers = [
  { step: 2, changes: [{ field: "learningRate", from: 0.001, to: 0.002 }] },
  { step: 5, changes: [{ field: "learningRate", from: 0.002, to: 0.004 }] },
] as const;

describe("a run to go on with", () => {
  it("has the numbers of every step exactly, its options and what was turned", async () => {
    const state = stateAfter(6, runInfo());
    const row = await rowAfter(6, { markers });
    const run = await resumableRun(row, await chunksOf(state), found(4));
    expect(run.points).toEqual(state.points);
    expect(run.records.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(run.startConfig).toEqual(CONFIG);
    expect(run.runConfig).toEqual({ ...CONFIG, learningRate: 0.004 });
    expect(run).toMatchObject({
      scenario: "reviews",
      engine: "wasm",
      config: CONFIG,
      info: runInfo(),
      markers,
      snapshot: snapshotAfter(4),
    });
  });

  it("counts only the warnings of steps that are not done again", async () => {
    const state = stateAfter(6, runInfo());
    const row = await rowAfter(6);
    const chunks = await chunksOf(state);
    expect((await resumableRun(row, chunks, found(4))).warnings).toMatchObject([{ kind: "negativeKl", count: 1 }]);
    expect((await resumableRun(row, chunks, found(1))).warnings).toEqual([]);
  });

  it("lacks only the steps that are damaged, cut, or lie under another's number", async () => {
    const chunks = await chunksOf(stateAfter(6, runInfo()));
    const flipped = chunks[1]?.bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) ?? new Uint8Array();
    const broken = chunks
      .map((chunk) => (chunk.step === 1 ? { ...chunk, bytes: flipped } : chunk))
      .map((chunk) => (chunk.step === 3 ? { ...chunk, bytes: chunk.bytes.slice(0, 30) } : chunk))
      .map((chunk) => (chunk.step === 5 ? { ...chunk, step: 7 } : chunk));
    const run = await resumableRun(await rowAfter(6), broken, found(6));
    expect(run.points.map(({ step }) => step)).toEqual([1, 3, 5]);
  });

  it("is refused when its description is damaged", async () => {
    const row = await rowAfter(2);
    const prefix = row.prefix.map((byte, i) => (i === 25 ? byte ^ 1 : byte));
    await expect(resumableRun({ ...row, prefix }, [], found(1))).rejects.toBeInstanceOf(ReplayError);
  });
});

it("a stored run is a whole replay file with its name as note", async () => {
  const state = stateAfter(5, runInfo());
  const row = await rowAfter(5, { name: "the best one" });
  const reader = await openReplay(await replayFileOf(row, await chunksOf(state)));
  expect(reader.meta).toMatchObject({ steps: 5, keyframes: [0, 2, 4], note: "the best one", config: CONFIG, models: { policy: "00" } });
  const steps = reader.steps();
  for (let step = 0; step < 5; step++) expect((await steps.next()).value).toMatchObject({ step, stats: state.points[step]?.stats });
  expect(await steps.next()).toEqual({ done: true, value: { kind: "whole" } });
  expect((await metaOf(row)).info.tokenTexts).toEqual(runInfo().tokenTexts);
});

describe("a zip archive", () => {
  it("holds every file, stored, with sizes, checksums and places that fit", async () => {
    const files = [
      { name: "checkpoint/a.json", bytes: new TextEncoder().encode("{}") },
      { name: "checkpoint/b", bytes: Uint8Array.from({ length: 1000 }, (_, i) => i) },
      { name: "empty", bytes: new Uint8Array() },
    ];
    const bytes = new Uint8Array(await zipOf(files).arrayBuffer());
    expect(unzip(bytes)).toEqual(new Map(files.map((file) => [file.name, file.bytes])));
  });

  it("of a checkpoint has the files that `lab train --resume` reads", async () => {
    const names = unzip(new Uint8Array(await checkpointZip(snapshotAfter(2)).arrayBuffer()));
    expect(names).toEqual(
      new Map([
        [`checkpoint/${STATE_FILE}`, snapshotAfter(2).state],
        [`checkpoint/${STATE_TENSORS_FILE}`, snapshotAfter(2).tensors],
      ]),
    );
  });
});

/** Reads an archive as its specification says: from the end, by the directory, each entry checked against its local header. */
function unzip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const count = view.getUint16(end + 10, true);
  let place = view.getUint32(end + 16, true);
  expect(place + view.getUint32(end + 12, true)).toBe(end);
  const files = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    expect(view.getUint32(place, true)).toBe(0x02014b50);
    expect(view.getUint16(place + 10, true), "stored").toBe(0);
    const [sum, packed, size] = [16, 20, 24].map((offset) => view.getUint32(place + offset, true)) as [number, number, number];
    const nameLength = view.getUint16(place + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(place + 46, place + 46 + nameLength));
    const local = view.getUint32(place + 42, true);
    expect(view.getUint32(local, true)).toBe(0x04034b50);
    expect(bytes.subarray(local + 4, local + 28)).toEqual(bytes.subarray(place + 6, place + 30));
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const content = bytes.slice(start, start + size);
    expect([packed, crc32Number(content)]).toEqual([size, sum]);
    files.set(name, content);
    place += 46 + nameLength;
  }
  expect(place).toBe(end);
  return files;
}
