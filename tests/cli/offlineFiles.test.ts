import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listSiteFiles } from "../../src/cli/offlineFiles.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ppo-lab-offline-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<title>home</title>");
  writeFileSync(join(folder, "assets", "main-1.js"), "main()");
  writeFileSync(join(folder, "assets", "tfjs-2.js"), "tfjs()");
  writeFileSync(join(folder, "assets", "font-3.woff"), "old");
  mkdirSync(join(folder, "models", "reviews"), { recursive: true });
  writeFileSync(join(folder, "models", "reviews", "a.bin"), "default");
  mkdirSync(join(folder, "models", "sums"));
  writeFileSync(join(folder, "models", "sums", "a.bin"), "other");
  writeFileSync(join(folder, "sw.js"), "serve(SITE_FILES);");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = (): string => readFileSync(join(folder, "sw.js"), "utf8");
const listed = (): Record<string, unknown> => JSON.parse(/^const SITE_FILES = (.*);\n/.exec(written())?.[1] ?? "");
const integrity = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

test("the list names every file but the worker itself, with its hash, and what can wait", () => {
  listSiteFiles(folder);
  expect(listed()).toEqual({
    "": { integrity: integrity("<title>home</title>"), bytes: 19, onDemand: false },
    "assets/main-1.js": { integrity: integrity("main()"), bytes: 6, onDemand: false },
    "assets/tfjs-2.js": { integrity: integrity("tfjs()"), bytes: 6, onDemand: true },
    "models/reviews/a.bin": { integrity: integrity("default"), bytes: 7, onDemand: false },
    "models/sums/a.bin": { integrity: integrity("other"), bytes: 5, onDemand: true },
    "assets/font-3.woff": { integrity: integrity("old"), bytes: 3, onDemand: true },
  });
});

test("any changed byte of the site changes the worker, which is how browsers notice a new version", () => {
  listSiteFiles(folder);
  const first = written();
  listSiteFiles(folder);
  expect(written()).toBe(first);
  writeFileSync(join(folder, "index.html"), "<title>Home</title>");
  listSiteFiles(folder);
  expect(written()).not.toBe(first);
  expect(written().split("\n").slice(1).join("\n")).toBe("serve(SITE_FILES);");
});
