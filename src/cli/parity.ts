// npm run parity: replays recorded runs of the reference and prints how far the lab is from them, one line per run.
// Exit codes: 0 all match, 1 one does not or cannot be read, 2 wrong command line or a run that is not supported yet.

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Engine } from "../engine/engine";
import type { ReadFile } from "../model/modelFolder";
import { readFinetuningType, readRecordedRun } from "../ppo/recordedRun";
import { replayRun } from "../ppo/replay";
import { createNodeEngine, NODE_ENGINES, type NodeEngineName } from "./nodeFiles";
import { reportLine } from "./parityReport";

const USAGE = "Usage: npm run --silent parity -- DIR [DIR ...] [--engine wasm|tfjs]";
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

/** Replays one folder and prints its line. */
async function checkFolder(folder: string, engine: Engine): Promise<0 | 1 | 2> {
  // The command was typed in INIT_CWD; npm runs it in the repository root.
  const path = resolve(process.env["INIT_CWD"] ?? ".", folder);
  const read: ReadFile = (file) => readFile(join(path, file));
  try {
    const finetuningType = await readFinetuningType(read);
    if (finetuningType !== "full") {
      process.stdout.write(
        `${folder}  not replayed: finetuning_type ${finetuningType} needs adapters, which are not supported yet; only full is.\n`,
      );
      return 2;
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
  const codes: number[] = [];
  for (const folder of given.folders) codes.push(await checkFolder(folder, engine));
  engine.dispose();
  return codes.includes(1) ? 1 : Math.max(...codes);
}

process.exitCode = await main();
