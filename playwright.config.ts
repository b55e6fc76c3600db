import { defineConfig } from "@playwright/test";
import { findChromium } from "./src/cli/chromium.mjs";

const executablePath = await findChromium();

const launchOptions = (...args: string[]) => ({
  ...(executablePath === null ? {} : { executablePath }),
  args: [
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    ...args,
  ],
});

export default defineConfig({
  testMatch: "*.spec.ts",
  // The lab trains on the CPU; two pages at once would falsify the timings.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  projects: [
    {
      name: "page",
      testDir: "tests/browser",
      outputDir: "test-results/browser",
      timeout: 90_000,
      // The service worker would answer what tests intercept; the tests of offline use let it in.
      use: { viewport: { width: 1440, height: 900 }, serviceWorkers: "block", launchOptions: launchOptions() },
    },
    {
      name: "webgpu",
      testDir: "tests/webgpu",
      outputDir: "test-results/webgpu",
      // The software adapter takes its time.
      timeout: 300_000,
      use: { launchOptions: launchOptions("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader") },
    },
  ],
});
