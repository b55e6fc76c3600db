// The checks before a run: verdicts with evidence, one-click remedies, and a stop that disables Run.

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

const gate = (page: Page, id: string): Locator => page.locator(`[data-gate=${id}]`);
const badge = (page: Page): Locator => page.getByTestId("checks-badge");
const openChecks = (page: Page): Promise<void> => page.locator("[data-tab=checks]").click();

test("all gates pass on the scenario's defaults and show their evidence", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await expect(badge(page)).toHaveAttribute("data-verdict", "pass");
  await openChecks(page);
  await expect(page.getByTestId("checks-overall")).toContainText("All 7 checks pass.");
  await expect(page.locator("[data-gate]")).toHaveCount(7);
  await expect(gate(page, "vocabulary").getByRole("list", { name: "Policy" }).getByRole("listitem").first()).toContainText("begin");
  await expect(gate(page, "vocabulary").getByRole("list", { name: "Reward model" }).getByRole("listitem").first()).toContainText("begin");
  await expect(gate(page, "batch")).toContainText("4 passes × 8 = 32 optimizer steps on each batch");
  await expect(gate(page, "memory")).toContainText(/\d MiB of 2,048 MiB/);
  await expect(gate(page, "sampling").locator("[data-differs=true]")).toHaveCount(0);
  await expect(gate(page, "advice").getByRole("img", { name: /Learning rate: .* tried/ })).toBeVisible();
  await expect(page.getByTestId("run-verdict")).toHaveCount(0);
});

test("the reference's defaults warn, and the remedies repair them one by one", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.getByLabel("Preset").selectOption("reference");
  const verdict = page.getByTestId("run-verdict");
  await expect(verdict).toHaveAttribute("data-verdict", /warn|stop/);
  await page.getByTestId("reward-model").selectOption("full:warmth");
  await expect(gate(page, "sampling")).toHaveCount(0);
  await verdict.click();
  await expect(page.locator("[data-tab=checks]")).toHaveAttribute("aria-selected", "true");
  await expect(gate(page, "sampling")).toHaveAttribute("data-verdict", "warn");
  await expect(gate(page, "sampling").locator("tr[data-differs=true]")).toHaveCount(3);
  await gate(page, "sampling").getByRole("button", { name: "Set Temperature to 1" }).click();
  await expect(gate(page, "sampling").locator("tr[data-differs=true]")).toHaveCount(2);
  await gate(page, "sampling").getByRole("button", { name: "Sample as PPO scores" }).click();
  await expect(gate(page, "sampling")).toHaveAttribute("data-verdict", "pass");
  await gate(page, "batch").getByRole("button", { name: "Set Buffer to 4" }).click();
  await expect(gate(page, "batch")).toHaveAttribute("data-verdict", "pass");
  await gate(page, "advice")
    .getByRole("button", { name: /Set Learning rate to/ })
    .click();
  await expect(gate(page, "advice")).toHaveAttribute("data-verdict", "pass");
  await expect(verdict).toHaveCount(0);
});

test("a stop disables Run, says why, and its remedy lets the run start", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.getByTestId("reward-model").selectOption("lora:warmth-lora");
  await expect(page.getByTestId("policy-kind")).toHaveValue("lora");
  await expect(page.getByTestId("policy-note")).toContainText("Set to LoRA");
  await page.getByTestId("policy-kind").selectOption("full");
  const block = page.getByTestId("run-block");
  await expect(block).toContainText("The run cannot start yet");
  await expect(block).toContainText("the policy must be trained with lora too");
  await expect(lab.action("run")).toBeDisabled();
  await expect(lab.action("stepPpo")).toBeDisabled();
  await expect(badge(page)).toHaveAttribute("data-verdict", "stop");
  await page.locator("body").press("s");
  await lab.expectStatus("ready");
  await block.locator("[data-action=open-checks]").click();
  await expect(gate(page, "rewardModel")).toHaveAttribute("data-verdict", "stop");
  await expect(block).toHaveCount(0);
  await gate(page, "rewardModel").getByRole("button", { name: "Set Policy kind to lora" }).click();
  await expect(gate(page, "rewardModel")).toHaveAttribute("data-verdict", "pass");
  await expect(gate(page, "rewardModel")).toContainText("same");
  await expect(lab.action("run")).toBeEnabled();
});

test("another template in evaluation is shown token by token", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.locator("[data-action=all-options]").click();
  await page.locator("[data-option=evalTemplate] select").selectOption("noHeader");
  await page.keyboard.press("Escape");
  await openChecks(page);
  await expect(gate(page, "template")).toHaveAttribute("data-verdict", "warn");
  await expect(gate(page, "template").locator("[data-mark=differs]")).toHaveText(/assistant/);
  await expect(gate(page, "template").locator("[data-mark=gap]")).toHaveCount(1);
  await gate(page, "template").getByRole("button", { name: "Set Evaluation template to chat" }).click();
  await expect(gate(page, "template")).toHaveAttribute("data-verdict", "pass");
});

test("a reward model of another vocabulary is shown side by side, and stops the run unless allowed", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.getByTestId("reward-model").selectOption("full:foreign");
  await expect(page.getByTestId("run-block")).toBeVisible();
  await openChecks(page);
  const vocabulary = gate(page, "vocabulary");
  await expect(vocabulary).toHaveAttribute("data-verdict", "stop");
  await expect(vocabulary.locator("[data-mark=differs]").first()).toBeVisible();
  await expect(vocabulary.getByRole("list", { name: "What the reward model would read" })).toBeVisible();
  await vocabulary.getByRole("button", { name: "Choose warmth" }).click();
  await expect(vocabulary).toHaveAttribute("data-verdict", "pass");
});

test("by keyboard: the overview's buttons lead to the cards", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await openChecks(page);
  await page.getByRole("button", { name: "Go to Sampling: pass" }).focus();
  await page.keyboard.press("Enter");
  await expect(gate(page, "sampling")).toBeFocused();
});

for (const scheme of ["light", "dark"] as const)
  test(`axe finds nothing serious in the checks, ${scheme}; nothing scrolls sideways at 390 px`, async ({ page }) => {
    const lab = new LabPage(page);
    await page.emulateMedia({ colorScheme: scheme });
    await lab.open();
    await page.getByTestId("reward-model").selectOption("full:foreign");
    await page.getByTestId("policy-kind").selectOption("freeze");
    await openChecks(page);
    await expect(gate(page, "vocabulary")).toHaveAttribute("data-verdict", "stop");
    await expect(page.getByTestId("checks")).toHaveAttribute("data-stale", "false");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => [id, nodes[0]?.html]),
    ).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  });
