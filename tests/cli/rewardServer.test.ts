// The reward server: LLaMA-Factory's protocol to the letter, the same scores as in process, and the command itself.

import { spawn } from "node:child_process";
import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPublicFile } from "../../src/cli/nodeFiles";
import { parseRewardServerArguments } from "../../src/cli/rewardServerArguments";
import { type RewardServer, type RewardServerOptions, startRewardServer } from "../../src/cli/rewardServerHttp";
import { loadTextScorer, type TextScorer } from "../../src/cli/rewardServerScorer";
import type { Engine } from "../../src/engine/engine";
import { ConfigError } from "../../src/errors";
import { loadModelFolder } from "../../src/model/modelFolder";
import { loadTokenizer, type Tokenizer } from "../../src/model/tokenizer";
import { rewardSamples } from "../../src/ppo/scoring";
import { apiReward, apiUrl } from "../../src/reward/apiReward";
import { fullReward } from "../../src/reward/fullReward";
import type { RewardSample } from "../../src/reward/rewardModel";
import { ruleReward } from "../../src/reward/ruleReward";
import { reviewsScenario } from "../../src/scenarios/reviews/scenario";
import type { RewardFolderEntry, RewardRuleEntry } from "../../src/scenarios/scenario";
import { ENGINES } from "../engine/engines";

const FULL: RewardFolderEntry = {
  id: "warmth",
  type: "full",
  folder: "models/reviews/reward",
  note: { en: "Warm reviews.", vi: "Bài khen." },
};
const RULE: RewardRuleEntry = {
  id: "words",
  type: "rule",
  note: { en: "Words.", vi: "Số từ." },
  score: ({ queryText, responseText, ended }) => responseText.split(" ").length + queryText.length / 1000 + (ended ? 0.5 : 0),
};

let engine: Engine;
let tokenizer: Tokenizer;
let samples: RewardSample[];
let full: TextScorer;
let rule: TextScorer;
const open: RewardServer[] = [];

/** Held-out prompts with answers that ended, that were cut off, that are empty, and that hold sampled special tokens. */
function madeSamples(): RewardSample[] {
  const { eosTokenId, padTokenId } = tokenizer;
  const answers = ["a brilliant film . the cast is warm and i loved it .", "dull . the plot is a mess", "the the , ! film <|user|>"];
  const responses = answers.flatMap((text) => {
    const ids = tokenizer.encode(text);
    return [Int32Array.of(...ids, eosTokenId), ids, ids.slice(0, 1), Int32Array.of(eosTokenId), Int32Array.of(padTokenId)];
  });
  const prompts = reviewsScenario.heldoutPrompts();
  const queries = responses.map((_, i) => {
    const prompt = prompts[i % prompts.length];
    if (!prompt) throw new TypeError("no prompt");
    return tokenizer.encode(reviewsScenario.renderPrompt(prompt, "chat"));
  });
  return rewardSamples(queries, responses, tokenizer);
}

beforeAll(async () => {
  const wasm = ENGINES.find(([name]) => name === "wasm");
  if (!wasm) throw new Error("no wasm engine");
  engine = await wasm[1]();
  const read = async (file: string) => new TextDecoder().decode(await readPublicFile(`${FULL.folder}/${file}`));
  tokenizer = loadTokenizer(await read("tokenizer.json"), await read("tokenizer_config.json"));
  samples = madeSamples();
  const tools = { engine, readFile: readPublicFile, maxLength: null };
  full = await loadTextScorer(reviewsScenario, FULL, tools);
  rule = await loadTextScorer(reviewsScenario, RULE, tools);
});
afterAll(async () => {
  for (const server of open) await server.close();
  full.dispose();
  rule.dispose();
  engine.dispose();
});

async function served(changes: Partial<RewardServerOptions> = {}): Promise<RewardServer> {
  const server = await startRewardServer({
    host: "127.0.0.1",
    port: 0,
    apiKey: null,
    modelName: "reviews/warmth",
    scorer: full,
    onError: (error) => {
      throw error;
    },
    ...changes,
  });
  open.push(server);
  return server;
}

function client({ url }: RewardServer, apiKey: string | null = null) {
  return apiReward({ url, consent: apiUrl(url), apiKey, tokenizer, rowsPerRequest: 4, limits: { retries: 0 } });
}

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, json: (await response.json()) as Record<string, unknown> };
}

const TEXT = "<|begin|><|user|>write a review<|end|><|assistant|>a warm film .<|endoftext|>";

describe("scores", () => {
  it("equal those of the same reward model in process", async () => {
    const { config, weights } = await loadModelFolder(readPublicFile, FULL.folder, { requireValueHead: true });
    const model = fullReward(await engine.createModel({ label: "reward", config, weights, trainable: null }), tokenizer.padTokenId);
    const expected = await model.score(samples);
    model.dispose();
    const scores = await client(await served()).score(samples);
    expect(new Set(scores).size).toBeGreaterThan(10);
    for (const [i, score] of scores.entries()) expect(Math.abs(score - (expected[i] as number)), `sample ${i}`).toBeLessThan(1e-6);
  });

  it("of a rule equal those in process: the text is split at the assistant header", async () => {
    const expected = await ruleReward(RULE.score, tokenizer.eosTokenId).score(samples);
    const scores = await client(await served({ scorer: rule })).score(samples);
    expect([...scores]).toEqual([...expected]);
  });

  it("are of the text's first max_length tokens", async () => {
    const { url } = await served();
    const ids = tokenizer.encode(TEXT);
    const scoresOf = async (body: object) => (await post(url, { model: "m", ...body })).json["scores"];
    const cut = tokenizer.decode(ids.slice(0, 6), { skipSpecialTokens: false });
    const expected = await scoresOf({ messages: [cut] });
    expect(await scoresOf({ messages: [TEXT], max_length: 6 })).toEqual(expected);
    expect(await scoresOf({ messages: [TEXT], max_length: " 6 " })).toEqual(expected);
    expect(await scoresOf({ messages: [TEXT] })).not.toEqual(expected);
    const whole = await scoresOf({ messages: [TEXT] });
    for (const max_length of [null, 0, 100_000]) expect(await scoresOf({ messages: [TEXT], max_length })).toEqual(whole);
    // The model has 64 positions.
    expect(await scoresOf({ messages: [TEXT + " film".repeat(500)] })).toEqual(await scoresOf({ messages: [TEXT + " film".repeat(64)] }));
  });

  it("do not depend on the other texts of a request", async () => {
    const { url } = await served();
    const scoresOf = async (...messages: string[]) => (await post(url, { model: "m", messages })).json["scores"] as number[];
    const [together] = await scoresOf(TEXT, `${TEXT} film film film`);
    const [alone] = await scoresOf(TEXT);
    expect(together).toBeCloseTo(alone as number, 6);
  });
});

describe("the protocol", () => {
  it("answers a scoring request with id, object, the model's name echoed and scores", async () => {
    const { url } = await served();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1\/score\/evaluation$/);
    const { status, headers, json } = await post(url, { model: "any name", messages: [TEXT, TEXT] });
    expect({ status, type: headers.get("content-type") }).toEqual({ status: 200, type: "application/json" });
    expect(Object.keys(json)).toEqual(["id", "object", "model", "scores"]);
    expect(json).toMatchObject({ object: "score.evaluation", model: "any name", scores: [expect.any(Number), expect.any(Number)] });
    expect(json["id"]).toMatch(/^scoreval-[0-9a-f]{32}$/);
  });

  it("lists its model", async () => {
    const { url } = await served();
    const response = await fetch(new URL("/v1/models", url));
    expect(await response.json()).toEqual({
      object: "list",
      data: [{ id: "reviews/warmth", object: "model", created: expect.any(Number), owned_by: "owner" }],
    });
  });

  it("does not chat", async () => {
    const { url } = await served();
    const { status, json } = await post(new URL("/v1/chat/completions", url).href, { model: "m", messages: [] });
    expect({ status, json }).toEqual({ status: 405, json: { detail: "Not allowed" } });
  });

  it("knows no other address or method", async () => {
    const { url } = await served();
    expect(await post(new URL("/v1/score", url).href, {})).toMatchObject({ status: 404, json: { detail: "Not Found" } });
    const got = await fetch(url);
    expect(got.status).toBe(405);
    expect(got.headers.get("allow")).toBe("POST");
    expect(await got.json()).toEqual({ detail: "Method Not Allowed" });
  });

  it("wants the API key everywhere when there is one", async () => {
    const { url } = await served({ apiKey: "secret" });
    const body = { model: "m", messages: [TEXT] };
    const refused = { status: 401, json: { detail: "Invalid API key." } };
    for (const Authorization of ["", "Bearer", "Bearer wrong", "Bearer secre", "Basic secret", "secret"])
      expect(await post(url, body, { Authorization }), Authorization).toMatchObject(refused);
    expect(await post(url, body)).toMatchObject(refused);
    expect(await post(new URL("/v1/chat/completions", url).href, body)).toMatchObject(refused);
    expect((await fetch(new URL("/v1/models", url))).status).toBe(401);
    expect((await post(url, body, { Authorization: "Bearer secret" })).status).toBe(200);
    expect((await post(url, body, { Authorization: "bearer secret" })).status).toBe(200);
  });

  it("reaches our client with and without the right key", async () => {
    const server = await served({ apiKey: "secret" });
    expect((await client(server, "secret").score(samples.slice(0, 1))).length).toBe(1);
    await expect(client(server).score(samples)).rejects.toThrow("got 401 (Invalid API key.)");
  });
});

describe("a bad request", () => {
  const messages = ["x"];
  it.each<[string, unknown, object[]]>([
    ["no body", "", [{ type: "missing", loc: ["body"], msg: "Field required", input: null }]],
    ["null", "null", [{ type: "missing", loc: ["body"], msg: "Field required", input: null }]],
    [
      "a list",
      [1],
      [
        {
          type: "model_attributes_type",
          loc: ["body"],
          msg: "Input should be a valid dictionary or object to extract fields from",
          input: [1],
        },
      ],
    ],
    ["no model", { messages }, [{ type: "missing", loc: ["body", "model"], msg: "Field required", input: { messages } }]],
    [
      "nothing in it",
      {},
      [
        { type: "missing", loc: ["body", "model"], msg: "Field required", input: {} },
        { type: "missing", loc: ["body", "messages"], msg: "Field required", input: {} },
      ],
    ],
    [
      "a number as model",
      { model: 5, messages },
      [{ type: "string_type", loc: ["body", "model"], msg: "Input should be a valid string", input: 5 }],
    ],
    [
      "one text as messages",
      { model: "m", messages: "x" },
      [{ type: "list_type", loc: ["body", "messages"], msg: "Input should be a valid list", input: "x" }],
    ],
    [
      "chat messages",
      { model: "m", messages: ["x", { role: "user" }, 7] },
      [
        { type: "string_type", loc: ["body", "messages", 1], msg: "Input should be a valid string", input: { role: "user" } },
        { type: "string_type", loc: ["body", "messages", 2], msg: "Input should be a valid string", input: 7 },
      ],
    ],
    [
      "a broken max_length",
      { model: "m", messages, max_length: 1.5 },
      [
        {
          type: "int_from_float",
          loc: ["body", "max_length"],
          msg: "Input should be a valid integer, got a number with a fractional part",
          input: 1.5,
        },
      ],
    ],
    [
      "a word as max_length",
      { model: "m", messages, max_length: "ten" },
      [
        {
          type: "int_parsing",
          loc: ["body", "max_length"],
          msg: "Input should be a valid integer, unable to parse string as an integer",
          input: "ten",
        },
      ],
    ],
  ])("with %s gets 422 and FastAPI's list", async (_, body, detail) => {
    const { url } = await served();
    expect(await post(url, body)).toMatchObject({ status: 422, json: { detail } });
  });

  it("that is not JSON gets 422, whether it says so or not", async () => {
    const { url } = await served();
    const broken = await post(url, '{"model":');
    expect(broken).toMatchObject({
      status: 422,
      json: { detail: [{ type: "json_invalid", loc: ["body", expect.any(Number)], msg: "JSON decode error", input: {} }] },
    });
    const plain = await post(url, JSON.stringify({ model: "m", messages }), { "Content-Type": "text/plain" });
    expect(plain).toMatchObject({ status: 422, json: { detail: [{ type: "model_attributes_type", loc: ["body"] }] } });
    const charset = await post(url, { model: "m", messages }, { "Content-Type": "application/json; charset=utf-8" });
    expect(charset.status).toBe(200);
  });

  it("without a text, or with an empty one, gets 400", async () => {
    const { url } = await served();
    expect(await post(url, { model: "m", messages: [] })).toMatchObject({ status: 400, json: { detail: "Invalid request" } });
    const { status, json } = await post(url, { model: "m", messages: [TEXT, ""] });
    expect({ status, detail: json["detail"] }).toEqual({ status: 400, detail: expect.stringMatching(/^Invalid request: Message 1: /) });
  });

  it("without an assistant header gets 400 from a rule", async () => {
    const { url } = await served({ scorer: rule });
    const { status, json } = await post(url, { model: "m", messages: ["<|begin|><|user|>write<|end|> a film"] });
    expect(status).toBe(400);
    expect(json["detail"]).toContain("<|assistant|>");
  });

  it("that is too long gets 413, and the server goes on", async () => {
    const { url } = await served({ maxBodyBytes: 1000 });
    const long = await post(url, { model: "m", messages: ["x".repeat(200_000)] });
    expect({ status: long.status, json: long.json }).toEqual({ status: 413, json: { detail: "Request body too large" } });
    expect((await post(url, { model: "m", messages })).status).toBe(200);
  });
});

describe("pages of any origin", () => {
  it("are answered with the CORS headers of the reference's server", async () => {
    const { url } = await served();
    const Origin = "https://example.org";
    const headersOf = (headers: Headers) => Object.fromEntries([...headers].filter(([name]) => /^(access-control-|vary)/.test(name)));
    for (const body of [{ model: "m", messages: [TEXT] }, {}])
      expect(headersOf((await post(url, body, { Origin })).headers)).toEqual({
        "access-control-allow-origin": "*",
        "access-control-allow-credentials": "true",
      });
    expect(headersOf((await post(url, {}, { Origin, Cookie: "a=b" })).headers)).toMatchObject({ "access-control-allow-origin": Origin });
    expect(headersOf((await post(url, {})).headers)).toEqual({});
  });

  it("may ask first", async () => {
    const { url } = await served({ apiKey: "secret" });
    const preflight = (method: string) =>
      new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
        const headers = {
          Origin: "https://example.org",
          "Access-Control-Request-Method": method,
          "Access-Control-Request-Headers": "authorization,content-type",
        };
        request(url, { method: "OPTIONS", headers }, (response) => {
          let body = "";
          response.on("data", (part: Buffer) => (body += part.toString("utf8")));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
        })
          .on("error", reject)
          .end();
      });
    expect(await preflight("POST")).toMatchObject({
      status: 200,
      body: "OK",
      headers: {
        "access-control-allow-origin": "https://example.org",
        "access-control-allow-methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-allow-credentials": "true",
        "access-control-max-age": "600",
        vary: "Origin",
      },
    });
    expect((await preflight("TRACE")).status).toBe(400);
  });
});

describe("work", () => {
  it("is done one request at a time, in order, and not for those who hung up", async () => {
    const log: string[] = [];
    let running = 0;
    const slow: TextScorer = {
      score: async ([text = ""]) => {
        log.push(text);
        expect(++running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 60));
        running--;
        return Float32Array.of(1);
      },
      dispose() {},
    };
    const { url } = await served({ scorer: slow });
    const leaving = new AbortController();
    const ask = async (text: string) => post(url, { model: "m", messages: [text] });
    const pause = () => new Promise((resolve) => setTimeout(resolve, 15));
    const first = ask("first");
    await pause();
    const second = fetch(url, { method: "POST", body: '{"model":"m","messages":["second"]}', headers: JSON_TYPE, signal: leaving.signal });
    const left = expect(second).rejects.toThrow("aborted");
    await pause();
    const third = ask("third");
    leaving.abort();
    await left;
    expect((await first).status).toBe(200);
    expect((await third).status).toBe(200);
    expect(log).toEqual(["first", "third"]);
  });

  it("that fails is answered with 500 and told to the server's owner, and the next one is done", async () => {
    const errors: unknown[] = [];
    let count = 0;
    const failing: TextScorer = {
      score: async () => {
        count++;
        if (count === 1) throw new RangeError("broken");
        return Float32Array.of(count === 2 ? Number.NaN : 1);
      },
      dispose() {},
    };
    const { url } = await served({ scorer: failing, onError: (error) => errors.push(error) });
    const ask = () => post(url, { model: "m", messages: ["x"] });
    expect(await ask()).toMatchObject({ status: 500, json: { detail: "Internal Server Error" } });
    expect((await ask()).status).toBe(500);
    expect(errors.map(String)).toEqual(["RangeError: broken", expect.stringContaining("finite")]);
    expect((await ask()).status).toBe(200);
  });
});

const JSON_TYPE = { "Content-Type": "application/json" };

it("does not take a port that is in use", async () => {
  const { port } = new URL((await served()).url);
  await expect(served({ port: Number(port) })).rejects.toThrow(/EADDRINUSE.* Choose another --port/);
});

describe("the command line", () => {
  it("has defaults for a server that only this machine reaches", () => {
    const given = parseRewardServerArguments([], {});
    expect(given).toMatchObject({ host: "127.0.0.1", port: 8000, maxLength: null, apiKey: null, scenario: { id: "reviews" } });
    expect(given).toMatchObject({ reward: { type: "full" } });
  });

  it("honours LLaMA-Factory's environment, options first", () => {
    const environment = { API_HOST: "0.0.0.0", API_PORT: "9000", API_KEY: "one", OTHER: "two" };
    expect(parseRewardServerArguments([], environment)).toMatchObject({ host: "0.0.0.0", port: 9000, apiKey: "one" });
    const words = ["--host", "::1", "--port", "0", "--api-key-env", "OTHER", "--max-length", "32"];
    expect(parseRewardServerArguments(words, environment)).toMatchObject({ host: "::1", port: 0, apiKey: "two", maxLength: 32 });
  });

  it.each([
    [["--port", "http"], /--port expects a whole number from 0 to 65535, got "http"/],
    [["--port", "70000"], /--port expects/],
    [["--max-length", "0"], /--max-length expects a whole number from 1/],
    [["--api-key-env", "NO_SUCH_KEY"], /NO_SUCH_KEY to hold the key, but it is not set/],
    [["--scenario", "poems"], /no scenario "poems"/],
    [["--reward", "nothing"], /expected --reward to be a reward model of type full or rule \(.*\), got "nothing"/],
    [["--api-key", "x"], /Unknown option '--api-key'/],
  ])("refuses %j", (words, message) => {
    expect(() => parseRewardServerArguments(words, {})).toThrow(message);
    expect(() => parseRewardServerArguments(words, {})).toThrow(ConfigError);
  });

  it("starts, says which address a run needs, scores, and ends at Ctrl+C", async () => {
    const child = spawn(process.execPath, ["src/cli/bundle.mjs", "rewardServer", "--port", "0", "--api-key-env", "TEST_KEY"], {
      cwd: fileURLToPath(new URL("../../", import.meta.url)),
      env: { ...process.env, TEST_KEY: "secret" },
    });
    let output = "";
    let errors = "";
    child.stderr.on("data", (part: Buffer) => (errors += part.toString("utf8")));
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (part: Buffer) => {
        output += part.toString("utf8");
        const found = /rewardModel (http:\S+)/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
      void ended.then(() => reject(new Error(`the server ended: ${errors}`)));
    });
    try {
      const { status, json } = await post(url, { model: "m", messages: [TEXT] }, { Authorization: "Bearer secret" });
      expect(status).toBe(200);
      expect(json["scores"]).toEqual([...(await full.score([TEXT], null))]);
      expect(output + errors).not.toContain("secret");
    } finally {
      child.kill("SIGINT");
    }
    expect(await ended).toBe(0);
  }, 60_000);
});
