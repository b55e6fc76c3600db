// The lab on a plain http address that is not this computer: no secure context, so no WebGPU, service worker, clipboard or locks.

import { LabPage } from "./lab";
import { expect, test } from "./labTest";

test.use({
  serviceWorkers: "allow",
  launchOptions: [
    async ({ launchOptions }, use) =>
      use({ ...launchOptions, args: [...(launchOptions.args ?? []), "--host-resolver-rules=MAP lab.example 127.0.0.1"] }),
    { scope: "worker" },
  ],
});

/** Chromium's remark that a header is for secure addresses only. */
const REMARK = "Cross-Origin-Opener-Policy header has been ignored";

test("opens, runs, steps and shows everything without a secure context", async ({ page, site, consoleProblems }) => {
  const lab = new LabPage(page);
  await page.goto(site.replace("127.0.0.1", "lab.example"));
  expect(await page.evaluate(() => [isSecureContext, "serviceWorker" in navigator, "gpu" in navigator, "locks" in navigator])).toEqual([
    false,
    false,
    false,
    false,
  ]);
  await lab.leaveRecording();
  await lab.expectStatus("ready");
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  for (const tab of await page.locator("[data-tab]").all()) {
    await tab.click();
    await expect(page.locator(`[data-panel=${await tab.getAttribute("data-tab")}]`)).toBeVisible();
  }
  expect(consoleProblems.splice(0).filter((problem) => !problem.includes(REMARK))).toEqual([]);
});
