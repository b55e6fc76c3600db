// The charts view on the recorded run that the page opens with, by mouse and keyboard; knobs turned in a live run.

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

const HEADLINES = ["reward", "kl", "clip", "split", "gold", "loss"];

/** Opens the charts of the recorded run of 60 steps. */
async function openCharts(page: Page): Promise<LabPage> {
  const lab = new LabPage(page);
  await page.goto("./");
  await expect(lab.position).toHaveText(/of 60/, { timeout: 60_000 });
  await page.locator("[data-tab=charts]").click();
  for (const chart of HEADLINES) await expect(lab.chart(chart).locator(".recharts-line-curve").first()).toBeVisible();
  return lab;
}
const cursor = (lab: LabPage, chart: string): Locator => lab.chart(chart).getByTestId("chart-cursor");
const histogram = (page: Page, key: string): Locator => page.locator(`[data-chart="histogram:${key}"]`);

test("one cursor reads the same step in all charts; a click keeps it and leads to its step by step", async ({ page }) => {
  const lab = await openCharts(page);
  const box = await cursor(lab, "reward").boundingBox();
  if (box === null) throw new Error("Expected the reward chart to have a plot.");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await expect(cursor(lab, "reward")).toHaveAttribute("aria-valuenow", /^3[01]$/);
  const step = (await cursor(lab, "reward").getAttribute("aria-valuenow")) ?? "";
  for (const chart of [...HEADLINES, "plane"]) await expect(lab.chart(chart).getByText(`step ${step}`, { exact: true })).toBeVisible();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await expect(page.getByTestId("timeline-where")).toContainText(step);
  await lab.chart("reward").locator("[data-action=open-step]").click();
  await expect(page.locator("[data-panel=walkthrough]")).toBeVisible();
});

test("arrow keys move the cursor, Enter keeps the step, Escape lets the cursor go", async ({ page }) => {
  const lab = await openCharts(page);
  const slider = cursor(lab, "kl");
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(slider).toHaveAttribute("aria-valuenow", "1");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("PageUp");
  await expect(slider).toHaveAttribute("aria-valuetext", /^Step 12: KL [\d.]+, coefficient [\d.]+$/);
  await expect(lab.chart("loss")).toContainText("step 12");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("timeline-where")).toContainText("12");
  await expect(lab.chart("kl").getByTestId("pinned-offer")).toContainText("Step 12 stays in view");
  await page.keyboard.press("End");
  await expect(lab.chart("kl")).toContainText("step 60");
  await page.keyboard.press("Escape");
  await expect(lab.chart("kl")).toContainText("step 12");
  await expect(lab.chart("kl").getByTestId("pinned-offer")).toHaveCount(0);
});

test("every chart is also a table, which can be copied as CSV", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const lab = await openCharts(page);
  await lab.chart("reward").locator("[data-action=table]").click();
  const table = lab.chart("reward").getByRole("table");
  await expect(table.getByRole("columnheader")).toHaveText(["PPO step", "proxy", "gold"]);
  await expect(table).toHaveAttribute("aria-rowcount", "61");
  await expect(table.getByRole("rowheader").first()).toHaveText("60");
  await lab
    .chart("reward")
    .getByTestId("chart-table")
    .evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
  await expect(table.getByRole("rowheader").last()).toHaveText("1");
  await lab.chart("reward").locator("[data-action=copy-csv]").click();
  await expect(lab.chart("reward").locator("[data-action=copy-csv]")).toHaveText("Copied");
  const csv = (await page.evaluate(() => navigator.clipboard.readText())).trim().split("\r\n");
  expect(csv[0]).toBe("step,proxy,gold");
  expect(csv).toHaveLength(61);
  expect(csv[60]).toMatch(/^60,\d\.\d{6,},0\.\d{4,}$/);
  for (const chart of ["plane", "histogram:env/reward_dist"]) {
    const card = page.locator(`[data-chart="${chart}"]`);
    await card.locator("[data-action=table]").click();
    await expect(card.getByRole("columnheader").first()).toBeVisible();
  }
});

test("every statistic can be found, explained and drawn, and the choice stays", async ({ page }) => {
  await openCharts(page);
  const picker = page.getByTestId("metric-picker");
  const search = picker.getByRole("searchbox");
  await search.fill("squared prediction return");
  await expect(picker.locator("[data-metric]")).toHaveCount(1);
  const row = picker.locator('[data-metric="ppo/val/error"]');
  await row.getByRole("button", { name: "About Squared value error" }).click();
  for (const text of ["Healthy", "Watch out", "ppo/val/error", "TRL 0.9.6", "trl/trainer/ppo_trainer.py"])
    await expect(row).toContainText(text);
  await row.getByRole("checkbox").press("Space");
  const chart = page.locator('[data-chart="metric:ppo/val/error"]');
  await expect(chart.locator(".recharts-line-curve")).toHaveCount(1);
  await search.fill("no such thing");
  await expect(picker).toContainText("No statistic matches.");
  await page.locator("[data-tab=overview]").click();
  await page.locator("[data-tab=charts]").click();
  await expect(chart.locator(".recharts-line-curve")).toHaveCount(1);
  await chart.getByRole("button", { name: "Remove the chart of Squared value error" }).click();
  await expect(chart).toHaveCount(0);
  // The texts follow the language, and Vietnamese is found without its accents.
  await page.getByLabel("Language").selectOption("vi");
  await search.fill("ti le bi cat");
  await expect(picker.locator('[data-metric="ppo/policy/clipfrac"]')).toContainText("Tỉ lệ bị cắt");
});

test("distributions of a step tell exact counts, by keyboard too", async ({ page }) => {
  const lab = await openCharts(page);
  // The last step of a recording is kept in full.
  await cursor(lab, "kl").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  const ratio = histogram(page, "ppo/policy/ratio");
  await expect(ratio).toContainText(/\d in all/);
  await expect(ratio).toContainText(/% within the clip band/);
  await expect(ratio).toContainText(/none outside|\d below|\d above/);
  const bars = ratio.getByTestId("histogram-bars");
  await bars.focus();
  await page.keyboard.press("Home");
  await expect(bars).toHaveAttribute("aria-valuenow", "1");
  await page.keyboard.press("ArrowRight");
  await expect(ratio.getByTestId("histogram-readout")).toHaveText(/^0\.\d+ to 0\.\d+\d+ \([\d.]+ %\)$/);
  for (const key of ["ppo/policy/advantages", "env/reward_dist", "tokens/responses_dist"])
    await expect(histogram(page, key).getByTestId("histogram-readout")).toContainText(/\d in all/);
});

test("smoothing is drawn over the raw lines and hides nothing", async ({ page }) => {
  const lab = await openCharts(page);
  const lines = lab.chart("reward").locator(".recharts-line-curve");
  await expect(lines).toHaveCount(2);
  await page.getByTestId("smoothing").getByText("As LLaMA-Factory").click();
  await expect(lines).toHaveCount(4);
  await expect(page.getByTestId("smoothing")).toContainText("0.81");
  await expect(lines.first()).toHaveAttribute("stroke-opacity", "0.4");
  await page.getByRole("slider", { name: "Weight of the past" }).press("ArrowLeft");
  await expect(page.getByRole("radio", { name: "By hand" })).toBeChecked();
  await page.getByTestId("smoothing").getByText("Off").click();
  await expect(lines).toHaveCount(2);
});

test("the plane says how proxy and gold go", async ({ page }) => {
  const lab = await openCharts(page);
  await expect(page.getByTestId("plane-reading")).toContainText(
    /Last 20 steps .* proxy (up|down|about the same), gold (up|down|about the same)/,
  );
  await cursor(lab, "plane").focus();
  await page.keyboard.press("Home");
  await expect(lab.chart("plane")).toContainText("step 1");
  await expect(cursor(lab, "plane")).toHaveAttribute("aria-valuetext", /KL per response .* proxy .* gold/);
});

for (const scheme of ["light", "dark"] as const)
  test(`axe finds nothing serious in the charts, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const lab = await openCharts(page);
    await cursor(lab, "kl").press("Enter");
    await lab.chart("clip").locator("[data-action=table]").click();
    await page.getByTestId("metric-picker").getByRole("button", { name: "About Entropy" }).click();
    const { violations } = await new AxeBuilder({ page }).include("[data-panel=charts]").analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`)).toEqual([]);
  });

for (const language of ["en", "vi"])
  test(`the charts do not scroll sideways at 390 px, ${language}`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openCharts(page);
    await page.getByLabel("Language").selectOption(language);
    await expect(page.getByTestId("metric-picker")).toBeVisible();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });

test("a knob turned in mid-run leaves a flag in the charts and a line in the list", async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto("./");
  await expect(lab.position).toHaveText(/of 60/, { timeout: 60_000 });
  await page.locator("[data-action=closeRecording]").click();
  await lab.expectStatus("ready");
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await expect(lab.position).toHaveText(/Step 1 of/, { timeout: 30_000 });
  await lab.expectStatus("paused");
  await lab.setKnob("cliprange", "0.1");
  await lab.action("stepPpo").click();
  await expect(lab.position).toHaveText(/Step 2 of/, { timeout: 30_000 });
  await lab.expectStatus("paused");
  await page.locator("[data-tab=charts]").click();
  await expect(page.getByTestId("markers")).toContainText("Step 2");
  await expect(page.getByTestId("markers")).toContainText(/Clip range: 0\.2 → 0\.1/);
  await page.getByTestId("markers").getByRole("button", { name: "Step 2" }).focus();
  await expect(lab.chart("kl")).toContainText("⚑ step 2");
});
