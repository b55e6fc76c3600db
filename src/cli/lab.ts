// The headless lab: `npm run lab -- train | record | pretrain | card | config`. Progress goes to stderr, results to stdout.
// Exit codes: 0 done, 1 the run failed, 2 the command line is wrong.

import { type LabArguments, parseLabArguments, USAGE } from "./labArguments";
import { printConfig } from "./labConfig";
import { runCard, runPretrain } from "./labPretrain";
import { runPretrainAll } from "./labPretrainAll";
import { runRecord } from "./labRecord";
import { runTrain } from "./labTrain";

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readArguments(): LabArguments | "help" | null {
  try {
    return parseLabArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    return null;
  }
}

async function main(): Promise<number> {
  const given = readArguments();
  if (given === null) return 2;
  if (given === "help") {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  try {
    switch (given.command) {
      case "train":
        await runTrain(given);
        break;
      case "record":
        await runRecord(given);
        break;
      case "pretrain":
        await (given.all ? runPretrainAll(given) : runPretrain(given));
        break;
      case "card":
        await runCard(given);
        break;
      case "config":
        printConfig(given);
        break;
    }
    return 0;
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    return 1;
  }
}

process.exitCode = await main();
