// npm run bench:webgpu: the WebGPU engine against tfjs on the same device, in a headless Chromium.
// Options: --json, --adapter default|swiftshader (without it: a graphics card if the browser finds one, else SwiftShader), --size small|s|large.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findOrInstallChromium } from "./chromium.mjs";
import { fail, installIfNeeded, ROOT } from "./install.mjs";
import { serveFolder } from "./staticServer.mjs";

/** @typedef {import("./benchWebgpuPage").BenchResult} BenchResult */
/** @typedef {"default" | "swiftshader"} AdapterKind */

const ADAPTER_FLAGS = {
  default: ["--enable-features=Vulkan", "--ignore-gpu-blocklist"],
  swiftshader: ["--use-webgpu-adapter=swiftshader"],
};
const FLAGS = [
  ...[
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
  "--enable-unsafe-webgpu",
];
const SIZES = ["small", "s", "large"];

function readOptions() {
  try {
    const { values } = parseArgs({
      options: { json: { type: "boolean", default: false }, adapter: { type: "string" }, size: { type: "string", default: "small" } },
    });
    return values;
  } catch (error) {
    return fail(`${String(error)} Known options: --json, --adapter default|swiftshader, --size ${SIZES.join("|")}.`);
  }
}

/** @param {string} folder */
async function buildPage(folder) {
  const { build } = await import("vite");
  await build({
    root: join(ROOT, "src", "cli"),
    configFile: false,
    logLevel: "error",
    publicDir: false,
    base: "./",
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "es2022",
      chunkSizeWarningLimit: 5000,
      rolldownOptions: { input: join(ROOT, "src", "cli", "benchWebgpu.html") },
    },
  });
}

/**
 * Runs the page in a Chromium with this adapter.
 * @param {string} url
 * @param {string} executablePath
 * @param {AdapterKind} adapter
 * @param {string} size
 * @returns {Promise<BenchResult | null>} null when there is no such adapter
 */
async function runPage(url, executablePath, adapter, size) {
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch({ executablePath, args: [...FLAGS, ...ADAPTER_FLAGS[adapter]] });
  try {
    const page = await browser.newPage();
    page.on("console", (message) => process.stderr.write(`${message.text()}\n`));
    await page.goto(url);
    await page.waitForFunction(() => "bench" in globalThis);
    return await page.evaluate(
      ([chosen, anySoftware]) => /** @type {any} */ (globalThis).bench(chosen, anySoftware),
      /** @type {const} */ ([size, adapter === "swiftshader"]),
    );
  } finally {
    await browser.close();
  }
}

/** @param {BenchResult} result */
function table({ adapter, size, engines, ratios }) {
  const rows = Object.entries(engines);
  const keys = Object.keys(engines.webgpu);
  /** @param {number | null} value */
  const cell = (value) => (value === null ? "–" : value.toFixed(value < 10 ? 2 : 0)).padStart(12);
  return [
    `adapter: ${adapter}`,
    `size: ${Object.entries(size)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ")}`,
    "".padEnd(22) + rows.map(([name]) => name.padStart(12)).join(""),
    ...keys.map((key) => key.padEnd(22) + rows.map(([, numbers]) => cell(numbers[/** @type {keyof typeof numbers} */ (key)])).join("")),
    `tfjs takes ${ratios.update.toFixed(1)} times as long for an update, ${ratios.rollout.toFixed(1)} for a rollout, ${ratios.ppoStep.toFixed(1)} for a PPO step`,
  ].join("\n");
}

const options = readOptions();
if (!SIZES.includes(options.size)) fail(`--size: expected ${SIZES.join(" or ")}, got ${options.size}.`);
if (options.adapter !== undefined && !(options.adapter in ADAPTER_FLAGS))
  fail(`--adapter: expected default or swiftshader, got ${options.adapter}.`);
installIfNeeded();
const executablePath = await findOrInstallChromium();
if (executablePath === null)
  fail("The bench needs Chromium, which is not here and could not be installed. Install Chrome, or set CHROME_PATH to one.");
const folder = mkdtempSync(join(tmpdir(), "ppo-lab-bench-"));
try {
  await buildPage(folder);
  const { url, close } = await serveFolder(folder);
  /** @type {readonly AdapterKind[]} */
  const adapters = options.adapter === undefined ? ["default", "swiftshader"] : [/** @type {AdapterKind} */ (options.adapter)];
  /** @type {BenchResult | null} */
  let result = null;
  for (const adapter of adapters) result ??= await runPage(`${url}benchWebgpu.html`, executablePath, adapter, options.size);
  await close();
  if (result === null) throw new Error("the browser found no graphics card that it uses for WebGPU. Try --adapter swiftshader.");
  console.log(options.json ? JSON.stringify(result) : table(result));
} catch (error) {
  process.stderr.write(`The bench failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
