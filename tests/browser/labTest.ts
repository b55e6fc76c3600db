// The browser tests' `test`: serves the built site from a sub-folder and fails a test on any console error or warning.

import { test as base, expect } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { serveFolder } from "../../src/cli/staticServer.mjs";

/** Playwright's own remark when the page registers its service worker. */
const BLOCKED = "Service Worker registration blocked by Playwright";

interface TestFixtures {
  /** Console errors, warnings and page errors so far; a test that provokes one takes it out again. */
  readonly consoleProblems: string[];
}
interface WorkerFixtures {
  readonly site: string;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  site: [
    async ({ browserName: _ }, use) => {
      const server = await serveFolder(fileURLToPath(new URL("../../dist", import.meta.url)), { base: "/any/folder/" });
      await use(server.url);
      await server.close();
    },
    { scope: "worker" },
  ],
  /** `page.goto("./")` is the lab. */
  baseURL: async ({ site }, use) => use(site),
  consoleProblems: [
    async ({ page }, use) => {
      const problems: string[] = [];
      page.on("console", (message) => {
        if (message.text() === BLOCKED) return;
        if (message.type() === "error" || message.type() === "warning") problems.push(`${message.type()}: ${message.text()}`);
      });
      page.on("pageerror", (error) => problems.push(`page error: ${error.stack ?? error.message}`));
      await use(problems);
      expect(problems, "console errors, warnings and page errors").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect } from "@playwright/test";
