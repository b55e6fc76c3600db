import { defineConfig } from "@playwright/test";
import { findChromium } from "./src/cli/chromium.mjs";

const executablePath = await findChromium();

export default defineConfig({
  testDir: "tests/browser",
  testMatch: "*.spec.ts",
  outputDir: "test-results/browser",
  // The lab trains on the CPU; two pages at once would falsify the timings.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      ...(executablePath === null ? {} : { executablePath }),
      args: [
        "--no-sandbox",
        "--no-first-run",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
