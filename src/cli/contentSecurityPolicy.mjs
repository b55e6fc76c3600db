// Content-Security-Policy: what the built page and its worker may load, run and reach.

import { createHash } from "node:crypto";

/** @typedef {Readonly<Record<string, readonly string[]>>} Directives */

// WebAssembly is compiled, text is never evaluated as code.
const SCRIPTS = ["'self'", "'wasm-unsafe-eval'"];

/** @param {Directives} directives */
const written = (directives) =>
  Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(" "))
    .join("; ");

/** @param {string} text */
const hashOf = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * The page's policy. It may be framed: that is what embedding means, and a meta tag could not forbid it anyway. It talks to no
 * other origin: reward servers, whose origins a visitor agrees to while the page is open, are asked by the worker.
 * @param {readonly string[]} inlineStyles exact texts of the style elements that scripts put into the page
 */
export function pagePolicy(inlineStyles) {
  return written({
    "default-src": ["'none'"],
    "script-src": SCRIPTS,
    "style-src": ["'self'", ...inlineStyles.map(hashOf)],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
  });
}

/**
 * The policy of worker scripts, which the page's meta tag does not reach. Any http(s) address is open to them: which one is asked
 * is decided by the consent to its origin, at run time.
 */
export const WORKER_POLICY = written({ "default-src": ["'none'"], "script-src": SCRIPTS, "connect-src": ["'self'", "https:", "http:"] });

const CHARSET = '<meta charset="utf-8">';

/**
 * Writes the policy into the built index.html, before anything that it governs. Not in development: the server there puts inline
 * scripts and styles into the page.
 * @param {() => readonly string[]} inlineStyles see pagePolicy
 * @returns {import("vite").Plugin}
 */
export function contentSecurityPolicy(inlineStyles) {
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html) => {
        if (!html.includes(CHARSET)) throw new Error(`Expected ${CHARSET} in index.html, found none. Restore it.`);
        return html.replace(CHARSET, `${CHARSET}\n    <meta http-equiv="Content-Security-Policy" content="${pagePolicy(inlineStyles())}">`);
      },
    },
  };
}
