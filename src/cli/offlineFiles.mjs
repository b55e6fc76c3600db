// Tells the built service worker which files the site consists of, so that a version is kept whole and never mixed with another.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** The service worker's place: its folder is what it may answer for. */
export const SERVICE_WORKER = "sw.js";

/**
 * Kept when first asked for, not from the start, which would more than double what a visit downloads: models of other scenarios than
 * the one the page opens on, TensorFlow.js (the slow reference engine), the player of exported files, and fonts that no current browser
 * asks for in the page's languages.
 */
const ON_DEMAND = /^models\/(?!reviews\/)|^assets\/tfjs-|^player\/|\.(ttf|woff)$|^assets\/inter-(cyrillic|greek)/;

const FIRST_LINE = "const SITE_FILES = ";

/**
 * Every file below `folder` but the service worker itself, by its path; the page is "".
 * @param {string} folder
 * @returns {Record<string, import("../../app/offline/siteStore").SiteFile>}
 */
function siteFiles(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => relative(folder, join(file.parentPath, file.name)).replaceAll("\\", "/")).sort();
  return Object.fromEntries(
    paths
      .filter((path) => path !== SERVICE_WORKER)
      .map((path) => {
        const bytes = readFileSync(join(folder, path));
        const integrity = `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
        return [path === "index.html" ? "" : path, { integrity, bytes: bytes.length, onDemand: ON_DEMAND.test(path) }];
      }),
  );
}

/**
 * Writes the list of the site's files into its service worker, in place of an older list.
 * @param {string} folder of a built site
 */
export function listSiteFiles(folder) {
  const path = join(folder, SERVICE_WORKER);
  const text = readFileSync(path, "utf8");
  const code = text.startsWith(FIRST_LINE) ? text.slice(text.indexOf("\n") + 1) : text;
  writeFileSync(path, `${FIRST_LINE}${JSON.stringify(siteFiles(folder))};\n${code}`);
}

/**
 * Builds `entry` as the site's service worker.
 * @param {string} entry
 * @returns {import("vite").Plugin}
 */
export function serviceWorker(entry) {
  return {
    name: "service-worker",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "chunk", id: entry, fileName: SERVICE_WORKER });
    },
    // Everything lies in the folder by now, copied files included.
    writeBundle: {
      order: "post",
      sequential: true,
      handler({ dir }, bundle) {
        const built = bundle[SERVICE_WORKER];
        // Not every browser runs service workers that are modules.
        if (built?.type !== "chunk" || built.imports.length + built.dynamicImports.length > 0)
          throw new Error(`Expected ${SERVICE_WORKER} to be one script without imports. Let it share no module with the page.`);
        listSiteFiles(String(dir));
      },
    },
  };
}
