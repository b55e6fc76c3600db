// Runs the command-line program of an installed npm package with this very Node.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./install.mjs";

/**
 * Path of the script behind a package's command.
 * @param {string} packageName
 * @param {string} command
 */
export function commandPath(packageName, command) {
  const folder = join(ROOT, "node_modules", ...packageName.split("/"));
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[command]);
}

/**
 * Runs a package's command in the repository's root and resolves with its exit status.
 * @param {string} packageName
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ stdout?: "inherit" | 2; env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function runPackage(packageName, command, args, { stdout = "inherit", env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [commandPath(packageName, command), ...args], {
      cwd: ROOT,
      env,
      stdio: ["ignore", stdout, "inherit"],
    });
    child.on("error", reject);
    child.on("exit", (status) => resolve(status ?? 1));
  });
}
