// The step-through: token by token, phase by phase, minibatch by minibatch; captions; slow motion; every phase's numbers.

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

const PHASES = ["rollout", "score", "advantages", "update"] as const;

/** Opens the step-through; 32 responses a step, 4 minibatches. */
async function openWalkthrough(page: Page): Promise<LabPage> {
  const lab = new LabPage(page);
  await lab.open();
  await lab.setKnob("ppoBufferSize", "2");
  await lab.setKnob("ppoEpochs", "2");
  await page.locator("[data-tab=walkthrough]").click();
  return lab;
}
const phaseTab = (page: Page, phase: string): Locator => page.locator(`[data-walk-phase=${phase}]`);
const panel = (page: Page): Locator => page.getByTestId("phase-card");
const caption = (page: Page, number: number): Locator => page.locator(`[data-caption="${number}"]`);
/** A number as the page writes it. */
const numberOf = async (locator: Locator): Promise<number> => Number((await locator.textContent())?.replace("−", "-"));

test("begins with a sentence and two buttons, then grows token by token and goes on phase by phase", async ({ page }) => {
  const lab = await openWalkthrough(page);
  await expect(page.getByTestId("walkthrough-empty")).toContainText("Nothing to step through yet");
  await page.getByRole("button", { name: "Step one token" }).last().click();
  await lab.expectStatus("paused");
  await expect(page.locator("[data-row]").first().locator("button")).toHaveCount(1);
  await expect(caption(page, 1)).toContainText("picks token 1");
  await expect(page.locator("[data-row] [aria-current=true]")).toHaveCount(2);
  await page.keyboard.press("t");
  await expect(caption(page, 1)).toContainText("picks token 2");
  await expect(page.getByTestId("sampling")).toContainText("24 tokens");
  await expect(page.getByTestId("responses").locator("[data-row]")).toHaveCount(8);

  const next = page.locator("[data-action=nextPhase]");
  await next.click();
  await expect(page.getByTestId("stop-reason")).toContainText(/Ended with a stop token|Cut off at the limit/);
  for (const phase of PHASES.slice(1)) {
    await next.click();
    await lab.expectStatus("paused");
    await expect(phaseTab(page, phase)).toHaveAttribute("aria-selected", "true");
    await expect(panel(page)).toHaveAttribute("data-walk-panel", phase);
  }
  await expect(page.getByTestId("walkthrough-step")).toContainText("Step 1");
  await page.locator("[data-action=previousPhase]").click();
  await expect(phaseTab(page, "advantages")).toHaveAttribute("aria-selected", "true");
  await next.click();
  await next.click();
  await expect(page.getByTestId("walkthrough-step")).toContainText("Step 2");
  await expect(phaseTab(page, "rollout")).toHaveAttribute("aria-selected", "true");
});

test("a phase that the step has not come to says so and can be reached", async ({ page }) => {
  const lab = await openWalkthrough(page);
  await page.keyboard.press("n");
  await lab.expectStatus("paused");
  await phaseTab(page, "rollout").focus();
  await page.keyboard.press("ArrowRight");
  await expect(phaseTab(page, "score")).toBeFocused();
  await expect(panel(page)).toContainText("has not come to this phase yet");
  await panel(page).getByRole("button", { name: "Go on to the next phase" }).click();
  await expect(page.getByTestId("reward-split")).toBeVisible();
});

test("scoring adds up: tokens, penalty, score and reward", async ({ page }) => {
  const lab = await openWalkthrough(page);
  for (let i = 0; i < 2; i++) {
    await lab.action("stepPpo").click();
    await expect(lab.position).toHaveText(`Step ${i + 1} of 60`);
    await lab.expectStatus("paused");
  }
  await phaseTab(page, "score").click();
  const foot = (column: string): Locator => panel(page).locator(`tfoot [data-column=${column}]`);
  const part = (name: string): Locator => page.getByTestId("reward-split").locator(`[data-part=${name}]`);
  await expect(foot("reward")).toHaveText(/\d/);
  const [kl, penalty, reward] = [await numberOf(foot("kl")), await numberOf(foot("penalty")), await numberOf(foot("reward"))];
  const [score, split, total] = [await numberOf(part("score")), await numberOf(part("penalty")), await numberOf(part("total"))];
  expect(Math.abs(penalty - split)).toBeLessThan(0.01);
  expect(Math.abs(score + penalty - reward)).toBeLessThan(0.01);
  expect(Math.abs(total - reward)).toBeLessThan(0.01);
  expect(Math.sign(penalty)).toBe(-Math.sign(kl));
  await expect(panel(page).locator("tbody tr").last()).toContainText("with score");
  await expect(page.getByTestId("objective-kl")).toContainText("over all 32 responses");
});

test("advantages unroll from the last token to the first; arrow keys walk the recursion", async ({ page }) => {
  const lab = await openWalkthrough(page);
  await lab.action("stepPpo").click();
  await expect(lab.position).toHaveText("Step 1 of 60");
  await lab.expectStatus("paused");
  await phaseTab(page, "advantages").click();
  const rows = panel(page).locator("tbody tr");
  await expect(rows.first()).toContainText("⟨");
  await rows.first().click();
  const formula = page.getByTestId("recursion").locator("[data-formula]").first();
  await expect(formula.locator(".katex").first()).toBeVisible();
  const first = await formula.getAttribute("data-formula");
  await rows.first().locator("button").focus();
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1).locator("button")).toBeFocused();
  await expect(rows.nth(1)).toHaveAttribute("data-selected", "true");
  await expect(formula).not.toHaveAttribute("data-formula", first ?? "");
  const cell = (row: number, column: string): Promise<number> => numberOf(rows.nth(row).locator(`[data-column=${column}]`));
  const [delta, carried, advantage] = [await cell(1, "delta"), await cell(1, "carried"), await cell(1, "advantage")];
  expect(Math.abs(delta + carried - advantage)).toBeLessThan(0.003);
  expect(await cell(1, "nextValue")).toBe(await cell(0, "value"));
  await expect(page.locator("[data-baseline]")).toHaveCount(3);
  for (const baseline of ["valueHead", "batchMean", "none"]) await expect(page.locator(`[data-baseline=${baseline}]`)).toContainText(/\d/);
});

test("the update is walked minibatch by minibatch", async ({ page }) => {
  const lab = await openWalkthrough(page);
  await page.keyboard.press("m");
  await lab.expectStatus("paused");
  await expect(phaseTab(page, "update")).toHaveAttribute("aria-selected", "true");
  await expect(page.getByTestId("minibatch-place")).toHaveText("1 of 1");
  await expect(page.getByTestId("ratio-plot")).toHaveAttribute("data-cut", "0");
  await page.keyboard.press("m");
  await expect(page.getByTestId("minibatch-place")).toHaveText("2 of 2");
  await lab.action("stepPpo").click();
  await expect(page.getByTestId("minibatch-place")).toHaveText("4 of 4");
  await expect(caption(page, 9)).toContainText("Epoch 2, minibatch 2: 16 responses");
  const slider = page.getByTestId("minibatch-range");
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(caption(page, 9)).toContainText("Epoch 1, minibatch 1");
  await page.keyboard.press("ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuetext", "Epoch 1, minibatch 2");
  const list = panel(page).locator("table").first();
  await expect(list.locator("tbody tr")).toHaveCount(4);
  await list.locator("tbody tr").last().click();
  await expect(page.getByTestId("minibatch-place")).toHaveText("4 of 4");
  const changes = panel(page).locator("table").last().locator("[data-column=change]");
  await expect(changes.filter({ hasText: /[▲▼]/ }).first()).toBeVisible();
  await expect(page.getByTestId("grad-norms")).toContainText("4 minibatches");
});

test("slow motion shows the step under way and marks its captions in turn", async ({ page }) => {
  const lab = await openWalkthrough(page);
  await page.getByTestId("speed").selectOption("medium");
  await lab.action("run").click();
  // Captions hold for half a second: the page itself looks out for them, frame by frame. What was missed comes with the next step.
  for (const [phase, number, text] of [
    ["rollout", 1, "picks token"],
    ["rollout", 2, ""],
    ["score", 3, ""],
    ["score", 5, ""],
    ["advantages", 7, ""],
    ["update", 9, "minibatch"],
  ] as const)
    await page.waitForFunction(
      ([wanted, place, part]) => {
        const item = document.querySelector(`[data-caption="${place}"][aria-current=step]`);
        const tab = document.querySelector(`[data-walk-phase=${wanted}][aria-selected=true]`);
        return tab !== null && item?.textContent.includes(part) === true;
      },
      [phase, number, text] as const,
      { timeout: 40_000 },
    );
  await lab.action("pause").click();
  await lab.expectStatus("paused");
  await expect(page.getByTestId("captions").locator("[aria-current]")).toHaveCount(0);
});

test("at full speed whole steps are shown, and the phase in view stays", async ({ page }) => {
  const lab = await openWalkthrough(page);
  await lab.action("run").click();
  await expect(page.getByTestId("walkthrough-step")).toContainText(/Step [3-9]/, { timeout: 30_000 });
  await phaseTab(page, "advantages").click();
  const before = (await page.getByTestId("walkthrough-step").textContent()) ?? "";
  await expect(page.getByTestId("walkthrough-step")).not.toHaveText(before, { timeout: 30_000 });
  await expect(page.getByTestId("walkthrough-step")).toContainText("newest");
  await expect(phaseTab(page, "advantages")).toHaveAttribute("aria-selected", "true");
  await expect(panel(page).locator("tbody tr").first()).toBeVisible();
  await expect(page.getByTestId("responses").locator("[data-row]")).toHaveCount(8);
  await lab.action("pause").click();
});

for (const [scheme, width, language] of [
  ["light", 1440, "en"],
  ["dark", 390, "vi"],
] as const)
  test(`axe finds nothing serious and nothing scrolls sideways, ${scheme}, ${width} px, ${language}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const lab = await openWalkthrough(page);
    await page.setViewportSize({ width, height: 844 });
    await page.getByLabel("Language").selectOption(language);
    await lab.action("stepPpo").click();
    await expect(page.getByTestId("token-inspector").locator(".katex").first()).toBeVisible({ timeout: 30_000 });
    await lab.expectStatus("paused");
    for (const phase of PHASES) {
      await phaseTab(page, phase).click();
      await expect(panel(page)).toHaveAttribute("data-walk-panel", phase);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(serious.map(({ id, nodes }) => `${phase} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    }
  });
