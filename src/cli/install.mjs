// Installs the npm packages when they are missing or older than package-lock.json. Notices go to stderr.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the repository, where package.json lies. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Runs `command` in the repository's root and returns its exit status; its output goes to stderr.
 * @param {string} command
 * @param {readonly string[]} args
 */
export function runToStderr(command, args) {
  // On Windows npm is a batch file, which only a shell can run.
  const shell = process.platform === "win32" && command === "npm";
  const result = spawnSync(command, args, { cwd: ROOT, stdio: ["ignore", 2, 2], shell });
  return result.error ? 127 : (result.status ?? 1);
}

/**
 * Ends the process with a sentence for people.
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `PPO Lab needs Node 20.19 or newer, but this is Node ${process.versions.node}. Install a newer Node from https://nodejs.org and try again.`,
  );
}

/**
 * The packages by path in a lock file of npm.
 * @param {string} lockPath
 * @returns {Record<string, { version?: string; optional?: boolean }>}
 */
function installedPackages(lockPath) {
  return JSON.parse(readFileSync(lockPath, "utf8")).packages;
}

/** True when node_modules holds the versions of package-lock.json (optional ones are for other platforms). */
function isInstalled() {
  const wanted = join(ROOT, "package-lock.json");
  const marker = join(ROOT, "node_modules", ".package-lock.json");
  if (!existsSync(marker)) return false;
  if (statSync(marker).mtimeMs >= statSync(wanted).mtimeMs) return true;
  const have = installedPackages(marker);
  return Object.entries(installedPackages(wanted)).every(
    ([path, entry]) => path === "" || entry.optional === true || entry.version === have[path]?.version,
  );
}

/** Installs what is missing; ends the process with a clear sentence when that fails. */
export function installIfNeeded() {
  checkNodeVersion();
  if (isInstalled()) return;
  process.stderr.write("Installing packages (once, about a minute) ...\n");
  if (runToStderr("npm", ["ci"]) === 0) return;
  process.stderr.write("npm ci did not succeed; trying npm install ...\n");
  if (runToStderr("npm", ["install", "--no-save"]) !== 0)
    fail("The packages could not be installed. Check the network connection, then run: npm ci");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installIfNeeded();
