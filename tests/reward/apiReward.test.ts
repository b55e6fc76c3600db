// The reward client against a local server: wire format, consent, retries, and every way in which a server can fail.

import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { RewardApiError } from "../../src/errors";
import { type ApiRewardOptions, apiReward, apiUrl } from "../../src/reward/apiReward";
import type { RewardSample } from "../../src/reward/rewardModel";
import { tinyTokenizer } from "../ppo/tinyRun";
import { type ApiServer, apiServer, type Handler, lengths, messagesOf, reply } from "./apiServer";

/** Quotes and backslashes are escaped where JSON echoes them. */
const KEY = 'sk-"never\\shown"';

const sample = (query: number[], response: number[]): RewardSample => ({
  query: Int32Array.from(query),
  response: Int32Array.from(response),
  queryText: "",
  responseText: "",
});
const SAMPLES = [sample([0, 3], [4, 1]), sample([0, 5, 6], [2]), sample([7], [8, 9])];

const open: ApiServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serverWith(handler: Handler): Promise<ApiServer> {
  const server = await apiServer(handler);
  open.push(server);
  return server;
}

function client(url: string, changes: Partial<ApiRewardOptions> = {}) {
  return apiReward({
    url,
    consent: { origin: new URL(url).origin },
    apiKey: null,
    tokenizer: tinyTokenizer,
    rowsPerRequest: 4,
    sleep: async () => {},
    ...changes,
  });
}

async function failure(promise: Promise<unknown>): Promise<RewardApiError> {
  const error = await promise.then(
    () => new TypeError("expected a rejection"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RewardApiError);
  return error as RewardApiError;
}

describe("the wire format", () => {
  it("is one POST per slice with the texts of query and response, special tokens kept", async () => {
    const server = await serverWith(lengths);
    const url = `${server.url}?a=1`;
    const scores = await client(url, { rowsPerRequest: 2 }).score(SAMPLES);
    expect([...scores]).toEqual([7, 7, 5]);
    expect(server.received.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: "POST", path: "/v1/score/evaluation?a=1", body: '{"model":"model","messages":["0 3 4 1","0 5 6 2"]}' },
      { method: "POST", path: "/v1/score/evaluation?a=1", body: '{"model":"model","messages":["7 8 9"]}' },
    ]);
    for (const { headers } of server.received) {
      expect(headers["content-type"]).toBe("application/json");
      expect(headers.authorization).toBeUndefined();
      expect(headers.cookie).toBeUndefined();
      expect(headers.referer).toBeUndefined();
    }
  });

  it("carries a Bearer token when there is a key", async () => {
    const server = await serverWith(lengths);
    const reward = client(server.url, { apiKey: KEY });
    expect(reward.kind).toBe("api");
    await reward.score(SAMPLES);
    await client(server.url, { apiKey: "" }).score(SAMPLES);
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`, undefined]);
  });

  it("follows the rules for fetch", async () => {
    const seen: RequestInit[] = [];
    const fakeFetch: typeof fetch = async (_, init) => {
      seen.push(init ?? {});
      return new Response('{"scores":[1,2,3]}');
    };
    await client("https://example.org/score", { fetch: fakeFetch }).score(SAMPLES);
    expect(seen).toMatchObject([{ method: "POST", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" }]);
  });
});

describe("before anything is sent", () => {
  const refused = (changes: Partial<ApiRewardOptions>): RewardApiError => {
    const fakeFetch = vi.fn<typeof fetch>();
    try {
      client("https://example.org/score?token=secret", { fetch: fakeFetch, ...changes });
    } catch (error) {
      expect(fakeFetch).not.toHaveBeenCalled();
      expect(error).toBeInstanceOf(RewardApiError);
      return error as RewardApiError;
    }
    throw new TypeError("expected an error");
  };

  it.each([null, { origin: "http://example.org" }, { origin: "https://example.org:8443" }, { origin: "" }])(
    "a consent to %j is not one to https://example.org",
    (consent) => {
      const { problem, message } = refused({ consent, apiKey: KEY });
      expect(problem).toBe("consent");
      expect(message).toContain("every prompt and response of this run would be sent to https://example.org");
      expect(message).toContain("POST https://example.org/score, with your API key");
      expect(message).not.toContain(KEY);
      expect(message).not.toContain("secret");
    },
  );

  it.each(["", "127.0.0.1:8000", "localhost:8000/v1", "/v1/score", "ftp://example.org/x", "file:///etc/passwd", "javascript:alert(1)"])(
    "the address %j is refused",
    (address) => {
      expect(refused({ url: address, consent: null }).problem).toBe("address");
    },
  );

  it("an address with a password is refused without repeating it", () => {
    const { problem, message } = refused({ url: "https://me:hunter2@example.org/score" });
    expect(problem).toBe("address");
    expect(message).not.toContain("hunter2");
  });

  it.each(["two words", "line\nbreak", "schlüssel"])("the key %j is refused without repeating it", (apiKey) => {
    const { problem, message } = refused({ apiKey });
    expect(problem).toBe("key");
    expect(message).not.toContain(apiKey);
  });

  it("the origin to agree to is that of the address", () => {
    expect(apiUrl("http://127.0.0.1:8000/v1/score/evaluation").origin).toBe("http://127.0.0.1:8000");
  });
});

describe("a failure that may pass", () => {
  it.each([500, 502, 503, 408, 429])("status %i is tried again after a pause", async (status) => {
    const pauses: number[] = [];
    const server = await serverWith((received, response, count) =>
      count === 1 ? reply(response, status, { detail: "busy" }) : lengths(received, response, count),
    );
    const sleep = async (milliseconds: number) => void pauses.push(milliseconds);
    expect([...(await client(server.url, { sleep }).score(SAMPLES))]).toEqual([7, 7, 5]);
    expect(pauses).toEqual([500]);
    expect(server.received[1]?.body).toBe(server.received[0]?.body);
  });

  it("is given up after four retries with doubled pauses", async () => {
    const pauses: number[] = [];
    const server = await serverWith((_, response) => reply(response, 500, "Internal Server Error"));
    const sleep = async (milliseconds: number) => void pauses.push(milliseconds);
    const { problem, message } = await failure(client(server.url, { sleep }).score(SAMPLES));
    expect(problem).toBe("status");
    expect(message).toContain("got 500 (Internal Server Error)");
    expect(message).toContain("attempt 5");
    expect(server.received).toHaveLength(5);
    expect(pauses).toEqual([500, 1000, 2000, 4000]);
  });

  it("really waits between attempts", async () => {
    const server = await serverWith((_, response) => reply(response, 503, ""));
    const { url } = server;
    const before = performance.now();
    await failure(
      apiReward({
        url,
        consent: apiUrl(url),
        apiKey: null,
        tokenizer: tinyTokenizer,
        rowsPerRequest: 1,
        limits: { retries: 2, firstPauseMs: 40 },
      }).score(SAMPLES),
    );
    expect(performance.now() - before).toBeGreaterThan(110);
  });

  it.each<[string, Handler]>([
    ["a hang before the reply", () => {}],
    [
      "a hang in the middle of the reply",
      (_, response) => {
        response.writeHead(200).write('{"scores":');
      },
    ],
    [
      "a reply that drips without end",
      (_, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(" "), 5);
        response.on("close", () => clearInterval(drip));
      },
    ],
  ])("%s ends in a time-out", async (_, handler) => {
    const server = await serverWith(handler);
    const { problem, message } = await failure(client(server.url, { limits: { timeoutMs: 80, retries: 1 } }).score(SAMPLES));
    expect(problem).toBe("timeout");
    expect(message).toContain("within 0.08 s");
    expect(server.received).toHaveLength(2);
  });

  it("a connection that breaks is tried again", async () => {
    const server = await serverWith((received, response, count) => {
      if (count === 1) response.destroy();
      else if (count === 2) response.writeHead(200, { "Content-Length": 500 }).write("{", () => response.destroy());
      else lengths(received, response, count);
    });
    expect([...(await client(server.url).score(SAMPLES))]).toEqual([7, 7, 5]);
    expect(server.received).toHaveLength(3);
  });

  it("a server that is not there: the message names what looks alike and what to check", async () => {
    const server = await serverWith(lengths);
    await server.close();
    const { problem, message } = await failure(client(server.url, { limits: { retries: 1 } }).score(SAMPLES));
    expect(problem).toBe("unreachable");
    for (const words of ["ECONNREFUSED", "down", "CORS", "local-network permission", "Access-Control-Allow-Origin", "attempt 2"])
      expect(message).toContain(words);
  });

  it("a redirect is not followed", async () => {
    const server = await serverWith((_, response) => response.writeHead(307, { Location: "/elsewhere" }).end());
    const { problem, message } = await failure(client(server.url, { limits: { retries: 0 } }).score(SAMPLES));
    expect(problem).toBe("unreachable");
    expect(message).toContain("redirect");
    expect(server.received.map(({ path }) => path)).toEqual(["/v1/score/evaluation"]);
  });
});

describe("a refusal", () => {
  const schemaError = { detail: [{ type: "missing", loc: ["body", "model"], msg: "Field required", input: {} }] };
  it.each([
    [400, { detail: "Invalid request" }, "got 400 (Invalid request)"],
    [401, { detail: "Invalid API key." }, "got 401 (Invalid API key.). Give the API key"],
    [404, { detail: "Not Found" }, "got 404 (Not Found). Check the address"],
    [405, { detail: "Not allowed" }, "stage: rm"],
    [413, "", "got 413. "],
    [422, schemaError, "got 422 (body.model: Field required)"],
    [403, "<html>\n  <h1>Forbidden</h1></html>", "got 403 (<html> <h1>Forbidden</h1></html>)"],
  ])("with status %i is told at once with the server's reason", async (status, body, words) => {
    const server = await serverWith((_, response) => reply(response, status, body));
    const { problem, message } = await failure(client(server.url).score(SAMPLES));
    expect(problem).toBe("status");
    expect(message).toContain(words);
    expect(server.received).toHaveLength(1);
  });

  it("is shortened", async () => {
    const server = await serverWith((_, response) => reply(response, 400, { detail: "x".repeat(50_000) }));
    const { message } = await failure(client(server.url).score(SAMPLES));
    expect(message.length).toBeLessThan(600);
    expect(message).toContain(`${"x".repeat(200)} ...`);
  });

  it("never repeats the API key, however the server echoes it", async () => {
    const echoes: Handler[] = [
      ({ headers }, response) => reply(response, 401, { detail: `Wrong: ${headers.authorization}` }),
      ({ headers }, response) => reply(response, 422, { detail: [{ loc: ["header"], msg: headers.authorization }, headers] }),
      ({ headers }, response) => reply(response, 500, `<p>${headers.authorization}</p>`),
      ({ headers }, response) => reply(response, 200, `${headers.authorization}`),
      ({ headers }, response) => reply(response, 200, { [`${headers.authorization}`]: 1 }),
      ({ headers }, response) => reply(response, 200, { scores: `${headers.authorization}` }),
      ({ headers }, response) => reply(response, 200, { scores: [headers.authorization, 1, 2] }),
      ({ headers }, response) => reply(response, 400, { detail: `${"x".repeat(195)}${headers.authorization}` }),
    ];
    for (const handler of echoes) {
      const server = await serverWith(handler);
      const { message } = await failure(client(server.url, { apiKey: KEY }).score(SAMPLES));
      expect(message).not.toContain("sk-");
      expect(message).not.toContain("never");
    }
  });
});

describe("a reply that is no use", () => {
  it.each([
    ["not JSON", "<html>hello</html>", 'got "<html>hello</html>"'],
    ["empty", "", "got an empty reply"],
    ["cut off", '{"scores":[1,2,', 'got "{"scores":[1,2,"'],
    ["bare NaN", '{"scores":[1,NaN,2]}', "expected JSON"],
    ["a list", "[1,2,3]", 'expected an object with "scores", got [1,2,3]'],
    ["null", "null", 'expected an object with "scores", got null'],
    ["another key", '{"score":[1,2,3],"id":"x"}', 'expected an object with "scores", got one with score, id'],
    ["one number", '{"scores":1}', 'expected a list under "scores", got 1'],
    ["too few", '{"scores":[1,2]}', "expected 3 scores, one per text, got 2"],
    ["too many", '{"scores":[1,2,3,4]}', "expected 3 scores, one per text, got 4"],
    ["null score", '{"scores":[1,null,3]}', "expected a number as score 1, got null"],
    ["NaN as text", '{"scores":[1,2,"NaN"]}', 'expected a number as score 2, got "NaN"'],
    ["nested", '{"scores":[[1],[2],[3]]}', "expected a number as score 0, got [1]"],
    ["infinite", '{"scores":[1,1e999,3]}', "expected a finite float32 number as score 1, got Infinity"],
    ["beyond float32", '{"scores":[1,2,-1e39]}', "expected a finite float32 number as score 2, got -1e+39"],
  ])("%s", async (_, body, words) => {
    const server = await serverWith((__, response) => reply(response, 200, body));
    const { problem, message } = await failure(client(server.url).score(SAMPLES));
    expect(problem).toBe("reply");
    expect(message).toContain(words);
    expect(server.received).toHaveLength(1);
  });

  it.each<[string, Handler]>([
    ["10 MB", (_, response) => reply(response, 200, `{"scores":[1,2,3]${" ".repeat(10_000_000)}}`)],
    [
      "10 MB in 10 kB of gzip",
      (_, response) => {
        response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(`{"scores":[1,2,3]${" ".repeat(10_000_000)}}`));
      },
    ],
  ])("%s", async (_, handler) => {
    const server = await serverWith(handler);
    const { problem, message } = await failure(client(server.url).score(SAMPLES));
    expect(problem).toBe("reply");
    expect(message).toContain("at most 1048576 bytes");
    expect(server.received).toHaveLength(1);
  });

  it("endless: reading stops at the cap", async () => {
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled++;
        controller.enqueue(new Uint8Array(1000).fill(32));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    const endless: typeof fetch = async () => new Response(body);
    await failure(client("https://example.org/", { fetch: endless, limits: { maxReplyBytes: 10_000 } }).score(SAMPLES));
    expect(cancelled).toBe(true);
    expect(pulled).toBeLessThan(15);
  });
});

describe("aborting", () => {
  it("ends a request under way", async () => {
    const server = await serverWith(() => stop.abort(new RangeError("stopped")));
    const stop = new AbortController();
    await expect(client(server.url, { signal: stop.signal }).score(SAMPLES)).rejects.toThrow("stopped");
    expect(server.received).toHaveLength(1);
  });

  it("ends a pause, and nothing is sent afterwards", async () => {
    const server = await serverWith((_, response) => reply(response, 500, ""));
    const stop = new AbortController();
    const { url } = server;
    const slow = { url, consent: apiUrl(url), apiKey: null, tokenizer: tinyTokenizer, rowsPerRequest: 1, signal: stop.signal };
    const scores = apiReward({ ...slow, limits: { firstPauseMs: 60_000 } }).score(SAMPLES);
    await vi.waitFor(() => expect(server.received).toHaveLength(1));
    setTimeout(() => stop.abort(new RangeError("stopped")), 20);
    await expect(scores).rejects.toThrow("stopped");
    await expect(apiReward(slow).score(SAMPLES)).rejects.toThrow("stopped");
    expect(server.received).toHaveLength(1);
  });
});

it("texts are those of the samples given, none for none", async () => {
  const server = await serverWith(lengths);
  expect((await client(server.url).score([])).length).toBe(0);
  expect(server.received).toHaveLength(0);
  await client(server.url).score(SAMPLES.slice(1, 2));
  expect(server.received.map(messagesOf)).toEqual([["0 5 6 2"]]);
});
