// Files in the built page: opened by drop and paste, saved and opened again, the report image, and the HTML file from disk.

import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Download, Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";
import { countColours } from "./pictures";
import { type Pasted, transferOf } from "./transfer";

const EXAMPLE = "public/recordings/reviews.ppolab";
const MARKUP = "<img src=x onerror=alert(1)>";

/** Opens the page on its recording; the engine never comes. */
async function openRecording(page: Page, address = "./"): Promise<LabPage> {
  await page.route("**/lab.worker*.js", () => {});
  await page.goto(address);
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  return new LabPage(page);
}

async function openDialog(page: Page, kind: "replay" | "image" | "html") {
  await page.locator("[data-action=share]").click();
  await page.locator(`[data-action=file-${kind}]`).click();
  const dialog = page.getByTestId(`save-${kind}`);
  await expect(dialog.locator("[data-action=download]")).toBeEnabled();
  return dialog;
}

async function downloaded(page: Page, kind: "replay" | "image" | "html"): Promise<Download> {
  const dialog = await openDialog(page, kind);
  const waiting = page.waitForEvent("download");
  await dialog.locator("[data-action=download]").click();
  const download = await waiting;
  await expect(page.getByTestId("file-outcome")).toContainText(download.suggestedFilename());
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  return download;
}

async function paste(page: Page, target: string, brought: Pasted): Promise<void> {
  const data = await transferOf(page, brought);
  await page.locator(target).evaluate((element, clipboardData) => {
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, data);
}

test("a file dropped anywhere is announced and opened; of several the first", async ({ page }) => {
  await openRecording(page);
  const bytes = await readFile(EXAMPLE);
  const data = await transferOf(page, { files: [["mine.ppolab", bytes], ["other.ppolab", bytes]] }); // biome-ignore format: a pair
  await page.dispatchEvent("footer", "dragenter", { dataTransfer: data });
  await expect(page.getByText("Drop the replay file here to open it")).toBeVisible();
  await expect(page.getByTestId("files-told")).toHaveText("A file is over the page. Let go to open it.");
  await page.dispatchEvent("footer", "drop", { dataTransfer: data });
  await expect(page.getByText("Drop the replay file here to open it")).toHaveCount(0);
  await expect(page.getByTestId("files-told")).toHaveText("mine.ppolab is open: 60 PPO steps.");
  await expect(page.getByTestId("recording")).toContainText("File: mine.ppolab");
  await expect(page.getByText("Only the first of 2 files was opened.")).toBeVisible();
});

test("a file or an address of this site can be pasted; other addresses are refused unasked, other texts left alone", async ({
  page,
  site,
}) => {
  await openRecording(page);
  const note = page.getByTestId("recording");
  await paste(page, "body", { files: [[`${MARKUP}.ppolab`, await readFile(EXAMPLE)]] });
  await expect(note).toContainText(`File: ${MARKUP}.ppolab`);
  await expect(page.locator("img")).toHaveCount(0);
  await paste(page, "body", { text: `${site}recordings/reviews.ppolab` });
  await expect(note).toContainText("File: reviews.ppolab");
  let asked = 0;
  await page.route("https://elsewhere.example/**", (route) => {
    asked++;
    return route.abort();
  });
  await paste(page, "body", { text: "https://elsewhere.example/a.ppolab" });
  await expect(page.getByTestId("recording-problem")).toHaveAttribute("data-problem", "foreign");
  expect(asked).toBe(0);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(note).toContainText("File: reviews.ppolab");
  await paste(page, "[data-knob=seed] input", { text: "https://elsewhere.example/a.ppolab" });
  await paste(page, "body", { text: "just words" });
  await expect(page.getByTestId("recording-problem")).toHaveCount(0);
});

test("a live run is saved with a note and opens as it was; the live run stays", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await lab.setKnob("cliprange", "0.31");
  await lab.action("stepPpo").click();
  await expect(lab.position).toHaveText("Step 2 of 60");
  await lab.expectStatus("paused");
  const shown = async (): Promise<readonly string[]> => [
    await lab.readout("reward", "proxy"),
    await lab.readout("kl", "kl"),
    await lab.readout("clip", "clipfrac"),
    ...(await lab.samples.allTextContents()),
  ];
  await expect(lab.samples).toHaveCount(6);
  await expect.poll(() => lab.readout("clip", "clipfrac")).toMatch(/\d/);
  const before = await shown();
  const dialog = await openDialog(page, "replay");
  await expect(dialog.getByTestId("replay-steps")).toHaveText("2 of 2");
  await dialog.getByTestId("replay-note").fill(`${MARKUP} two steps`);
  const waiting = page.waitForEvent("download");
  await dialog.locator("[data-action=download]").click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe("ppo-lab-reviews-seed-42-2-steps.ppolab");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);

  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles(await download.path());
  const note = page.getByTestId("recording");
  await expect(note).toHaveAttribute("data-end", "whole");
  await expect(note).toHaveAttribute("data-steps", "2");
  await expect(page.getByTestId("recording-note")).toContainText(`${MARKUP} two steps`);
  await expect(page.locator("img")).toHaveCount(0);
  await expect.poll(shown).toEqual(before);
  await expect(page.getByTestId("recording-step")).toHaveAttribute("data-full", "true");
  await expect(page.getByTestId("timeline").locator("svg path[stroke='var(--lab-cursor)']")).toHaveCount(1);
  await page.locator("[data-action=closeRecording]").click();
  await expect(lab.position).toHaveText("Step 2 of 60");
  await expect.poll(shown).toEqual(before);
});

test("the report image is 1600 pixels wide, shows curves and the chosen token, and is told in words", async ({ page, context }) => {
  const lab = await openRecording(page);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const plain = await countColours(page, await readFile(await (await downloaded(page, "image")).path()));
  expect(plain.width).toBe(1600);
  // Lines of 3 pixels over some 380: proxy, gold, KL, coefficient and clip fraction in the light theme's colours.
  for (const colour of ["#1862b8", "#c26100", "#7d3cb0", "#0a7f5e"]) expect(plain.pixels(colour), colour).toBeGreaterThan(700);
  await lab.samples.first().getByRole("button").first().click();
  await expect(page.getByTestId("token-inspector")).toBeVisible();
  const word = (await page.getByTestId("inspected-token").textContent()) ?? "";
  const dialog = await openDialog(page, "image");
  const words = await dialog.getByTestId("report").getAttribute("alt");
  expect(words).toContain("Film reviews: 60 of 60 PPO steps");
  expect(words).toContain(`${word.replace(/^.*: /, "")}. Prompt:`);
  await dialog.locator("summary").click();
  await expect(dialog.getByTestId("report-words")).toHaveText(words ?? "");
  expect((await new AxeBuilder({ page }).include("dialog").analyze()).violations).toEqual([]);
  await dialog.locator("[data-action=copy-text]").click();
  await expect(dialog.getByRole("status")).toHaveText("The description is in the clipboard.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(words);
  await dialog.locator("[data-action=copy-image]").click();
  await expect(dialog.getByRole("status")).toHaveText("The image is in the clipboard.");
  const copied = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const blob = await item?.getType("image/png");
    return Array.from(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
  });
  const chosen = await countColours(page, Buffer.from(copied));
  expect(chosen.width).toBe(1600);
  expect(chosen.height).toBeGreaterThan(plain.height + 150);
});

/** The file in a browser of its own without a network. */
async function openFromDisk(browser: Browser, path: string, size: { readonly width: number; readonly height: number }) {
  const context = await browser.newContext({ offline: true, viewport: size });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("console", (message) => troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith("data:") && request.url() !== pathToFileURL(path).href) troubles.push(`asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(path).href);
  return { page, troubles, close: () => context.close() };
}

test("the HTML file replays the run from disk without a network: scrubbed, played, token by token", async ({ page, browser }, testInfo) => {
  await openRecording(page);
  const download = await downloaded(page, "html");
  expect(download.suggestedFilename()).toBe("ppo-lab-reviews-seed-42-60-steps.html");
  const path = testInfo.outputPath("run.html");
  await download.saveAs(path);
  const disk = await openFromDisk(browser, path, { width: 1440, height: 900 });
  const player = disk.page;
  const lab = new LabPage(player);
  await expect(player).toHaveTitle("PPO Lab: Film reviews");
  await expect(player.getByTestId("recording")).toHaveAttribute("data-end", "whole");
  await expect(lab.position).toHaveText("Step 60 of 60");
  await expect.poll(() => lab.readout("reward", "proxy")).toMatch(/\d/);
  await player.getByTestId("timeline-range").focus();
  await player.keyboard.press("Home");
  await expect(lab.position).toHaveText("Step 1 of 60");
  await expect(player.getByTestId("samples-step")).toHaveText("from step 1");
  await player.keyboard.press("ArrowRight");
  await expect(lab.position).toHaveText("Step 2 of 60");
  await lab.samples.nth(1).getByRole("button").nth(2).click();
  await expect(player.getByTestId("inspected-place")).toContainText("token 3 of");
  await expect(player.locator("[data-number=kl]")).toHaveText(/\d/);
  await expect(lab.position).toHaveText("Step 2 of 60");
  await lab.action("run").click();
  await lab.reach(4, 50);
  await lab.action("pause").click();
  await player.getByRole("combobox", { name: "Language" }).selectOption("vi");
  await expect(lab.action("run")).toHaveText("Phát");
  expect(
    (await new AxeBuilder({ page: player }).analyze()).violations.filter(({ impact }) => impact === "serious" || impact === "critical"),
  ).toEqual([]);
  for (const width of [390, 320]) {
    await player.setViewportSize({ width, height: 844 });
    await expect.poll(() => player.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
  expect(disk.troubles).toEqual([]);
  await disk.close();
});

test("files are saved by keyboard alone, and the focus comes back", async ({ page }) => {
  await openRecording(page);
  await page.locator("[data-action=share]").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-action=file-html]")).toBeVisible();
  for (let i = 0; i < 8 && !(await page.locator("[data-action=file-replay]").evaluate((item) => item === document.activeElement)); i++)
    await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const dialog = page.getByTestId("save-replay");
  const button = dialog.locator("[data-action=download]");
  await expect(button).toBeEnabled();
  for (let i = 0; i < 8 && !(await button.evaluate((item) => item === document.activeElement)); i++) await page.keyboard.press("Tab");
  const waiting = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const saved = await readFile(await (await waiting).path());
  expect(saved.equals(await readFile(EXAMPLE))).toBe(true);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page.locator("[data-action=share]")).toBeFocused();
});
