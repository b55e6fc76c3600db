// One request to a reward server: a JSON body goes out, the parsed reply comes back; time-out, bounded retries, a cap on the reply.

import { type RewardApiProblem, RewardApiError } from "../errors";
import { valueText } from "../shownValue";
import { parseUntrustedJson } from "../untrustedJson";
import { isJsonObject } from "../model/jsonText";

export interface ApiLimits {
  /** From the start of a request to the last byte of its reply, milliseconds. */
  readonly timeoutMs: number;
  /** Further attempts after the first one failed for a reason that may pass. */
  readonly retries: number;
  /** Before the second attempt, milliseconds; every further pause is twice as long. */
  readonly firstPauseMs: number;
  /** Of an uncompressed reply; reading stops here. */
  readonly maxReplyBytes: number;
}

export const API_LIMITS: ApiLimits = { timeoutMs: 60_000, retries: 4, firstPauseMs: 500, maxReplyBytes: 1_048_576 };

/** Waits; rejects with the signal's reason when that aborts first. */
export type Sleep = (milliseconds: number, signal: AbortSignal | null) => Promise<void>;

export interface ApiChannel {
  readonly url: URL;
  readonly apiKey: string | null;
  readonly limits: ApiLimits;
  readonly signal: AbortSignal | null;
  readonly fetch: typeof fetch;
  readonly sleep: Sleep;
}

interface Failure {
  readonly problem: RewardApiProblem;
  readonly message: string;
  /** The same request may succeed a little later. */
  readonly passing: boolean;
}

/** What of a server's own words goes into a message. */
const EXCERPT_CHARACTERS = 200;
/** An error's body beyond this is not worth reading. */
const MAX_ERROR_BYTES = 65_536;

/**
 * Posts `body` and parses the reply. Network errors, time-outs and the statuses 408, 429 and 5xx are tried again after a growing
 * pause; everything else fails at once.
 * @throws RewardApiError without the API key in its message; the signal's reason when that aborts.
 */
export async function postJson(channel: ApiChannel, body: object): Promise<unknown> {
  const { limits, signal } = channel;
  const text = JSON.stringify(body);
  let pause = limits.firstPauseMs;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const answer = await post(channel, text);
    signal?.throwIfAborted();
    if (typeof answer === "string") return parseReply(channel, answer);
    if (!answer.passing || attempt > limits.retries)
      throw new RewardApiError(answer.problem, answer.message + (attempt > 1 ? ` This was attempt ${attempt}, the last one.` : ""));
    await channel.sleep(pause, signal);
    pause *= 2;
  }
}

/** The address as messages show it: without query and fragment, which may hold secrets. */
export function shownAddress({ origin, pathname }: URL): string {
  return origin + pathname;
}

/** The beginning of a server's words on one line, with the API key blacked out. */
export function excerpt(text: string, apiKey: string | null): string {
  const clean = apiKey === null ? text : text.replaceAll(apiKey, "[API key]").replaceAll(JSON.stringify(apiKey).slice(1, -1), "[API key]");
  const line = clean.replaceAll(/\s+/g, " ").trim();
  return line.length > EXCERPT_CHARACTERS ? `${line.slice(0, EXCERPT_CHARACTERS)} ...` : line;
}

export const sleep: Sleep = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });

/** One attempt: the reply's text, or why there is none. */
async function post(channel: ApiChannel, body: string): Promise<string | Failure> {
  const { url, apiKey, limits, signal } = channel;
  const ending = new AbortController();
  let timedOut = false;
  const stop = () => ending.abort();
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, limits.timeoutMs);
  signal?.addEventListener("abort", stop);
  try {
    const response = await channel.fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(apiKey === null ? {} : { Authorization: `Bearer ${apiKey}` }) },
      body,
      mode: "cors",
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: ending.signal,
    });
    if (!response.ok) return await refusal(channel, response);
    return (await readCapped(response, limits.maxReplyBytes)) ?? tooLarge(channel);
  } catch (error) {
    signal?.throwIfAborted();
    return timedOut ? noReplyInTime(channel) : unreachable(channel, error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** The body's text; null when it is longer than `maxBytes`, of which no more than that and one chunk is read. */
async function readCapped(response: Response, maxBytes: number): Promise<string | null> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let received = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    received += value.byteLength;
    if (received > maxBytes) {
      reader.cancel().catch(() => {});
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

function parseReply({ url, apiKey }: ApiChannel, text: string): unknown {
  try {
    return parseUntrustedJson(text);
  } catch {
    const got = text === "" ? "an empty reply" : `"${excerpt(text, apiKey)}"`;
    throw new RewardApiError(
      "reply",
      `Reward server ${shownAddress(url)}: expected JSON with "scores", got ${got}. Check that the address leads to a reward server's scoring endpoint.`,
    );
  }
}

async function refusal({ url, apiKey }: ApiChannel, response: Response): Promise<Failure> {
  const { status } = response;
  const words = excerpt(detailOf(await readCapped(response, MAX_ERROR_BYTES).catch(() => null)), apiKey);
  return {
    problem: "status",
    message: `Reward server ${shownAddress(url)}: expected status 200, got ${status}${words === "" ? "" : ` (${words})`}. ${statusAdvice(status)}`,
    passing: status === 408 || status === 429 || status >= 500,
  };
}

/** FastAPI's `detail`: a sentence, or a list of problems with `loc` and `msg`; other bodies as they are. */
function detailOf(text: string | null): string {
  if (text === null) return "";
  let body: unknown;
  try {
    body = parseUntrustedJson(text);
  } catch {
    return text;
  }
  const detail = isJsonObject(body) && "detail" in body ? body["detail"] : body;
  const words = (value: unknown): string => (typeof value === "string" ? value : valueText(value));
  if (!Array.isArray(detail)) return words(detail);
  return detail
    .map((entry: unknown) =>
      isJsonObject(entry) && Array.isArray(entry["loc"]) ? `${entry["loc"].map(words).join(".")}: ${words(entry["msg"])}` : words(entry),
    )
    .join("; ");
}

function statusAdvice(status: number): string {
  if (status === 401 || status === 403) return "Give the API key that this server expects.";
  if (status === 404 || status === 405)
    return "Check the address, path included (LLaMA-Factory scores at /v1/score/evaluation), and that the server was started as a reward model (stage: rm).";
  if (status === 429) return "The server asks for fewer requests; wait and resume.";
  if (status >= 500) return "The server failed; read its own log, repair it and resume.";
  return "Check that the server speaks LLaMA-Factory's scoring protocol.";
}

function tooLarge({ url, limits }: ApiChannel): Failure {
  return {
    problem: "reply",
    message: `Reward server ${shownAddress(url)}: expected a reply of at most ${limits.maxReplyBytes} bytes, got more and stopped reading. Check that the address leads to a reward server's scoring endpoint.`,
    passing: false,
  };
}

function noReplyInTime({ url, limits }: ApiChannel): Failure {
  return {
    problem: "timeout",
    message: `Reward server ${shownAddress(url)}: expected a whole reply within ${limits.timeoutMs / 1000} s, got none. Check the server's load, or send fewer rows at once (perDeviceTrainBatchSize).`,
    passing: true,
  };
}

/** A page is told the same for all of these, so the message names them all. */
function unreachable({ url, apiKey }: ApiChannel, error: unknown): Failure {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const reason = excerpt(cause instanceof Error && cause.message !== "" ? `${message}: ${cause.message}` : message, apiKey);
  return {
    problem: "unreachable",
    message:
      `Reward server ${shownAddress(url)}: expected a reply, got none (${reason}). To a page it looks the same when the server is down, when it ` +
      "does not allow other origins (CORS), when it redirects, and when the browser's local-network permission is missing. Check that the " +
      "server runs at this very address, that its replies carry Access-Control-Allow-Origin, that this page may reach the local network " +
      "(site settings of the browser), and, when this page came over https, that the server is https or on this machine.",
    passing: true,
  };
}
