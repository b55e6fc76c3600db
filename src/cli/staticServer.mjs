// Serves one folder over HTTP on this machine only: what npm start and the browser tests show the built site with.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { relative, resolve, sep } from "node:path";
import { responseHeaders } from "./responseHeaders.mjs";

const HOST = "127.0.0.1";

/**
 * The file a request asks for, or null when the address is malformed or leads out of the folder.
 * @param {string} folder
 * @param {string} base
 * @param {string} address
 */
export function fileOf(folder, base, address) {
  let path;
  try {
    path = decodeURIComponent(address.split(/[?#]/, 1)[0] ?? "");
  } catch {
    return null;
  }
  if (!path.startsWith(base) || path.includes("\0")) return null;
  const inside = path.slice(base.length);
  const root = resolve(folder);
  const file = resolve(root, inside.endsWith("/") || inside === "" ? `${inside}index.html` : inside);
  // A drive letter, a leading slash or ".." would leave the folder.
  return file.startsWith(root + sep) ? file : null;
}

/**
 * @param {{ folder: string; base: string }} site
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
async function answer({ folder, base }, request, response) {
  const file = fileOf(folder, base, request.url ?? "");
  const stats = file === null ? null : await stat(file).catch(() => null);
  if (request.method !== "GET" && request.method !== "HEAD") response.writeHead(405, { Allow: "GET, HEAD" }).end();
  else if (file === null || !stats?.isFile()) response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found\n");
  else {
    const headers = responseHeaders(relative(folder, file).replaceAll(sep, "/"));
    response.writeHead(200, { ...headers, "Content-Length": stats.size });
    if (request.method === "HEAD") response.end();
    else
      createReadStream(file)
        .on("error", () => response.destroy())
        .pipe(response);
  }
}

/**
 * Starts serving `folder` under the path `base` on the first free port from `port` on (0: any).
 * @param {string} folder
 * @param {{ port?: number; base?: string }} [options]
 * @returns {Promise<{ url: string; close: () => Promise<void> }>}
 */
export async function serveFolder(folder, { port = 0, base = "/" } = {}) {
  const server = createServer((request, response) => {
    answer({ folder, base }, request, response).catch(() => response.destroy());
  });
  const chosen = await listen(server, port, port === 0 ? 0 : port + 50);
  return {
    url: `http://${HOST}:${chosen}${base}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {import("node:http").Server} server
 * @param {number} port
 * @param {number} last
 * @returns {Promise<number>}
 */
function listen(server, port, last) {
  return new Promise((resolvePort, reject) => {
    /** @param {NodeJS.ErrnoException} error */
    const onError = (error) => {
      if (error.code === "EADDRINUSE" && port < last) resolvePort(listen(server, port + 1, last));
      else reject(error);
    };
    server.once("error", onError);
    server.listen(port, HOST, () => {
      server.off("error", onError);
      const address = server.address();
      resolvePort(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
