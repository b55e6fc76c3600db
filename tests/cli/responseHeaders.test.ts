import { expect, test } from "vitest";
import { WORKER_POLICY } from "../../src/cli/contentSecurityPolicy.mjs";
import { responseHeaders } from "../../src/cli/responseHeaders.mjs";

test("what carries a hash in its name is kept for good, everything else is asked for again", () => {
  expect(responseHeaders("assets/index-CkDTnPIr.js")["Cache-Control"]).toBe("public, max-age=31536000, immutable");
  for (const path of ["index.html", "sw.js", "site.webmanifest", "models/reviews/policy/model.safetensors", "recordings/reviews.ppolab"])
    expect(responseHeaders(path)["Cache-Control"], path).toBe("no-cache");
});

test("scripts carry the worker's policy, because the page's meta tag does not reach a worker; the page brings its own", () => {
  expect(responseHeaders("assets/lab.worker-C3T1RKDw.js")["Content-Security-Policy"]).toBe(WORKER_POLICY);
  expect(responseHeaders("index.html")).not.toHaveProperty("Content-Security-Policy");
});

test("types are not guessed, addresses not passed on; embedding stays possible", () => {
  const headers = responseHeaders("index.html");
  expect(headers).toMatchObject({
    "Content-Type": "text/html; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
  });
  expect(headers).not.toHaveProperty("X-Frame-Options");
  expect(headers).not.toHaveProperty("Cross-Origin-Embedder-Policy");
  expect(responseHeaders("a/b.bin")["Content-Type"]).toBe("application/octet-stream");
});
