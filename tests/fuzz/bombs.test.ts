// Files that are small and want to become huge: memory and time stay within what the readers state.

import { finished } from "node:stream/promises";
import { createDeflateRaw, deflateRawSync } from "node:zlib";
import { afterAll, describe, expect, it, vi } from "vitest";
import { CheckpointError, ConfigError, ReplayError } from "../../src/errors";
import { encodeChunk } from "../../src/interop/replayChunks";
import { PROMPT_DATASET_LIMITS, readPromptDataset } from "../../src/interop/promptDataset";
import { openReplay } from "../../src/interop/replayFile";
import { REPLAY_CAPS } from "../../src/interop/replayFormat";
import { decodeMeta } from "../../src/interop/replayMeta";
import { decodeStep } from "../../src/interop/replayStep";
import { parseHuggingFaceConfig } from "../../src/model/huggingFaceConfig";
import { MAX_JSON_LENGTH } from "../../src/model/jsonText";
import { readSafetensors } from "../../src/model/safetensors";
import { loadTokenizer } from "../../src/model/tokenizer";
import { apiReward } from "../../src/reward/apiReward";
import { tinyTokenizer } from "../ppo/tinyRun";
import { joinBytes, textOf, utf8 } from "./byteEdits";
import { guarded } from "./guards";
import { chunkOf, fileOfChunks, META, META_PAYLOAD, STEP_PAYLOADS, stepParts, stepPayload } from "./replayParts";
import { CASE_LIMIT, processorTime, TARGET_TIMEOUT } from "./settings";

const MIB = 2 ** 20;
/** MiB over the process's highest mark before; this file has a process of its own. Without the caps the bombs take 500 and more. */
const MOST_MEMORY = 256;

const highestMark = (): number => process.resourceUsage().maxRSS / 1024;
const lines: string[] = [];

/** Reads with time and memory measured; rejects as `read` does. */
async function measured<T>(read: () => T | Promise<T>, limit = CASE_LIMIT): Promise<T> {
  const [mark, start] = [highestMark(), processorTime()];
  try {
    return await guarded(read);
  } finally {
    const time = processorTime() - start;
    const growth = highestMark() - mark;
    lines.push(`${time.toFixed(0).padStart(6)} ms  +${growth.toFixed(0).padStart(4)} MiB  ${expect.getState().currentTestName ?? ""}`);
    expect(time, "milliseconds").toBeLessThan(limit);
    expect(growth, "MiB").toBeLessThan(MOST_MEMORY);
  }
}

vi.setConfig({ testTimeout: TARGET_TIMEOUT });
afterAll(() => console.log(lines.join("\n")));

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

/** A .safetensors file: this header, no data. */
function safetensorsOf(header: string, length = header.length): Uint8Array {
  const prefix = new DataView(new ArrayBuffer(8));
  prefix.setBigUint64(0, BigInt(length), true);
  return joinBytes(new Uint8Array(prefix.buffer), utf8(header));
}

describe("a weights file", () => {
  it.each([
    ["a header of 2^60 bytes", safetensorsOf("{}", 2 ** 60), /header of at most/],
    [
      "shapes whose product overflows",
      safetensorsOf('{"a":{"dtype":"F32","shape":[4294967296,4294967296,2],"data_offsets":[0,0]}}'),
      /needs/,
    ],
    [
      "a tensor of 2^50 bytes",
      safetensorsOf('{"a":{"dtype":"F32","shape":[281474976710656],"data_offsets":[0,1125899906842624]}}'),
      /need/,
    ],
    ["8 MiB of brackets", safetensorsOf("[".repeat(8 * MIB)), /not JSON/],
  ])("with %s is refused", async (_, bytes, message) => {
    const refused = measured(() => readSafetensors(bytes));
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(CheckpointError);
  });

  it("with a hundred thousand empty tensors is read", async () => {
    const entries = Array.from({ length: 100_000 }, (_, i) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`);
    const { tensors } = await measured(() => readSafetensors(safetensorsOf(`{${entries.join(",")}}`)));
    expect(tensors.size).toBe(100_000);
  });
});

const tokenizerJson = (tokens: number, last = tokens): string => {
  const vocab = Array.from({ length: tokens }, (_, id) => `"t${id}":${id === tokens - 1 ? last : id}`).join(",");
  return `{"model":{"type":"WordLevel","vocab":{${vocab}},"unk_token":"t0"},"added_tokens":[]}`;
};

describe("a model folder's JSON", () => {
  it("may hold a vocabulary of 130 000 tokens, as that of Llama 3 does", async () => {
    const tokenizer = await measured(() => loadTokenizer(tokenizerJson(130_000, 130_000), '{"eos_token":"t1"}'));
    expect(tokenizer.vocabSize).toBe(130_001);
  });

  it("is refused with ids beyond the cap or more characters than any such file has", async () => {
    await expect(measured(() => loadTokenizer(tokenizerJson(3, 4_000_000_000), "{}"))).rejects.toThrow(/an id from 0/);
    const brackets = '{"model":'.repeat(MAX_JSON_LENGTH / 9);
    await expect(measured(() => loadTokenizer(brackets, "{}"))).rejects.toThrow(/at most 100 levels/);
    const long = " ".repeat(MAX_JSON_LENGTH + 1);
    await expect(measured(() => loadTokenizer(long, "{}"))).rejects.toThrow(/at most \d+ characters/);
    await expect(measured(() => parseHuggingFaceConfig(long))).rejects.toThrow(CheckpointError);
  });

  it("is refused with a million layers", async () => {
    const config = {
      model_type: "llama",
      vocab_size: 8,
      hidden_size: 8,
      intermediate_size: 8,
      num_attention_heads: 2,
      num_hidden_layers: 1_000_000,
    };
    await expect(measured(() => parseHuggingFaceConfig(JSON.stringify(config)))).rejects.toThrow(/numHiddenLayers must be/);
  });
});

describe("a file of prompts", () => {
  const { fileBytes } = PROMPT_DATASET_LIMITS;
  it.each([
    ["as many brackets as it may hold", "[".repeat(fileBytes)],
    ["as many lines as it may hold", "{}\n".repeat(fileBytes / 3)],
    ["one deep value", "[".repeat(fileBytes / 2) + "]".repeat(fileBytes / 2)],
    ["more bytes than it may hold", `[${"{},".repeat(fileBytes)}{}]`],
  ])("with %s is refused in time", async (_, text) => {
    await expect(measured(() => readPromptDataset(text))).rejects.toThrow(ConfigError);
  });
});

describe("a reward server", () => {
  it("whose reply never ends is left at the cap", async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += MIB;
        controller.enqueue(new Uint8Array(MIB));
      },
    });
    const server = apiReward({
      url: "https://rewards.example/score",
      consent: { origin: "https://rewards.example" },
      apiKey: null,
      tokenizer: tinyTokenizer,
      rowsPerRequest: 1,
      fetch: async () => new Response(endless),
    });
    const sample = { query: Int32Array.of(1), response: Int32Array.of(2), queryText: "", responseText: "" };
    await expect(measured(() => server.score([sample]))).rejects.toMatchObject({ name: "RewardApiError", problem: "reply" });
    expect(sent).toBeLessThan(8 * MIB);
  });
});
