// A Node HTTP server with the endpoints, JSON, errors and CORS of LLaMA-Factory's API server on a reward model (fact sheet 4.4).

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ConfigError } from "../errors";
import { readScoreRequest } from "./rewardServerRequest";
import type { TextScorer } from "./rewardServerScorer";

export const SCORE_PATH = "/v1/score/evaluation";
const MODELS_PATH = "/v1/models";
const CHAT_PATH = "/v1/chat/completions";

const MAX_BODY_BYTES = 16_777_216;
/** How long `close` waits for replies under way, milliseconds. */
const CLOSING_MS = 2000;

export interface RewardServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly apiKey: string | null;
  /** Shown by GET /v1/models; requests may name any. */
  readonly modelName: string;
  readonly scorer: TextScorer;
  /** @default 16 MiB */
  readonly maxBodyBytes?: number;
  /** Told of failures that the client sees as status 500 only. */
  readonly onError: (error: unknown) => void;
}

export interface RewardServer {
  /** Full address of the scoring endpoint: what `rewardModel` wants. */
  readonly url: string;
  /** Takes no more requests, lets those under way end, gives up on them after two seconds. Does not dispose the scorer. */
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @throws ConfigError when the address or port cannot be had. */
export async function startRewardServer(options: RewardServerOptions): Promise<RewardServer> {
  const inTurn = queue();
  const server = createServer((request, response) => {
    answer(options, inTurn, request, response).catch((error: unknown) => {
      options.onError(error);
      response.destroy();
    });
  });
  const port = await listen(server, options);
  const shownHost = options.host === "0.0.0.0" || options.host === "::" ? "127.0.0.1" : options.host;
  return {
    url: `http://${shownHost.includes(":") ? `[${shownHost}]` : shownHost}:${port}${SCORE_PATH}`,
    close: () =>
      new Promise((closed) => {
        const giveUp = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
        server.close(() => {
          clearTimeout(giveUp);
          closed();
        });
      }),
  };
}

function listen(server: Server, { host, port }: RewardServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) =>
      reject(
        new ConfigError(
          `Reward server: expected to listen at ${host}, port ${port}, got "${error.message}". Choose another --port or --host.`,
        ),
      );
    server.once("error", refuse);
    server.listen(port, host, () => {
      server.off("error", refuse);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** One piece of work at a time, in the order of arrival: MAX_CONCURRENT is 1, and calls of a model must not overlap. */
function queue(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}

async function answer(options: RewardServerOptions, inTurn: InTurn, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { headers, method } = request;
  if (headers.origin !== undefined && method === "OPTIONS" && headers["access-control-request-method"] !== undefined) {
    const allowed = METHODS.includes(headers["access-control-request-method"]);
    response.writeHead(allowed ? 200 : 400, { ...preflightHeaders(headers), "Content-Type": "text/plain; charset=utf-8" });
    response.end(allowed ? "OK" : "Disallowed CORS method");
    return;
  }
  const reply = await route(options, inTurn, request, response).catch((error: unknown): Reply => {
    // A client that hangs up is no failure of the server.
    if (!response.destroyed) options.onError(error);
    return { status: 500, body: { detail: "Internal Server Error" } };
  });
  if (response.destroyed) return;
  response.writeHead(reply.status, { ...corsHeaders(headers), "Content-Type": "application/json", ...reply.headers });
  response.end(JSON.stringify(reply.body));
}

async function route(options: RewardServerOptions, inTurn: InTurn, request: IncomingMessage, response: ServerResponse): Promise<Reply> {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const wanted = { [MODELS_PATH]: "GET", [CHAT_PATH]: "POST", [SCORE_PATH]: "POST" }[path];
  if (wanted === undefined) return { status: 404, body: { detail: "Not Found" } };
  if (request.method !== wanted) return { status: 405, body: { detail: "Method Not Allowed" }, headers: { Allow: wanted } };
  // Asked before the body is read, so that strangers cannot make the server hold one.
  if (!hasKey(options.apiKey, request.headers.authorization)) return { status: 401, body: { detail: "Invalid API key." } };
  if (path === MODELS_PATH) return { status: 200, body: { object: "list", data: [modelCard(options.modelName)] } };
  if (path === CHAT_PATH) return { status: 405, body: { detail: "Not allowed" } };
  const body = await readBody(request, options.maxBodyBytes ?? MAX_BODY_BYTES);
  if (body === null) return { status: 413, body: { detail: "Request body too large" }, headers: { Connection: "close" } };
  const given = readScoreRequest(request.headers["content-type"], body);
  if (!("messages" in given)) return { status: 422, body: { detail: given } };
  if (given.messages.length === 0) return { status: 400, body: { detail: "Invalid request" } };
  try {
    // Whoever has hung up while waiting for its turn wants no scores any more.
    const scores = await inTurn(async () =>
      response.destroyed ? new Float32Array() : options.scorer.score(given.messages, given.maxLength),
    );
    if (!scores.every(Number.isFinite))
      throw new RangeError("Reward server: expected finite scores, got others. Check the model's weights.");
    const id = `scoreval-${randomBytes(16).toString("hex")}`;
    return { status: 200, body: { id, object: "score.evaluation", model: given.model, scores: [...scores] } };
  } catch (error) {
    if (error instanceof ConfigError) return { status: 400, body: { detail: `Invalid request: ${error.message}` } };
    throw error;
  }
}

function modelCard(id: string): object {
  return { id, object: "model", created: Math.floor(Date.now() / 1000), owned_by: "owner" };
}

function hasKey(apiKey: string | null, authorization: string | undefined): boolean {
  if (apiKey === null) return true;
  const given = /^bearer +(.*)$/i.exec(authorization ?? "")?.[1];
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(apiKey));
}

/** The body as text; null when it is too long, in which case the rest is read and dropped so that the client gets its reply. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let received = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    received += part.byteLength;
    if (received <= maxBytes) parts.push(part);
    else parts.length = 0;
  }
  return received <= maxBytes ? Buffer.concat(parts).toString("utf8") : null;
}

const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** Any origin, any header, credentials allowed; the origin is named because browsers take no "*" with credentials. */
function preflightHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const wanted = headers["access-control-request-headers"];
  return {
    "Access-Control-Allow-Origin": headers.origin ?? "*",
    "Access-Control-Allow-Methods": METHODS.join(", "),
    "Access-Control-Max-Age": "600",
    "Access-Control-Allow-Credentials": "true",
    ...(typeof wanted === "string" ? { "Access-Control-Allow-Headers": wanted } : {}),
    Vary: "Origin",
  };
}

/** On every reply to a page; with cookies the origin is named, for the same reason. */
function corsHeaders({ origin, cookie }: IncomingHttpHeaders): Record<string, string> {
  if (origin === undefined) return {};
  const named = cookie !== undefined;
  return {
    "Access-Control-Allow-Origin": named ? origin : "*",
    "Access-Control-Allow-Credentials": "true",
    ...(named ? { Vary: "Origin" } : {}),
  };
}
