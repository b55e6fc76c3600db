// `lab pretrain --all`: every recipe in a process of its own, as many at once as there are cores.

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { RECIPES } from "../pretrain/recipes";
import { ConfigError } from "../errors";
import type { LabArguments } from "./labArguments";

/** @throws ConfigError naming the scenarios whose models could not be made. */
export async function runPretrainAll({ config, engine, keepBase }: LabArguments): Promise<void> {
  const waiting = RECIPES.map(({ scenario }) => scenario.id);
  const failed: string[] = [];
  const lane = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const words = ["pretrain", "--scenario", id, "--seed", String(config.seed), "--engine", engine, ...(keepBase ? ["--keep-base"] : [])];
      if ((await runLab(words)) !== 0) failed.push(id);
      else process.stderr.write(`${process.uptime().toFixed(0)} s ${id}: done\n`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  if (failed.length > 0)
    throw new ConfigError(`The models of ${failed.join(", ")} could not be made. The reasons stand above; the others are written.`);
}

/** This program once more; resolves with its exit code. */
function runLab(words: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const program = process.argv[1] as string;
    const child = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
