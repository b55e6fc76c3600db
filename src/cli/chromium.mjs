// Finds a Chromium or Chrome for the browser tests, or installs one.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { runToStderr } from "./install.mjs";
import { commandPath } from "./packages.mjs";

function usualPlaces() {
  const { platform, env } = process;
  if (platform === "darwin")
    return ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];
  if (platform === "win32")
    return [env["ProgramFiles"], env["ProgramFiles(x86)"], env["LOCALAPPDATA"]]
      .filter((folder) => folder !== undefined)
      .map((folder) => join(folder, "Google", "Chrome", "Application", "chrome.exe"));
  return ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    .map((name) => join("/usr/bin", name))
    .concat("/snap/bin/chromium");
}

/** Where Playwright keeps the Chromium it installed, whether or not it is there. */
async function playwrightPlace() {
  const { chromium } = await import("@playwright/test");
  return chromium.executablePath();
}

/**
 * Path of a Chromium: CHROME_PATH, the system's usual places, Playwright's cache; null when there is none.
 * @returns {Promise<string | null>}
 */
export async function findChromium() {
  const candidates = [process.env["CHROME_PATH"], ...usualPlaces(), await playwrightPlace()];
  return candidates.find((path) => path !== undefined && path !== "" && existsSync(path)) ?? null;
}

/**
 * Finds a Chromium or installs one: with apt as root on Debian and its kin, else with Playwright.
 * @returns {Promise<string | null>}
 */
export async function findOrInstallChromium() {
  const found = await findChromium();
  if (found !== null) return found;
  process.stderr.write("No Chromium found; installing one ...\n");
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const apt = (/** @type {string[]} */ ...args) => spawnSync("apt-get", args, { stdio: ["ignore", 2, 2], env }).status === 0;
    if (apt("update") && apt("install", "-y", "--no-install-recommends", "chromium")) return findChromium();
  }
  runToStderr(process.execPath, [commandPath("@playwright/test", "playwright"), "install", "chromium"]);
  return findChromium();
}
