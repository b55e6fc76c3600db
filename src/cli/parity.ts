// npm run parity: replays recorded runs of the reference, and recorded OFT rotations, and prints how far the lab is from them, line by line.
// Exit codes: 0 all match, 1 one does not or cannot be read, 2 wrong command line.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Engine } from "../engine/engine";
import type { ReadFile } from "../model/modelFolder";
import { readRecordedRun } from "../ppo/recordedRun";
import { replayRun } from "../ppo/replay";
import { createNodeEngine, NODE_ENGINES, type NodeEngineName } from "./nodeFiles";
import { compareRotations } from "./parityOft";
import { reportLine } from "./parityReport";

const USAGE =
  "Usage: npm run --silent parity -- DIR [DIR ...] [--engine wasm|tfjs]\n" +
  "DIR: folder of a recorded run, name of one in tests/golden/runs, or a file of recorded OFT rotations (oft.json)";
const GOLDEN_RUNS = join("tests", "golden", "runs");
/** `tfjs` alone is the backend that every other engine is checked against. */
const ENGINE_NAMES = new Map<string, NodeEngineName>([["tfjs", "tfjs-cpu"], ...NODE_ENGINES.map((name) => [name, name] as const)]);

interface ParityArguments {
  readonly folders: readonly string[];
  readonly engine: NodeEngineName;
}

function readArguments(words: string[]): ParityArguments | string {
  try {
    const { values, positionals } = parseArgs({ args: words, options: { engine: { type: "string" } }, allowPositionals: true });
    const engine = ENGINE_NAMES.get(values.engine ?? "wasm");
    if (!engine) return `--engine: expected wasm or tfjs, got ${values.engine}.`;
    return positionals.length > 0 ? { folders: positionals, engine } : "Expected at least one folder of a recorded run, got none.";
  } catch (error) {
    return describe(error);
  }
}

/** The command was typed in INIT_CWD; npm runs it in the repository root. */
function pathOf(name: string): string {
  const typed = resolve(process.env["INIT_CWD"] ?? ".", name);
  const golden = join(GOLDEN_RUNS, name);
  return !existsSync(typed) && existsSync(golden) ? golden : typed;
}

/** Checks one folder or file and prints its line. */
async function check(folder: string, engine: Engine): Promise<0 | 1> {
  const path = pathOf(folder);
  const read: ReadFile = (file) => readFile(join(path, file));
  try {
    if (path.endsWith(".json")) {
      const { kinds, max, matches } = compareRotations(await readFile(path, "utf8"));
      process.stdout.write(`${folder}  rotations ${kinds.join(" ")}  max ${max.toExponential(1)}  ${matches ? "OK" : "FAIL"}\n`);
      return matches ? 0 : 1;
    }
    const report = await replayRun(await readRecordedRun(read), engine);
    process.stdout.write(`${reportLine(folder, engine.name, report)}\n`);
    return report.problems.length === 0 ? 0 : 1;
  } catch (error) {
    process.stdout.write(`${folder}  ${engine.name}  FAIL: ${describe(error)}\n`);
    return 1;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  if (typeof given === "string") {
    process.stderr.write(`${given}\n${USAGE}\n`);
    return 2;
  }
  const engine = await createNodeEngine(given.engine);
  let code = 0;
  for (const folder of given.folders) code = Math.max(code, await check(folder, engine));
  engine.dispose();
  return code;
}

process.exitCode = await main();
