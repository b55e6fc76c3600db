// The built page on WebGPU, with the software adapter: which engine runs and why, and what happens when the GPU process dies.

import { LabPage } from "../browser/lab";
import { expect, test } from "../browser/labTest";

test("by itself the page does not choose a software adapter, and says so", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await expect(page.getByTestId("hood")).toHaveAttribute("data-engine", "wasm");
  await expect(page.getByTestId("engine-reason")).toContainText(/swiftshader/i);
});

test("WebGPU can be chosen: a PPO step runs, counted and timed", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.getByLabel("Engine", { exact: true }).selectOption("webgpu");
  await lab.expectStatus("warming");
  await lab.expectStatus("ready");
  await lab.setKnob("perDeviceTrainBatchSize", "2");
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await expect.poll(() => lab.readout("reward", "proxy")).toMatch(/\d/);
  const hood = page.getByTestId("hood");
  await expect(hood).toHaveAttribute("data-engine", "webgpu");
  await expect(hood).toContainText(/[\d,]+ dispatches in \d+ submits a step/);
  await expect(hood).toContainText(/[\d,]+ tokens\/s/);
  await expect(page.locator("[data-warning=engine]")).toHaveCount(0);
});

test("when the GPU process dies the run goes on, and the page says so", async ({ page, browser, consoleProblems }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.getByLabel("Engine", { exact: true }).selectOption("webgpu");
  await lab.expectStatus("warming");
  await lab.expectStatus("ready");
  await lab.setKnob("perDeviceTrainBatchSize", "2");
  await lab.shrinkBatch();
  await lab.setKnob("maxSteps", "3");
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  const session = await browser.newBrowserCDPSession();
  // The answer never comes from a process that has died.
  session.send("Browser.crashGpuProcess").catch(() => {});
  await lab.action("run").click();
  await lab.expectStatus("finished");
  await expect(lab.position).toContainText("Step 3 of 3");
  await expect(page.locator("[data-warning=recovery]")).toContainText(/graphics device was lost/);
  // Chromium itself warns of the lost device.
  expect(consoleProblems.splice(0).filter((problem) => !problem.startsWith("warning:"))).toEqual([]);
});
