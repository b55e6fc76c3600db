import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { type SiteFiles, type SiteStore, siteStore } from "../../../app/offline/siteStore";

const SCOPE = "https://host.example/any/folder/";

/** The Cache API as far as the store uses it. */
class FakeCache {
  readonly entries = new Map<string, string>();
  full = false;
  async match(key: string): Promise<Response | undefined> {
    const text = this.entries.get(key);
    return text === undefined ? undefined : new Response(text);
  }
  async put(key: string, response: Response): Promise<void> {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.entries.set(key, await response.text());
  }
  async keys(): Promise<{ url: string }[]> {
    return [...this.entries.keys()].map((url) => ({ url }));
  }
  async delete(key: { url: string }): Promise<boolean> {
    return this.entries.delete(key.url);
  }
}

const integrity = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;
const siteFiles = (texts: Record<string, string>, onDemand: readonly string[] = []): SiteFiles =>
  Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [
      path,
      { integrity: integrity(text), bytes: text.length, onDemand: onDemand.includes(path) },
    ]),
  );

const FIRST = { "": "page 1", "assets/main-1.js": "main 1", "models/policy": "weights", "assets/tfjs-1.js": "tfjs" };
const SECOND = { "": "page 2", "assets/main-2.js": "main 2", "models/policy": "weights", "assets/tfjs-1.js": "tfjs" };

let cache: FakeCache;
let host: Record<string, string>;
let asked: { path: string; init: RequestInit }[];
let online: boolean;

/** A version's store; the host answers with what it has, and the browser refuses bytes of another hash. */
const storeOf = (texts: Record<string, string>): SiteStore =>
  siteStore({
    files: siteFiles(texts, ["assets/tfjs-1.js"]),
    scope: SCOPE,
    caches: { open: async () => cache as unknown as Cache },
    fetch: async (url, init) => {
      const path = url.slice(SCOPE.length);
      asked.push({ path, init });
      const text = host[path];
      if (!online) throw new TypeError("Failed to fetch");
      if (text === undefined) return new Response("none", { status: 404 });
      if (init.integrity !== integrity(text)) throw new TypeError("integrity");
      return new Response(text);
    },
  });
const textOf = async (store: SiteStore, path: string): Promise<string> => (await store.read(path)).text();

beforeEach(() => {
  cache = new FakeCache();
  host = { ...FIRST };
  asked = [];
  online = true;
});

describe("only GET requests for the site's own files are answered", () => {
  const { fileOf } = storeOf(FIRST);
  test.each([
    [SCOPE, ""],
    [`${SCOPE}index.html`, ""],
    [`${SCOPE}?replay=https://elsewhere.example/a.ppolab`, ""],
    [`${SCOPE}?embed#v1=abc`, ""],
    [`${SCOPE}assets/main-1.js`, "assets/main-1.js"],
  ])("%s", (url, path) => expect(fileOf("GET", url)).toBe(path));
  test.each([
    "http://127.0.0.1:8000/v1/score/evaluation",
    "https://host.example/",
    "https://host.example/any/folder",
    "https://host.example/any/other/index.html",
    "https://host.example.evil.example/any/folder/",
    `${SCOPE}assets/unknown.js`,
    `${SCOPE}constructor`,
    `${SCOPE}sw.js`,
  ])("%s is left alone", (url) => expect(fileOf("GET", url)).toBeNull());
  test("and other methods", () => expect(fileOf("POST", SCOPE)).toBeNull());
});

test("after filling, everything needed is there without a network; the rest comes when first asked for and stays", async () => {
  const store = storeOf(FIRST);
  await store.fill();
  expect(asked.map(({ path }) => path).sort()).toEqual(["", "assets/main-1.js", "models/policy"]);
  expect(await textOf(store, "assets/tfjs-1.js")).toBe("tfjs");
  online = false;
  for (const [path, text] of Object.entries(FIRST)) expect(await textOf(store, path)).toBe(text);
});

test("what has no hash in its name is never taken from the browser's own cache unasked", async () => {
  await storeOf(FIRST).fill();
  const modes = Object.fromEntries(asked.map(({ path, init }) => [path, init.cache]));
  expect(modes).toEqual({ "": "no-cache", "assets/main-1.js": "default", "models/policy": "no-cache" });
});

test("two versions lie side by side; what did not change is not fetched again; cleaning leaves the new one", async () => {
  const first = storeOf(FIRST);
  await first.fill();
  host = { ...SECOND };
  asked = [];
  const second = storeOf(SECOND);
  await second.fill();
  expect(asked.map(({ path }) => path).sort()).toEqual(["", "assets/main-2.js"]);
  expect([await textOf(first, ""), await textOf(first, "assets/main-1.js")]).toEqual(["page 1", "main 1"]);
  expect([await textOf(second, ""), await textOf(second, "assets/main-2.js")]).toEqual(["page 2", "main 2"]);
  await second.clean();
  expect([...cache.entries.values()].sort()).toEqual(["main 2", "page 2", "weights"]);
});

test("a host in the middle of an upload never makes a mixed version: filling fails and can be done again", async () => {
  host = { ...FIRST, "models/policy": "weights of tomorrow" };
  await expect(storeOf(FIRST).fill()).rejects.toThrow(TypeError);
  delete host["models/policy"];
  await expect(storeOf(FIRST).fill()).rejects.toThrow("Expected the site's file models/policy, got HTTP 404.");
  host = { ...FIRST };
  await storeOf(FIRST).fill();
  expect(await textOf(storeOf(FIRST), "models/policy")).toBe("weights");
});

test("a full disk fails the filling, but what is asked for still comes", async () => {
  const store = storeOf(FIRST);
  cache.full = true;
  await expect(store.fill()).rejects.toThrow("full");
  expect(await textOf(store, "assets/tfjs-1.js")).toBe("tfjs");
});
