// npm test: installs what is missing, then runs every suite and ends with the line "N passed, N failed".

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findOrInstallChromium } from "./chromium.mjs";
import { installIfNeeded, ROOT } from "./install.mjs";
import { buildKernels } from "./kernels.mjs";
import { runPackage } from "./packages.mjs";
import { playwrightFailures, vitestFailures } from "./testReports.mjs";

/** `failures`: a line for each failed test. @typedef {{ passed: number; failed: number; skipped: number; failures: readonly string[] }} Counts */

const REPORTS = join(ROOT, "test-results", "reports");
const VITEST_REPORT = join(REPORTS, "vitest.json");
const PLAYWRIGHT_REPORT = join(REPORTS, "playwright.json");

/** @param {boolean} ok @returns {Counts} */
const single = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, failures: [] });

/**
 * A suite that is one check: the exit status decides.
 * @param {string} packageName
 * @param {string} command
 * @param {readonly string[]} args
 */
const check = (packageName, command, args) => async () => single((await runPackage(packageName, command, args)) === 0);

/**
 * Counts of a report; a run that failed outside of any test, or wrote no report, counts as one failure.
 * @param {number} status
 * @param {string} path
 * @param {(report: any) => Counts} read
 * @returns {Counts}
 */
function readReport(status, path, read) {
  /** @type {Counts} */
  let counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  try {
    counts = read(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    console.error(`No readable test report: ${String(error)}`);
    return { ...counts, failed: 1 };
  }
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function unitTests() {
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${VITEST_REPORT}`];
  const status = await runPackage("vitest", "vitest", args);
  return readReport(status, VITEST_REPORT, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: vitestFailures(report, ROOT),
  }));
}

async function browserTests() {
  const chromium = await findOrInstallChromium();
  if (chromium === null) {
    console.error(
      "The browser tests need Chromium, which is not here and could not be installed. Install Chrome or Chromium, or set CHROME_PATH to one.",
    );
    return single(false);
  }
  const env = { ...process.env, CHROME_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: PLAYWRIGHT_REPORT };
  const status = await runPackage("@playwright/test", "playwright", ["test", "--reporter=list,json"], { env });
  return readReport(status, PLAYWRIGHT_REPORT, ({ stats, suites }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
    failures: playwrightFailures({ suites }),
  }));
}

/** @type {readonly (readonly [string, () => Promise<Counts>])[]} */
const SUITES = [
  ["types", check("typescript", "tsc", ["--noEmit", "-p", "."])],
  ["lint", check("oxlint", "oxlint", ["--type-aware"])],
  ["format", check("@biomejs/biome", "biome", ["format"])],
  ["dead code", check("knip", "knip", [])],
  ["unit", unitTests],
  ["build", check("vite", "vite", ["build", "--logLevel", "warn"])],
  ["size", check("size-limit", "size-limit", [])],
  ["browser", browserTests],
];

installIfNeeded();
buildKernels();
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
/** @type {Counts} */
const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
/** @type {string[]} */
const summary = [];
for (const [name, run] of SUITES) {
  console.log(`\n--- ${name}`);
  const start = performance.now();
  const { passed, failed, skipped, failures } = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  total.failures = [...total.failures, ...failures.map((line) => `FAILED ${line}`)];
  summary.push(`${failed === 0 ? "ok    " : "FAILED"} ${name.padEnd(10)} ${seconds.padStart(6)} s`);
}
console.log(`\n${[...total.failures, ...summary].join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exit(total.failed === 0 ? 0 : 1);
