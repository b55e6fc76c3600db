// Brings the production site in dist/ up to date with its sources.

import { join } from "node:path";
import { isUpToDate } from "./freshness.mjs";
import { ROOT } from "./install.mjs";
import { buildKernels } from "./kernels.mjs";
import { runPackage } from "./packages.mjs";

/** Folder of the built site. */
export const SITE = join(ROOT, "dist");

const SOURCES = ["app", "src", "public", "index.html", "vite.config.ts", "package-lock.json"].map((path) => join(ROOT, path));

/**
 * Builds the site when a source is newer than it; its messages go to stderr.
 * @returns {Promise<boolean>} false when the build failed
 */
export async function buildSiteIfNeeded() {
  buildKernels();
  if (isUpToDate(join(SITE, "index.html"), SOURCES)) return true;
  process.stderr.write("Building the site ...\n");
  return (await runPackage("vite", "vite", ["build", "--logLevel", "warn"], { stdout: 2 })) === 0;
}
