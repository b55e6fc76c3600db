// The parity command as people run it: lines, exit codes, refusals.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "parity-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function parity(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, INIT_CWD: root };
  return spawnSync(process.execPath, ["src/cli/bundle.mjs", "parity", ...args], { cwd: root, encoding: "utf8", env });
}

/** A copy of the ragged run with steps.json changed. */
function changedRun(name: string, change: (json: { args: Record<string, unknown>; steps: { kl_coef_after: number }[] }) => void): string {
  const copy = join(folder, name);
  cpSync(join(root, "tests/golden/runs/ragged"), copy, { recursive: true });
  const json = JSON.parse(readFileSync(join(copy, "steps.json"), "utf8"));
  change(json);
  writeFileSync(join(copy, "steps.json"), JSON.stringify(json));
  return copy;
}

describe("npm run parity", () => {
  it.each(["wasm", "tfjs"])("prints one line per run and exits 0 when all match on %s", (engine) => {
    const { status, stdout } = parity("tests/golden/runs/full", "tests/golden/runs/ragged", "--engine", engine);
    const lines = stdout.trim().split("\n");
    expect(lines.length).toBe(2);
    for (const line of lines)
      expect(line).toMatch(
        /^tests\/golden\/runs\/\w+ {2}(wasm|tfjs-cpu) {2}2 steps {2}statistics .* {2}scores .* {2}weights p99\.9 .* max .* {2}OK$/,
      );
    expect(status).toBe(0);
  });

  it("exits 1 when one run does not match and says why", () => {
    const wrong = changedRun("wrong", ({ steps }) => {
      if (steps[0]) steps[0].kl_coef_after = 0.3;
    });
    const { status, stdout } = parity(wrong, "tests/golden/runs/full");
    expect(stdout).toMatch(/FAIL: kl_coef_after at step 1 .*\n.*OK\n$/);
    expect(status).toBe(1);
  });

  it("exits 1 when a folder is no recorded run", () => {
    const { status, stdout } = parity(join(folder, "nowhere"));
    expect(stdout).toContain("FAIL: Recorded run: cannot read config.json");
    expect(status).toBe(1);
  });

  it("replays runs with adapters and compares recorded rotations; a name alone is a run in tests/golden/runs", () => {
    const { status, stdout } = parity("lora", "tests/golden/oft.json", "--engine", "wasm");
    expect(stdout).toMatch(/^lora {2}wasm {2}2 steps .* OK\ntests\/golden\/oft\.json {2}rotations neumann5 neumann3 exact {2}max .* OK\n$/);
    expect(status).toBe(0);
  });

  it("exits 1 when a record contradicts itself, or rotations do not match", () => {
    const mistaken = changedRun("mistaken", ({ args }) => Object.assign(args, { finetuning_type: "lora" }));
    const rotations = join(folder, "oft.json");
    const json = JSON.parse(readFileSync(join(root, "tests/golden/oft.json"), "utf8"));
    json.neumann5.R[0][0][0] += 0.001;
    writeFileSync(rotations, JSON.stringify(json));
    const { status, stdout } = parity(mistaken, rotations);
    expect(stdout).toMatch(/FAIL: Adapter weights: expected adapted linear layers .*\n.*max 1\.0e-3 {2}FAIL\n$/);
    expect(status).toBe(1);
  });

  it.each([[[]], [["--engine", "abacus", "x"]], [["--fast", "x"]]])("exits 2 with the usage for %j", (args) => {
    const { status, stdout, stderr } = parity(...args);
    expect(stderr).toContain("Usage: npm run --silent parity");
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});
