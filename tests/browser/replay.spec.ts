// Recordings in the built page: played, scrubbed and stepped without an engine, opened from files and addresses, and left again.

import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

const EXAMPLE = "public/recordings/reviews.ppolab";

/** Opens the page on its recording; the engine never comes. */
async function openRecording(page: Page, address = "./"): Promise<LabPage> {
  const lab = new LabPage(page);
  await page.route("**/lab.worker*.js", () => {});
  await page.goto(address);
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  return lab;
}

/** Lets a file fall on the page. */
async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, base64]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], fileName));
      return data;
    },
    [name, bytes.toString("base64")] as const,
  );
  await page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
  await expect(page.getByText("Drop the replay file here to open it")).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

test("the recording is played, scrubbed and stepped while no engine runs", async ({ page }) => {
  const lab = await openRecording(page);
  await expect(lab.status).toHaveText("Recorded run");
  await expect(lab.position).toHaveText("Step 60 of 60");
  await expect(page.getByTestId("samples-step")).toHaveText("from step 60");
  await expect.poll(() => lab.readout("reward", "proxy")).toMatch(/\d/);
  await page.getByTestId("timeline-range").focus();
  await page.keyboard.press("Home");
  await expect(lab.position).toHaveText("Step 1 of 60");
  await expect(page.getByTestId("samples-step")).toHaveText("from step 1");
  await page.keyboard.press("Space");
  await expect(lab.action("pause")).toBeVisible();
  await lab.reach(4, 50);
  await page.keyboard.press("Space");
  await expect(lab.action("run")).toHaveText("Play");
  const stopped = await lab.position.textContent();
  await page.waitForTimeout(1000);
  await expect(lab.position).toHaveText(stopped ?? "");
  await page.keyboard.press("s");
  await expect(lab.position).not.toHaveText(stopped ?? "");
  await lab.action("reset").click();
  await expect(lab.position).toHaveText("Step 1 of 60");
});

test("the page says what a step holds, and leads to one that holds everything", async ({ page }) => {
  const lab = await openRecording(page);
  const note = page.getByTestId("recording-step");
  await expect(note).toHaveAttribute("data-full", "true");
  await page.keyboard.press("[");
  await expect(lab.position).toHaveText("Step 59 of 60");
  await expect(note).toHaveAttribute("data-full", "false");
  await expect(note).toContainText("16 of 128 responses");
  await note.getByRole("button", { name: "Look at step 60" }).click();
  await expect(note).toHaveAttribute("data-full", "true");
});

test("phases and minibatches of a recorded step are walked; single tokens want a live run", async ({ page }) => {
  const lab = await openRecording(page);
  await page.keyboard.press("n");
  await expect(page.locator("[data-panel=walkthrough]")).toBeVisible();
  await page.keyboard.press("m");
  await page.keyboard.press("m");
  await expect(lab.position).toHaveText("Step 60 of 60");
  await page.keyboard.press("t");
  await expect(page.getByTestId("recording")).toContainText("Single tokens are not recorded");
});

test("a file that is cut off is shown as far as it goes; one that is none is refused; markup in its name is text", async ({ page }) => {
  await openRecording(page);
  const bytes = await readFile(EXAMPLE);
  await drop(page, "<img src=x onerror=alert(1)>.ppolab", bytes.subarray(0, bytes.length / 2));
  const note = page.getByTestId("recording");
  await expect(note).toHaveAttribute("data-end", "cut");
  await expect(note).toContainText(/The file ends early: \d+ of its 60 steps/);
  await expect(note).toContainText("<img src=x onerror=alert(1)>.ppolab");
  await expect(page.locator("img")).toHaveCount(0);
  await drop(page, "picture.png", Buffer.from("no replay"));
  await expect(page.getByTestId("recording-problem")).toHaveText(/This is no replay file of PPO Lab/);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(page.getByTestId("recording-problem")).toHaveCount(0);
});

test("the address may name a recording of this site, and of no other", async ({ page, site }) => {
  await openRecording(page, "./?replay=recordings/reviews.ppolab");
  await expect(page.getByTestId("recording")).toContainText("File: reviews.ppolab");
  let asked = 0;
  await page.route("https://elsewhere.example/**", (route) => {
    asked++;
    return route.abort();
  });
  await page.goto(`${site}?replay=https://elsewhere.example/a.ppolab`);
  await expect(page.getByTestId("recording-problem")).toHaveAttribute("data-problem", "foreign");
  expect(asked).toBe(0);
});

test("without its recording the page opens on the live lab and says so", async ({ page, consoleProblems }) => {
  const lab = new LabPage(page);
  await page.route("**/reviews.ppolab", (route) => route.fulfill({ status: 404 }));
  await page.goto("./");
  await expect(page.getByTestId("recording-problem")).toHaveAttribute("data-problem", "missing");
  await lab.expectStatus("ready");
  expect(consoleProblems.splice(0).every((problem) => problem.includes("404"))).toBe(true);
});

test("a live run under way waits while a recording is shown, and goes on from where it was", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await expect(lab.position).toHaveText("Step 1 of 60");
  await page.locator("[data-action=recordings]").click();
  await page.locator("[data-action=openExample]").click();
  await expect(lab.position).toHaveText("Step 60 of 60");
  await expect(lab.knob("ppoEpochs").locator("input")).toHaveValue("1");
  await lab.action("runLive").click();
  await expect(lab.position).toHaveText("Step 1 of 60");
  await lab.action("stepPpo").click();
  await expect(lab.position).toHaveText("Step 2 of 60");
});
