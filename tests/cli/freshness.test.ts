import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isUpToDate, newestChange } from "../../src/cli/freshness.mjs";

let folder: string;
const path = (name: string) => join(folder, name);
const writeAt = (name: string, seconds: number) => {
  writeFileSync(path(name), "");
  utimesSync(path(name), seconds, seconds);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ppo-lab-fresh-"));
  mkdirSync(path("src/deep"), { recursive: true });
  writeAt("src/deep/source.ts", 1000);
  for (const directory of ["src/deep", "src"]) utimesSync(path(directory), 900, 900);
  writeAt("built", 2000);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the newest change of a tree is its newest file's, of nothing 0", () => {
  expect(newestChange(path("src"))).toBe(1_000_000);
  expect(newestChange(path("nothing"))).toBe(0);
});

test("up to date when newer than every source", () => {
  expect(isUpToDate(path("built"), [path("src")])).toBe(true);
});

test("old after an edit deep inside", () => {
  writeAt("src/deep/source.ts", 3000);
  expect(isUpToDate(path("built"), [path("src")])).toBe(false);
});

test("old after a file was removed", () => {
  rmSync(path("src/deep/source.ts"));
  expect(isUpToDate(path("built"), [path("src")])).toBe(false);
});

test("a missing target is never up to date", () => {
  expect(isUpToDate(path("nothing"), [])).toBe(false);
});
