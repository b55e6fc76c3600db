// Bundles one TypeScript command (lab, parity ...) into a cache folder when sources changed, then runs it in this process.
// Usage: node src/cli/bundle.mjs NAME [arguments of the command]. The command runs with the repository's root as working folder.

import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { newestChange } from "./freshness.mjs";
import { fail, installIfNeeded, ROOT } from "./install.mjs";
import { buildKernels } from "./kernels.mjs";

const COMMANDS = ["lab", "parity", "rewardServer", "bench"];
const CACHE = join(ROOT, "node_modules", ".cache", "ppo-lab");
const STALE_AFTER_MS = 3_600_000;

/**
 * Writes `folder`/NAME.mjs from src/cli/NAME.ts. tfjs goes in, because Node cannot resolve its inner imports; other packages
 * stay in node_modules.
 * @param {string} name
 * @param {string} folder
 */
async function bundle(name, folder) {
  const { build } = await import("vite");
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    ssr: { noExternal: [/^@tensorflow\//] },
    build: {
      ssr: join(ROOT, "src", "cli", `${name}.ts`),
      outDir: folder,
      emptyOutDir: true,
      target: "node20",
      rolldownOptions: {
        // The wasm backend of tfjs is a CommonJS script that asks for its folder.
        output: { entryFileNames: `${name}.mjs`, chunkFileNames: "[name]-[hash].mjs", banner: "const __dirname = import.meta.dirname;" },
      },
    },
  });
}

/**
 * Folder with the bundle of the sources as they are now. Built aside and moved, and kept per state of the sources, so that
 * commands running at the same time never see half a bundle.
 * @param {string} name
 */
async function bundleFolder(name) {
  const changed = Math.max(...["src", "package-lock.json"].map((path) => newestChange(join(ROOT, path))));
  const folder = join(CACHE, `${name}-${Math.round(changed)}`);
  if (existsSync(folder)) return folder;
  const aside = `${folder}.${process.pid}`;
  await bundle(name, aside);
  try {
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  for (const other of readdirSync(CACHE)
    .filter((entry) => entry.startsWith(`${name}-`))
    .map((entry) => join(CACHE, entry)))
    if (other !== folder && Date.now() - (statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > STALE_AFTER_MS)
      rmSync(other, { recursive: true, force: true });
  return folder;
}

const [name = "", ...args] = process.argv.slice(2);
if (!COMMANDS.includes(name)) fail(`There is no command "${name}". Expected one of ${COMMANDS.join(", ")}.`);
installIfNeeded();
buildKernels();
const target = join(await bundleFolder(name), `${name}.mjs`);
process.argv = [process.execPath, target, ...args];
process.chdir(ROOT);
await import(pathToFileURL(target).href);
