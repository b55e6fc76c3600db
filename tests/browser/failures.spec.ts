// The failure gallery: a failure and its healthy twin run from their card, their curves laid over each other.

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

/** The cheapest failure: two samples a step. */
const TINY = "tiny-batch";
const card = (page: Page, id: string): Locator => page.locator(`[data-failure=${id}]`);
const comparison = (page: Page): Locator => page.getByTestId("comparison");

async function openGallery(page: Page): Promise<LabPage> {
  const lab = new LabPage(page);
  await lab.open();
  await page.locator("[data-tab=failures]").click();
  await expect(card(page, TINY)).toBeVisible();
  return lab;
}

test("a failure runs from its card, then its twin, and both are compared", async ({ page }) => {
  const lab = await openGallery(page);
  await expect(card(page, TINY)).toContainText("What goes wrong");
  await expect(card(page, TINY)).toContainText("What to do");
  await expect(card(page, TINY)).toContainText("Minibatch 2 → 16");
  await expect(comparison(page)).toHaveCount(0);
  await card(page, TINY).locator("[data-action=run-failure]").click();
  await expect(comparison(page)).toBeVisible();
  await expect(page.locator("#comparison-title")).toBeFocused();
  await lab.expectStatus("finished");
  await expect(page.getByTestId("state-values")).toHaveText("25 steps done");
  await expect(comparison(page).locator("[data-compare='env/reward_mean'] [data-line=values]")).toHaveCount(1);

  await comparison(page).getByRole("button", { name: "Run the healthy twin" }).click();
  await expect(page.getByTestId("state-twin")).toHaveText(/step [2-9] of 25/, { timeout: 60_000 });
  await lab.action("pause").click();
  for (const statistic of ["env/reward_mean", "lab/gold", "objective/kl", "lab/grad_norm"]) {
    const chart = comparison(page).locator(`[data-compare='${statistic}']`);
    await expect(chart.locator("[data-line]")).toHaveCount(2);
    for (const side of ["values", "twin"]) await expect(chart.locator(`[data-side=${side}] dd`)).toHaveText(/\d/);
  }
  await expect(page.getByTestId("state-values")).toHaveText("25 steps done");
  await expect(comparison(page).locator("tbody tr")).toHaveCount(4);

  // The arrow keys move one cursor through all charts.
  await comparison(page).locator("[data-compare='lab/gold'] svg[role=img]").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(comparison(page).locator("[data-compare='objective/kl']")).toContainText("step 24");
  await page.getByTestId("symptom").selectOption("ppo/policy/entropy");
  await expect(comparison(page).locator("[data-compare='ppo/policy/entropy']")).toHaveCount(1);

  // Curves of both sides outlive a reset and a look at another view.
  await lab.action("reset").click();
  await page.locator("[data-tab=overview]").click();
  await page.locator("[data-tab=failures]").click();
  await expect(page.getByTestId("state-twin")).toHaveText(/stopped after \d of 25 steps/);
  await expect(comparison(page).locator("[data-compare='lab/gold'] [data-line]")).toHaveCount(2);
});

test("asks before a run is dropped, and leaves it alone on Escape", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await page.locator("[data-tab=failures]").click();
  const run = card(page, TINY).locator("[data-action=run-failure]");
  await run.click();
  const dialog = page.getByTestId("confirm");
  await expect(dialog).toContainText("Tiny batch starts a new run");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(run).toBeFocused();
  await lab.expectStatus("paused");
  await run.click();
  await dialog.locator("[data-action=confirm]").click();
  await lab.expectStatus("finished");
  await expect(lab.position).toHaveText("Step 25 of 25");
  // A finished side is kept, so nothing is asked.
  await run.click();
  await expect(dialog).toHaveCount(0);
  await lab.expectStatus("finished");
});

for (const scheme of ["light", "dark"] as const)
  test(`axe finds nothing serious in the gallery, ${scheme}; nothing scrolls sideways at 390 px`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const lab = await openGallery(page);
    await card(page, TINY).locator("[data-action=run-failure]").click();
    await lab.expectStatus("finished");
    await expect(comparison(page).locator("[data-compare='lab/gold'] [data-line=values]")).toHaveCount(1);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => [id, nodes[0]?.html]),
    ).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
