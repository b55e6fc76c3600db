// The pipeline diagram: what it says follows the run, its stages open, it moves only while something is computed.

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

const pipeline = (page: Page): Locator => page.getByTestId("pipeline");
const stage = (page: Page, phase: string): Locator => pipeline(page).locator(`[data-phase=${phase}]`);
const facts = (page: Page): Locator => page.getByTestId("pipeline-facts").locator("li");

/** Steps may show another view; the diagram is on the first one. */
async function overview(page: Page): Promise<void> {
  await page.locator("#tab-overview").click();
  await expect(pipeline(page)).toBeVisible();
}

/** Animations of the diagram that go on without end. */
function moving(page: Page): Promise<number> {
  return pipeline(page).evaluate(
    (element) =>
      element.getAnimations({ subtree: true }).filter((animation) => animation.effect?.getTiming().iterations === Infinity).length,
  );
}

test("shapes and samples come with the phases", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await expect(facts(page)).toHaveCount(4);
  await expect(facts(page).first()).toContainText("all weights");
  await expect(pipeline(page).locator("[data-part=response]")).toHaveText("…");

  await lab.action("stepPhase").click();
  await lab.expectStatus("paused");
  await overview(page);
  await expect(stage(page, "rollout")).toHaveAttribute("data-state", "done");
  await expect(stage(page, "score")).toHaveAttribute("data-state", "next");
  await expect(facts(page).first()).toContainText(/16 responses, ids \[16, \d+\]/);
  await expect(pipeline(page).locator("[data-part=response]")).not.toHaveText("…");
  await expect(facts(page).nth(1)).not.toContainText("First response");

  await lab.action("stepPhase").click();
  await overview(page);
  await expect(facts(page).nth(1)).toContainText(/Scores \[16\], .* \[16, \d+\]\. First response: score −?\d/);
  await lab.action("stepPpo").click();
  await overview(page);
  await expect(facts(page).nth(2)).toContainText(/the first one is −?\d/);
  await expect(facts(page).nth(3)).toContainText(/1 minibatches done, the last with gradient norm \d/);
  await expect(stage(page, "update")).toHaveAttribute("data-state", "done");
});

test("a stage opens its phase step by step, by mouse and by keyboard", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await stage(page, "advantages")
    .getByRole("button", { name: /^Advantages/ })
    .click();
  await expect(page.locator("#tab-walkthrough")).toHaveAttribute("aria-selected", "true");
  await expect(page.locator("#tab-walkthrough")).toBeFocused();
  await overview(page);
  await stage(page, "rollout")
    .getByRole("button", { name: /^Rollout/ })
    .focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("#tab-walkthrough")).toHaveAttribute("aria-selected", "true");
});

test("it moves only while a phase is computed, and never for those who want no motion", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  expect(await moving(page)).toBe(0);
  await page.getByTestId("speed").selectOption("slow");
  await lab.action("run").click();
  await overview(page);
  await expect(stage(page, "rollout")).toHaveAttribute("data-state", "active");
  await expect.poll(() => moving(page)).toBeGreaterThan(0);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await expect.poll(() => moving(page)).toBe(0);
  await page.emulateMedia({ reducedMotion: null });
  await lab.action("pause").click();
  await lab.expectStatus("paused");
  await expect.poll(() => moving(page)).toBe(0);
});

for (const [width, height] of [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const)
  test(`whole and without violations at ${width} px, light and dark`, async ({ page }) => {
    const lab = new LabPage(page);
    await page.setViewportSize({ width, height });
    await lab.open();
    await lab.action("stepPpo").click();
    await lab.expectStatus("paused");
    await overview(page);
    await expect(facts(page).nth(3)).toContainText("gradient norm");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).include("[data-testid=pipeline]").analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`)).toEqual([]);
    }
    const cut = await pipeline(page).evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(cut).toBe(0);
    const box = await pipeline(page).boundingBox();
    if (width > 390) expect(box?.height).toBeLessThan(330);
  });
