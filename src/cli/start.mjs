// npm start: installs and builds what is missing or old, serves the site on this machine and opens the browser.
// Options: --port N (default 4173, else the next free one), --no-open, --no-build.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fail, installIfNeeded } from "./install.mjs";
import { buildSiteIfNeeded, SITE } from "./site.mjs";
import { serveFolder } from "./staticServer.mjs";

/**
 * Opens the default browser if there is one; says nothing when there is none.
 * @param {string} url
 */
function openBrowser(url) {
  const { platform, env } = process;
  if (platform === "linux" && !env["DISPLAY"] && !env["WAYLAND_DISPLAY"]) return;
  /** @type {readonly [string, readonly string[]]} */
  const [command, args] =
    platform === "darwin" ? ["open", [url]] : platform === "win32" ? ["cmd", ["/c", "start", "", url]] : ["xdg-open", [url]];
  const child = spawn(command, args, { detached: true, stdio: "ignore" });
  child.on("error", () => {});
  child.unref();
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "4173" },
        "no-open": { type: "boolean", default: false },
        "no-build": { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    return fail(`${String(error)} Known options: --port N, --no-open, --no-build.`);
  }
}

const options = readOptions();
const port = Number(options.port);
if (!Number.isInteger(port) || port < 1 || port > 65_000) fail(`--port expects a number from 1 to 65000, got ${options.port}.`);
if (!options["no-build"]) {
  installIfNeeded();
  if (!(await buildSiteIfNeeded())) fail("The site could not be built; the messages above say why.");
}
if (!existsSync(join(SITE, "index.html"))) fail("There is no built site in dist/. Run: npm run build");
const { url } = await serveFolder(SITE, { port });
console.log(`PPO Lab is at ${url}  (Ctrl+C ends it)`);
if (!options["no-open"]) openBrowser(url);
