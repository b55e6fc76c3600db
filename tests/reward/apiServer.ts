// A local HTTP server that misbehaves on request, for tests of the reward client.

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** `count`: requests so far, this one included. */
export type Handler = (received: Received, response: ServerResponse, count: number) => void;

export interface ApiServer {
  readonly url: string;
  readonly received: Received[];
  handler: Handler;
  close(): Promise<void>;
}

export async function apiServer(handler: Handler): Promise<ApiServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const part of request as AsyncIterable<Buffer>) body += part.toString("utf8");
    const { method = "", url = "", headers } = request;
    received.push({ method, path: url, headers, body });
    started.handler(received.at(-1) as Received, response, received.length);
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const started: ApiServer = {
    url: `http://127.0.0.1:${port}/v1/score/evaluation`,
    received,
    handler,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return started;
}

export function messagesOf({ body }: Received): string[] {
  return (JSON.parse(body) as { messages: string[] }).messages;
}

export function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** Scores every message by its number of characters. */
export const lengths: Handler = (received, response) => reply(response, 200, { scores: messagesOf(received).map((text) => text.length) });
