import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileOf, serveFolder } from "../../src/cli/staticServer.mjs";

const parent = mkdtempSync(join(tmpdir(), "ppo-lab-site-"));
const folder = join(parent, "site");
let site: Awaited<ReturnType<typeof serveFolder>>;

beforeAll(async () => {
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(parent, "secret.txt"), "secret");
  writeFileSync(join(folder, "index.html"), "<title>home</title>");
  writeFileSync(join(folder, "assets", "kernels.wasm"), Uint8Array.of(0, 97, 115, 109));
  site = await serveFolder(folder, { base: "/a/b/" });
});
afterAll(async () => {
  await site.close();
  rmSync(parent, { recursive: true, force: true });
});

/** Status, type and body of a request whose path is sent exactly as written, which fetch would tidy up. */
function ask(path: string, method = "GET"): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(site.url);
    const sent = request({ host: "127.0.0.1", port, path, method }, (response) => {
      let body = "";
      response.setEncoding("latin1");
      response.on("data", (part: string) => (body += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", body }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("serves", () => {
  test("the page under its base, with and without file name", async () => {
    expect(await ask("/a/b/")).toEqual({ status: 200, type: "text/html; charset=utf-8", body: "<title>home</title>" });
    expect((await ask("/a/b/index.html?x=1#y")).body).toBe("<title>home</title>");
  });
  test("wasm under the type that streaming compilation demands", async () => {
    expect(await ask("/a/b/assets/kernels.wasm")).toEqual({ status: 200, type: "application/wasm", body: "\0asm" });
  });
  test("HEAD without a body", async () => {
    expect(await ask("/a/b/", "HEAD")).toEqual({ status: 200, type: "text/html; charset=utf-8", body: "" });
  });
});

test("its replies carry the site's protective headers", async () => {
  const { headers } = await fetch(`${site.url}assets/kernels.wasm`);
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect((await fetch(site.url)).headers.get("cache-control")).toBe("no-cache");
});

describe("refuses", () => {
  test.each([
    "/",
    "/a/b/none.html",
    "/a/b/assets",
    "/a/b/../secret.txt",
    "/a/b/../../../secret.txt",
    "/a/b/%2e%2e/secret.txt",
    "/a/b/..%2fsecret.txt",
  ])("%s", async (path) => expect((await ask(path)).status).toBe(404));
  test("other methods", async () => expect((await ask("/a/b/", "POST")).status).toBe(405));
  test.each(["/a/b//etc/passwd", "/a/b/%00", "/a/b/%zz", "/a/c/index.html", "/a/b/../site-of-others/x", "/a/b/.."])(
    "the address %s names no file",
    (address) => expect(fileOf(folder, "/a/b/", address)).toBeNull(),
  );
});

test("a taken port gives way to the next one", async () => {
  const port = Number(new URL(site.url).port);
  const second = await serveFolder(folder, { port });
  expect(Number(new URL(second.url).port)).toBeGreaterThan(port);
  await second.close();
});
