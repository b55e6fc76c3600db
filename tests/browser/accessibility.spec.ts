// Everybody: axe in both schemes and languages, keyboard reach, small screens.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

async function seriousViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

for (const scheme of ["light", "dark"] as const)
  test(`axe finds nothing serious, ${scheme}, before and after a step`, async ({ page }) => {
    const lab = new LabPage(page);
    await page.emulateMedia({ colorScheme: scheme });
    await lab.open();
    expect(await seriousViolations(page)).toEqual([]);
    await lab.setKnob("cliprange", "-1");
    await lab.shrinkBatch();
    await lab.action("stepPpo").click();
    await lab.expectStatus("paused");
    await expect(lab.samples).toHaveCount(6);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "About KL drift" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    expect(await seriousViolations(page)).toEqual([]);
  });

test("every control can be reached by Tab, and focus is visible", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  const wanted = new Set(["run", "stepPhase", "stepPpo"]);
  const fields = new Set(["maxSteps", "seed", "learningRate", "initKlCoef", "cliprange", "ppoEpochs", "temperature", "ppoBufferSize"]);
  const unseen: string[] = [];
  for (let i = 0; i < 200 && (wanted.size > 0 || fields.size > 0); i++) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const ring = element.closest("[data-knob] > div") ?? element;
      // A ring may be drawn around a whole card that the control stands for.
      const outlined = [null, "::after"].some((part) => getComputedStyle(element, part).outlineStyle !== "none");
      const boxShadow = getComputedStyle(ring).boxShadow;
      return {
        action: element.dataset["action"] ?? "",
        field: element.tagName === "INPUT" ? (element.closest<HTMLElement>("[data-knob]")?.dataset["knob"] ?? "") : "",
        visible:
          element === document.body ||
          outlined ||
          boxShadow !== "none" ||
          element.tagName === "SELECT" ||
          element.getAttribute("type") === "radio",
        html: element.outerHTML.slice(0, 120),
      };
    });
    wanted.delete(focus.action);
    fields.delete(focus.field);
    if (!focus.visible) unseen.push(focus.html);
  }
  expect([...wanted, ...fields]).toEqual([]);
  expect(unseen).toEqual([]);
});

test("tokens are walked with the arrow keys and tell their numbers", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  const numbers = page.getByTestId("token-numbers");
  await lab.samples.first().locator("button").first().focus();
  await expect(numbers).toContainText(/KL .* policy .* reference/);
  const first = await numbers.textContent();
  await page.keyboard.press("ArrowRight");
  await expect(lab.samples.first().locator("button").nth(1)).toBeFocused();
  await expect.poll(() => numbers.textContent()).not.toBe(first);
});

for (const [width, language] of [
  [390, "en"],
  [390, "vi"],
  [320, "en"],
] as const)
  test(`nothing scrolls sideways at ${width} px, ${language}`, async ({ page }) => {
    const lab = new LabPage(page);
    await page.setViewportSize({ width, height: 844 });
    await lab.open();
    await page.getByLabel("Language").selectOption(language);
    await page
      .getByRole("button", { expanded: false })
      .filter({ hasText: /Settings|Thiết lập/ })
      .click();
    await lab.shrinkBatch();
    await lab.action("stepPpo").click();
    await lab.expectStatus("paused");
    await expect(lab.samples).toHaveCount(6);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow).toBe(0);
  });
