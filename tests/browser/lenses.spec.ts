// Explanations: opened from anywhere, three lenses, code lens with this step's numbers, keyboard, small screens.

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

const panel = (page: Page): Locator => page.getByTestId("explanation");
const text = (page: Page): Locator => page.getByTestId("explanation-text");
const lens = (page: Page, name: string): Locator => panel(page).locator(`[data-lens=${name}]`);
const explain = (page: Page, topic: string): Locator => page.locator(`[data-testid=pipeline] [data-explain="${topic}"]`);

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).include("[data-testid=explanation]").analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

test("opens by keyboard, has three lenses, closes with Escape and gives the focus back", async ({ page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname.split("/").at(-1) ?? ""));
  const lab = new LabPage(page);
  await lab.open();
  expect(fetched.filter((name) => /katex|explanation/i.test(name))).toEqual([]);

  await expect(explain(page, "rollout")).toHaveAccessibleName("Explain Rollout");
  await explain(page, "rollout").focus();
  await page.keyboard.press("Enter");
  await expect(panel(page)).toBeVisible();
  await expect(panel(page).getByRole("heading", { name: "Rollout", exact: true })).toBeFocused();
  await expect(text(page)).toContainText("autoregressive decoding");
  await lens(page, "mathematics").click();
  await expect(text(page)).toContainText("Monte Carlo");
  await lens(page, "vision").click();
  await expect(text(page)).toContainText("GAN");
  await expect(lens(page, "vision")).toHaveAttribute("aria-pressed", "true");

  // The chosen lens stays for the next topic, and the focus moves to its title.
  await panel(page).locator("[data-topic=score]").click();
  await expect(panel(page)).toHaveAttribute("data-explanation", "score");
  await expect(panel(page).getByRole("heading", { name: "Score", exact: true })).toBeFocused();
  await expect(text(page)).toContainText("perceptual metric");

  await page.keyboard.press("Escape");
  await expect(panel(page)).toHaveCount(0);
  await expect(explain(page, "rollout")).toBeFocused();
});

test("speaks Vietnamese, with the run's own numbers", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.getByLabel("Language").selectOption("vi");
  await explain(page, "update").click();
  await expect(text(page)).toContainText("0,8 đến 1,2");
  await expect(lens(page, "mathematics")).toHaveText("Toán học");
});

test("the code lens shows formula, this step's numbers, our function and the reference's place", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await explain(page, "update").click();
  const stage = (name: string): Locator => panel(page).locator(`[data-stage=${name}]`);
  await expect(stage("policyLoss").locator(".katex").first()).toBeVisible();
  await expect(stage("policyLoss").getByTestId("stage-numbers")).toContainText("The numbers come when");

  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await expect(stage("policyLoss").getByTestId("stage-numbers")).toContainText("Step 1, response 1, token 1");
  await expect(stage("policyLoss").locator("[data-branch]")).toBeVisible();
  await expect(stage("policyLoss")).toContainText("ppoLoss src/loss/ppoLoss.ts");
  await expect(stage("policyLoss").getByRole("link")).toHaveAttribute(
    "href",
    /trl\/blob\/v0\.9\.6\/trl\/trainer\/ppo_trainer\.py#L596-L1272$/,
  );

  const controller = stage("klController");
  await controller.locator("summary").focus();
  await page.keyboard.press("Enter");
  await expect(controller).toContainText("adaptKlCoef");
  await expect(controller.getByTestId("stage-numbers")).toContainText("Step 1, the whole batch");
  await expect(controller.getByTestId("stage-numbers").locator(".katex")).toHaveCount(2);
  // Nothing is wider than the panel.
  const wide = await panel(page).evaluate(
    (element) => [...element.querySelectorAll("[data-formula]")].filter((formula) => formula.scrollWidth > formula.clientWidth).length,
  );
  expect(wide).toBe(0);
});

for (const [width, height] of [
  [1440, 900],
  [1024, 768],
  [390, 844],
] as const)
  test(`stands beside or below the content at ${width} px, without violations`, async ({ page }) => {
    const lab = new LabPage(page);
    await page.setViewportSize({ width, height });
    await lab.open();
    await explain(page, "score").click();
    await expect(text(page)).toContainText("reward model");
    await expect(panel(page).locator(".katex").first()).toBeVisible();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page)).toEqual([]);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow).toBe(0);
    const box = await panel(page).boundingBox();
    const content = await page.locator("main").boundingBox();
    if (box === null || content === null) throw new Error("Expected panel and content to be on the page.");
    if (width >= 1180) expect(content.x + content.width).toBeLessThanOrEqual(box.x + 1);
    else expect(box.y).toBeGreaterThan(height * 0.4);
    // What was explained is still in sight.
    await expect(explain(page, "score")).toBeInViewport();
    await panel(page).getByRole("button", { name: "Close the explanation" }).click();
    await expect(panel(page)).toHaveCount(0);
    await expect(explain(page, "score")).toBeFocused();
  });
