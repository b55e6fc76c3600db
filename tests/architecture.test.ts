// Proves that the linter enforces the layers and the ban on implementation-defined Math, on small offending files.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));

/** Path of an offending file -> [its text, the rule that must fire]. */
const offenders: Readonly<Record<string, readonly [string, string]>> = {
  "src/offender.ts": ['import "./ppo/trainer";', "no-restricted-imports"],
  "src/loss/offender.ts": ['import "../engine/layout";', "no-restricted-imports"],
  "src/engine/offender.ts": ['import "../model/tokenizer";', "no-restricted-imports"],
  "src/engine/tensors.ts": ['import "@tensorflow/tfjs-core";', "no-restricted-imports"],
  "src/engine/tfjs/offender.ts": ['import "../../ppo/rollout";', "no-restricted-imports"],
  "src/engine/wasm/offender.ts": ['import "../../reward/rewardModel";', "no-restricted-imports"],
  "src/model/offender.ts": ['import "../reward/rewardModel";', "no-restricted-imports"],
  "src/scenarios/offender.ts": ['import "../engine/layout";', "no-restricted-imports"],
  "src/reward/offender.ts": ['import "../ppo/trainer";', "no-restricted-imports"],
  "src/ppo/offender.ts": ['import "../worker/client";', "no-restricted-imports"],
  "src/ppo/pretrain.ts": ['import "../pretrain/sft";', "no-restricted-imports"],
  "src/pretrain/offender.ts": ['import "../cli/lab";', "no-restricted-imports"],
  "src/worker/offender.ts": ['import "../../app/App";', "no-restricted-imports"],
  "src/worker/react.ts": ['import "react";', "no-restricted-imports"],
  "src/worker/node.ts": ['import "node:fs";', "no-restricted-imports"],
  "src/cli/offender.ts": ['import "../worker/client";', "no-restricted-imports"],
  "src/cli/tensors.ts": ['import "@tensorflow/tfjs-core";', "no-restricted-imports"],
  "src/cli/benchOffender.ts": ['import "../worker/client";', "no-restricted-imports"],
  "src/diagnostics/offender.ts": ['import "../ppo/trainer";', "no-restricted-imports"],
  "src/gates/offender.ts": ['import "../worker/client";', "no-restricted-imports"],
  "src/ppo/gates.ts": ['import "../gates/gate";', "no-restricted-imports"],
  "app/run/engine.ts": ['import { wasm } from "../../src/engine/wasm/engine";\nwasm();', "no-restricted-imports"],
  "app/run/server.ts": ['import "../../src/worker/server";', "no-restricted-imports"],
  "app/run/tensors.ts": ['import "@tensorflow/tfjs";', "no-restricted-imports"],
  "src/ppo/power.ts": ["export const two = Math.pow(2, 1);", "no-restricted-properties"],
  "src/loss/log.ts": ["export const zero = Math.log(1);", "no-restricted-properties"],
  "src/reward/tanh.ts": ["export const zero = Math.tanh(0);", "no-restricted-properties"],
  "src/engine/cosine.ts": ["export const one = Math.cos(0);", "no-restricted-properties"],
  "src/engine/wasm/destructured.ts": ["const { exp } = Math;\nexport const one = exp(0);", "no-restricted-properties"],
  "src/random.ts": ["export const zero = Math.log2(1);", "no-restricted-properties"],
  "src/elementary.ts": ["export const zero = Math.sin(0);", "no-restricted-properties"],
  "src/engine/tfjs/random.ts": ["export const any = Math.random();", "no-restricted-properties"],
  "src/scenarios/random.ts": ["export const any = Math.random();", "no-restricted-properties"],
  "src/scenarios/default.ts": ["export default 1;", "no-default-export"],
  "src/ppo/cycleA.ts": ['import { b } from "./cycleB";\nexport const a = (): number => b();', "no-cycle"],
  "src/ppo/cycleB.ts": ['import { a } from "./cycleA";\nexport const b = (): number => a();', "no-cycle"],
};

/** Files that keep the rules; they must pass. */
const innocents: Readonly<Record<string, string>> = {
  "src/engine/tfjs/tensors.ts": 'import "@tensorflow/tfjs-core";\nexport const e = Math.exp(1);',
  "src/engine/upright.ts": 'import "../loss/lossHead";\nimport "../errors";\nexport const root = Math.sqrt(2);',
  "src/ppo/upright.ts": 'import "../reward/rewardModel";\nimport "../engine/engine";\nimport "../scenarios/scenario";',
  "src/gates/upright.ts": 'import "../ppo/prompts";\nimport "../model/tokenizer";',
  "src/cli/benchUpright.ts": 'import "@tensorflow/tfjs-core";',
  "src/cli/upright.ts": 'import "node:fs";\nimport "../ppo/trainer";\nimport "../pretrain/sft";',
  "src/worker/upright.ts":
    'import "../ppo/trainer";\nimport "../engine/engine";\nimport "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";',
  "app/upright.ts":
    'import "../src/worker/client";\nimport "../src/config";\nimport type { EngineName } from "../src/engine/engine";\nexport const name: EngineName = "wasm";',
};

const folder = mkdtempSync(join(tmpdir(), "ppo-lab-lint-"));
const firedByFile = new Map<string, string[]>();

beforeAll(async () => {
  const files = { ...Object.fromEntries(Object.entries(offenders).map(([path, [text]]) => [path, text])), ...innocents };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, ".oxlintrc.json"), readFileSync(join(root, ".oxlintrc.json")));
  const output = await new Promise<string>((resolve) =>
    execFile(process.execPath, [join(root, "node_modules/oxlint/bin/oxlint"), "--format=json"], { cwd: folder }, (_error, stdout) =>
      resolve(stdout),
    ),
  );
  const { diagnostics } = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] };
  for (const { code, filename } of diagnostics) firedByFile.set(filename, [...(firedByFile.get(filename) ?? []), code]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the linter refuses", () => {
  test.each(Object.entries(offenders))("%s", (path, [, rule]) => {
    expect(firedByFile.get(path)?.some((code) => code.includes(`(${rule})`))).toBe(true);
  });
});

describe("the linter accepts", () => {
  test.each(Object.keys(innocents))("%s", (path) => {
    expect(firedByFile.get(path) ?? []).toEqual([]);
  });
});

test("every layer has its own rule", () => {
  const config = JSON.parse(readFileSync(join(root, ".oxlintrc.json"), "utf8")) as {
    overrides: { files: string[]; rules: Record<string, unknown> }[];
  };
  const covered = config.overrides.filter(({ rules }) => "no-restricted-imports" in rules).flatMap(({ files }) => files);
  const layers = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of layers) expect(covered, `src/${name}`).toContain(`src/${name}/**`);
});

/** The linter has no rule against the ** operator, and does not read AssemblyScript. */
const reproducible = ["src/ppo", "src/loss", "src/reward", "src/engine"];
const bannedText =
  /\*\*|\b(?:Math|Mathf|NativeMath|NativeMathf|JSMath)\s*\.\s*(?:expm?1?|log(?:1p|2|10)?|pow|hypot|cbrt|a?(?:sin|cos|tan)h?|atan2|random)\b/;

/** The source without comments, strings and templates' text, so that only code is searched. */
function codeOf(source: string): string {
  return source.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, " ");
}

describe("reproducible sources use only exact arithmetic", () => {
  const inFolders = reproducible.flatMap((layer) =>
    readdirSync(join(root, layer), { recursive: true, encoding: "utf8" }).map((path) => `${layer}/${path}`),
  );
  const paths = inFolders
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && !path.startsWith("src/engine/tfjs/"));
  test.each([...paths, "src/random.ts", "src/elementary.ts"])("%s", (path) => {
    expect(codeOf(readFileSync(join(root, path), "utf8")).match(bannedText)?.[0] ?? null).toBeNull();
  });
  test("the search itself finds what it is for", () => {
    for (const code of ["x ** 2", "Math.exp(1)", "Mathf.tanh(x)", "NativeMathf.log1p(x)", "Math . atan2(1, 2)", "Math.sinh(1)"])
      expect(codeOf(code)).toMatch(bannedText);
    for (const code of ["Math.sqrt(2)", "/** Math.exp */", "// x ** 2", 'f("2 ** 3")', "Math.max(1, 2)"])
      expect(codeOf(code)).not.toMatch(bannedText);
  });
});
