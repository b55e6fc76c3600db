// Other files that are small and want to become huge: memory and time stay within what their readers state.

import { describe, expect, it } from "vitest";
import { CheckpointError, ConfigError } from "../../src/errors";
import { PROMPT_DATASET_LIMITS, readPromptDataset } from "../../src/interop/promptDataset";
import { parseHuggingFaceConfig } from "../../src/model/huggingFaceConfig";
import { MAX_JSON_LENGTH } from "../../src/model/jsonText";
import { readSafetensors } from "../../src/model/safetensors";
import { loadTokenizer } from "../../src/model/tokenizer";
import { apiReward } from "../../src/reward/apiReward";
import { tinyTokenizer } from "../ppo/tinyRun";
import { joinBytes, utf8 } from "./byteEdits";
import { measured, MIB } from "./measure";

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
