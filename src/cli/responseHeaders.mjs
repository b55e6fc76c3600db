// The headers our own server sends with a file of the site: type, caching, and what browsers shall refuse.

import { extname } from "node:path";
import { WORKER_POLICY } from "./contentSecurityPolicy.mjs";

/** @type {Readonly<Record<string, string>>} */
const CONTENT_TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".md": "text/markdown; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".safetensors": "application/octet-stream",
};

/**
 * No Cross-Origin-Embedder-Policy: it would keep the lab out of other pages' iframes, and with threads, which it unlocks, the
 * TensorFlow.js engine would round differently here than on hosts that cannot send headers.
 */
const PROTECTION = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
};

/**
 * @param {string} path below the site's folder, with forward slashes
 * @returns {Record<string, string>}
 */
export function responseHeaders(path) {
  const extension = extname(path).toLowerCase();
  return {
    "Content-Type": CONTENT_TYPES[extension] ?? "application/octet-stream",
    // Names under assets/ carry a hash of the content; everything else may change under its name.
    "Cache-Control": path.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    ...PROTECTION,
    ...(extension === ".js" ? { "Content-Security-Policy": WORKER_POLICY } : {}),
  };
}
