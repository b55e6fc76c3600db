// Reward servers that mean ill: any status, header and body gives checked scores or an error that says what came.

import fc from "fast-check";
import { test } from "vitest";
import { RewardApiError } from "../../src/errors";
import { apiReward } from "../../src/reward/apiReward";
import { tinyTokenizer } from "../ppo/tinyRun";
import { byteEdits, editBytes, utf8 } from "./byteEdits";
import { fuzz } from "./fuzz";
import { editJson, hostileJson, jsonEdits } from "./jsonEdits";
import { TARGET_TIMEOUT } from "./settings";

const KEY = "sk-secret-key";
const SAMPLES = Array.from({ length: 4 }, (_, i) => ({
  query: Int32Array.of(1, 2),
  response: Int32Array.of(3 + i),
  queryText: "1 2",
  responseText: String(3 + i),
}));
const LIMITS = { timeoutMs: 2000, retries: 1, firstPauseMs: 1, maxReplyBytes: 100_000 };

const GOOD = { id: "x", model: "model", scores: [0.5, -1, 2, 3.25] };
const REFUSAL = { detail: [{ loc: ["body", "messages", 0], msg: `no ${KEY}`, type: "value_error" }] };

test("replies: any status, bent JSON, damaged bytes", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "reward server reply",
    cases: fc.record({
      status: fc.oneof(
        { weight: 4, arbitrary: fc.constant(200) },
        { weight: 1, arbitrary: fc.constantFrom(400, 401, 404, 408, 418, 422, 429, 500, 503) },
      ),
      edits: fc.oneof({ weight: 6, arbitrary: jsonEdits }, { weight: 1, arbitrary: hostileJson }),
      damage: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: byteEdits }),
      type: fc.constantFrom("application/json", "text/html", "application/octet-stream"),
      broken: fc.oneof({ weight: 20, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
    read: async ({ status, edits, damage, type, broken }) => {
      const text = typeof edits === "string" ? edits : editJson(status === 200 ? GOOD : REFUSAL, edits);
      const body = Uint8Array.from(editBytes(utf8(text), damage));
      const server = apiReward({
        url: "https://rewards.example/v1/score/evaluation",
        consent: { origin: "https://rewards.example" },
        apiKey: KEY,
        tokenizer: tinyTokenizer,
        rowsPerRequest: 4,
        limits: LIMITS,
        sleep: async () => {},
        fetch: async () => {
          if (broken) throw new TypeError("network error");
          return new Response(body, { status, headers: { "content-type": type } });
        },
      });
      try {
        const scores = await server.score(SAMPLES);
        if (scores.length !== SAMPLES.length || !scores.every(Number.isFinite)) throw new TypeError("Expected finite scores.");
        return "scores";
      } catch (error) {
        if (error instanceof Error && error.message.includes(KEY))
          throw new TypeError("Expected no API key in a message.", { cause: error });
        throw error;
      }
    },
    errors: [RewardApiError],
    refusals: {
      status: /expected status 200/,
      unreachable: /expected a reply, got none/,
      "too large": /expected a reply of at most/,
      "not JSON": /expected JSON with "scores"/,
      "no scores": /expected an object with "scores"/,
      "no list": /expected a list under "scores"/,
      count: /expected 4 scores, one per text/,
      "no number": /expected a number as score/,
      "not finite": /expected a finite float32 number/,
    },
    accepted: ["scores"],
  }),
);
