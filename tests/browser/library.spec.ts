// The list of stored runs by mouse and keyboard: names, pins, files of a run, looking at it, deleting; and what is never stored.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { openReplay } from "../../src/interop/replayFile";
import { parseResumeState, STATE_FILE, STATE_TENSORS_FILE } from "../../src/ppo/checkpointState";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";
import { everythingStored, storedRuns } from "./stored";

/** The lab after a small run's first step, which is stored. */
async function openWithRun(page: Page): Promise<LabPage> {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await expect.poll(async () => (await storedRuns(page)).at(-1)?.snapshot?.stepsDone).toBe(1);
  return lab;
}

async function saved(page: Page, action: string): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator(`[data-action=${action}]`).click()]);
  return readFile(await file.path());
}

test("a run is named, pinned, taken home, looked at and deleted, all by keyboard", async ({ page }) => {
  const lab = await openWithRun(page);
  await page.locator("[data-action=runs]").focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByTestId("runs");
  const run = dialog.locator("[data-run]");
  await expect(run).toHaveCount(1);
  await expect(run.getByRole("heading")).toHaveText("Film reviews, seed 42");
  await expect(run).toContainText("step 1 of 60");
  await expect(run).toContainText("on the page");
  await expect(page.getByTestId("runs-space")).toContainText(/\d MB of .*GB used/);
  await run.locator("[data-action=more]").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByTestId("run-name")).toBeFocused();
  const name = '<img src=x onerror="document.title=1">';
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await expect(run.getByRole("heading")).toHaveText(name);
  await expect(page.getByTestId("runs-said")).toHaveText(`The run is now called ${name}.`);
  await expect(page).toHaveTitle(/PPO Lab/);
  await run.locator("[data-action=pin]").press("Enter");
  await expect(run.getByRole("heading")).toContainText("pinned");
  await run.locator("[data-action=look]").press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByTestId("recording")).toHaveAttribute("data-steps", "1");
  await expect(lab.status).toHaveAttribute("data-source", "recording");
  await page.locator("[data-action=runs]").press("Enter");
  await run.locator("[data-action=more]").press("Enter");
  await run.locator("[data-action=delete]").press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("confirm")).toHaveCount(0);
  await expect(run).toHaveCount(1);
  await run.locator("[data-action=delete]").press("Enter");
  await page.getByTestId("confirm").locator("[data-action=confirm]").press("Enter");
  await expect(dialog).toContainText("No runs yet.");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page.locator("[data-action=runs]")).toBeFocused();
  // The deleted run goes on, and stays deleted.
  await page.locator("[data-action=closeRecording]").click();
  await lab.action("stepPpo").click();
  await expect(lab.position).toHaveText("Step 2 of 60");
  expect(await storedRuns(page)).toEqual([]);
});

test("files of a stored run open elsewhere; deleting all deletes the database", async ({ page }) => {
  const lab = await openWithRun(page);
  await lab.action("reset").click();
  await lab.action("stepPpo").click();
  await expect.poll(async () => (await storedRuns(page)).map(({ snapshot }) => snapshot?.stepsDone)).toEqual([1, 1]);
  await page.reload();
  // A declined offer stays declined, and its run stays stored.
  await page.locator("[data-action=offerDecline]").click();
  await expect(page.getByTestId("offer")).toHaveCount(0);
  await page.locator("[data-action=runs]").click();
  const run = page.locator("[data-run]").first();
  await run.locator("[data-action=more]").click();
  const reader = await openReplay(await saved(page, "saveReplay"));
  expect(reader.meta).toMatchObject({ scenario: "reviews", engine: "wasm", steps: 1, config: { ppoBufferSize: 1 } });
  const steps = reader.steps();
  expect((await steps.next()).value).toMatchObject({ step: 0 });
  expect((await steps.next()).value).toEqual({ kind: "whole" });
  const archive = await saved(page, "saveCheckpoint");
  const file = (name: string): Buffer => {
    const start = archive.indexOf(name) + name.length;
    return archive.subarray(start, start + archive.readUInt32LE(start - name.length - "checkpoint/".length - 30 + 18));
  };
  expect(parseResumeState(file(STATE_FILE), file(STATE_TENSORS_FILE))).toMatchObject({ scenario: "reviews", state: { step: 1 } });
  const { violations } = await new AxeBuilder({ page }).include("[data-testid=runs]").analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.locator("[data-action=deleteAll]").click();
  await expect(page.getByTestId("confirm")).toContainText("All 2 runs");
  await page.getByTestId("confirm").locator("[data-action=confirm]").click();
  await expect(page.getByTestId("runs-said")).toHaveText("Everything was deleted.");
  expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([]);
  await page.reload();
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole");
  await expect(page.getByTestId("offer")).toHaveCount(0);
});

test("a reward server's key is stored nowhere", async ({ page }) => {
  const lab = new LabPage(page);
  await page.route("http://127.0.0.1:8000/**", async (route) => {
    const { messages } = route.request().postDataJSON() as { messages: string[] };
    await route.fulfill({ json: { scores: messages.map((_, i) => i / 10) }, headers: { "access-control-allow-origin": "*" } });
  });
  await lab.open();
  await lab.shrinkBatch();
  await page.getByTestId("reward-model").selectOption("api");
  await page.getByTestId("reward-address").fill("http://127.0.0.1:8000/v1/score/evaluation");
  await page.getByTestId("reward-address").press("Enter");
  await page.getByTestId("reward-api-key").fill("key-that-nobody-stores");
  await page.locator("[data-action=review-consent]").click();
  await page.getByTestId("consent").locator("[data-action=allow]").click();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await expect.poll(async () => (await storedRuns(page)).at(-1)?.snapshot?.stepsDone).toBe(1);
  const everything = await everythingStored(page);
  // The address is an option of the run; it shows that the search finds what is there.
  expect(everything.match(/127\.0\.0\.1:8000/g)?.length).toBeGreaterThan(2);
  expect(everything).not.toContain("key-that-nobody-stores");
});
