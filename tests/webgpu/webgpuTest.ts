// The WebGPU tests' `test`: a headless Chromium with the software adapter, a server of the sources, a page that runs test files.

import { test as base, expect, type Page } from "@playwright/test";
import { startPageServer } from "./pageServer";

interface TestFixtures {
  /** The page that runs test files; any error outside of a test fails the test. */
  readonly webgpuPage: Page;
}
interface WorkerFixtures {
  readonly pageUrl: string;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  pageUrl: [
    async ({ browserName: _ }, use) => {
      const server = await startPageServer();
      await use(server.url);
      await server.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  webgpuPage: async ({ page, pageUrl }, use) => {
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
      else if (process.env["TEST_VERBOSE"] !== undefined) console.log(message.text());
    });
    page.on("pageerror", (error) => problems.push(error.stack || `${error.name}: ${error.message}`));
    await page.exposeFunction("crashGpuProcess", async () => {
      const session = await page.context().browser()?.newBrowserCDPSession();
      // The answer never comes from a process that has died.
      session?.send("Browser.crashGpuProcess").catch(() => {});
    });
    await page.goto(pageUrl);
    await page.waitForFunction(() => window.runTestFile !== undefined);
    await use(page);
    expect(problems, "errors outside of the tests").toEqual([]);
  },
});

/**
 * Runs a file of Vitest tests in the page. Environment variables: TEST_NAME_PATTERN selects tests by name, TEST_VERBOSE prints
 * every test with its time.
 * @returns how many passed
 */
export async function runTestFile(page: Page, path: string): Promise<number> {
  const pattern = process.env["TEST_NAME_PATTERN"] ?? "";
  const outcomes = await page.evaluate(([file, names]) => window.runTestFile?.(file, names) ?? [], [path, pattern] as const);
  for (const { name, state, milliseconds } of outcomes)
    if (process.env["TEST_VERBOSE"] !== undefined && state !== "skip") console.log(`${state} ${Math.round(milliseconds)} ms  ${name}`);
  const failures = outcomes.filter(({ state }) => state === "fail");
  expect(failures.map(({ name, errors }) => [name, ...errors].join("\n")).join("\n\n"), `${failures.length} failed`).toBe("");
  return outcomes.filter(({ state }) => state === "pass").length;
}

export { expect } from "@playwright/test";
