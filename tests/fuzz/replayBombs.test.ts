// Replay files that are small and want to become huge: memory and time stay within REPLAY_CAPS.

import { finished } from "node:stream/promises";
import { createDeflateRaw, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ReplayError } from "../../src/errors";
import { encodeChunk } from "../../src/interop/replayChunks";
import { openReplay } from "../../src/interop/replayFile";
import { REPLAY_CAPS } from "../../src/interop/replayFormat";
import { decodeMeta } from "../../src/interop/replayMeta";
import { decodeStep } from "../../src/interop/replayStep";
import { joinBytes, textOf, utf8 } from "./byteEdits";
import { measured, MIB } from "./measure";
import { chunkOf, fileOfChunks, META, META_PAYLOAD, STEP_PAYLOADS, stepParts, stepPayload } from "./replayParts";
import { CASE_LIMIT } from "./settings";

/** So many MiB of `filler` under raw DEFLATE, made piece by piece. */
async function deflated(mebibytes: number, filler: Uint8Array): Promise<Uint8Array> {
  const stream = createDeflateRaw();
  const parts: Uint8Array[] = [];
  stream.on("data", (part: Uint8Array) => parts.push(part));
  for (let i = 0; i < mebibytes; i++) if (!stream.write(filler)) await new Promise((resolve) => stream.once("drain", resolve));
  stream.end();
  await finished(stream);
  return joinBytes(...parts);
}
const filled = (text: string): Uint8Array => utf8(text.repeat(Math.ceil(MIB / text.length)).slice(0, MIB));
async function endOf(bytes: Uint8Array): Promise<{ readonly count: number; readonly end: unknown }> {
  const steps = (await openReplay(bytes)).steps();
  for (let count = 0; ; count++) {
    const next = await steps.next();
    if (next.done) return { count, end: next.value };
  }
}
const u16 = (values: readonly number[]): Uint8Array => Uint8Array.from([...values.map((x) => x & 255), ...values.map((x) => x >>> 8)]);

describe("a replay file", () => {
  it("whose description inflates to 512 MiB is refused at the cap", async () => {
    const bomb = fileOfChunks([chunkOf(await deflated(512, new Uint8Array(MIB)))]);
    expect(bomb.length).toBeLessThan(MIB);
    await expect(measured(() => openReplay(bomb))).rejects.toMatchObject({ name: "ReplayError", problem: "tooLarge" });
  });

  it("whose step inflates to 512 MiB keeps what was before it", async () => {
    const good = await Promise.all([META_PAYLOAD, STEP_PAYLOADS[0] as Uint8Array].map(encodeChunk));
    const bomb = fileOfChunks([...good, chunkOf(await deflated(512, filled("[")))]);
    expect(await measured(() => endOf(bomb))).toMatchObject({ count: 1, end: { kind: "damaged" } });
  });

  it("with 300 MiB in many good steps ends at the cap of the whole file", async () => {
    const { json, arrays } = stepParts(STEP_PAYLOADS[1] as Uint8Array);
    const { scalars, ...rest } = JSON.parse(textOf(json)) as { readonly scalars: object };
    const steps: Uint8Array[] = [];
    const blanks = " ".repeat(7.5 * MIB);
    for (let step = 0; step < 40; step++) {
      const payload = stepPayload(JSON.stringify({ ...rest, scalars: { ...scalars, step } }) + blanks, arrays);
      steps.push(chunkOf(deflateRawSync(payload, { level: 1 })));
    }
    const file = fileOfChunks([await encodeChunk(META_PAYLOAD), ...steps]);
    const { count, end } = await measured(() => endOf(file), 34 * CASE_LIMIT);
    expect(count).toBe(Math.floor(REPLAY_CAPS.inflatedBytes / (7.5 * MIB + (STEP_PAYLOADS[1] as Uint8Array).length)));
    expect(end).toMatchObject({ kind: "damaged", reason: expect.stringMatching(/in all its steps/) });
  });

  it("with JSON of empty objects up to the cap costs no more than twenty times as much", async () => {
    const objects = utf8(`{"lab":[${"{},".repeat(REPLAY_CAPS.jsonBytes / 3 - 100)}{}]}`);
    await expect(measured(() => decodeMeta(objects))).rejects.toThrow(ReplayError);
    const brackets = utf8("[".repeat(REPLAY_CAPS.jsonBytes));
    await expect(measured(() => decodeMeta(brackets))).rejects.toThrow(/expected JSON/);
    const beyond = utf8(" ".repeat(REPLAY_CAPS.jsonBytes + 1));
    await expect(measured(() => decodeMeta(beyond))).rejects.toThrow(/bytes of JSON/);
  });

  it("with a step whose short rows are padded to the largest array is read within the caps", async () => {
    const batch = 362;
    const { json } = stepParts(STEP_PAYLOADS[1] as Uint8Array);
    const header = { ...(JSON.parse(textOf(json)) as object), batch, keptRows: 0, goldParts: null, vectors: [], stats: [], texts: null };
    const lengths = [u16(Array<number>(batch).fill(1)), u16([batch - 1, ...Array<number>(batch - 1).fill(0)])];
    const arrays = joinBytes(...lengths, new Uint8Array(2 * (2 * batch - 1) + 3 * 2 * batch), u16([0]));
    const payload = stepPayload(JSON.stringify(header), arrays);
    const record = await measured(() => decodeStep(payload, META));
    expect(record.rewards.length).toBe(batch * (batch - 1));
    expect(record.rewards.length).toBeLessThanOrEqual(REPLAY_CAPS.cells);
  });

  it("whose minibatches name more rows than a step may have is refused, and read in time with as many as it may", async () => {
    const { json } = stepParts(STEP_PAYLOADS[2] as Uint8Array);
    const header = { ...(JSON.parse(textOf(json)) as object), batch: 1, keptRows: 0, goldParts: null, vectors: [], stats: [], texts: null };
    const text = JSON.stringify({ ...header, detail: { rows: 1, k: 0 }, minibatchRows: 1 });
    // One row without a response, so that every array is empty and only the rows count.
    const payload = (count: number): Uint8Array => {
      const minibatches = [0, 0, 65_535, 0].map((value) => u16(Array<number>(count).fill(value)));
      const numbers = new Uint8Array(count * (2 * 65_535 + 17 * 4));
      return stepPayload(text, joinBytes(u16([1]), u16([0]), new Uint8Array(2 + 3 + 3), u16([count]), ...minibatches, numbers));
    };
    const most = Math.floor(REPLAY_CAPS.minibatchRows / 65_535);
    expect((await measured(() => decodeStep(payload(most), META))).minibatches.length).toBe(most);
    await expect(measured(() => decodeStep(payload(100), META))).rejects.toThrow(/expected at most \d+ minibatch rows/);
  });
});
