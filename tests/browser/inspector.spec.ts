// The token inspector: strips by mouse and keyboard, colours with their key, the losses' branches, alternatives, a prompt's history.

import type { Locator, Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

/** One PPO step of 32 responses in 4 minibatches with a narrow clip, shown in its update phase. */
async function openInspector(page: Page, steps = 1): Promise<LabPage> {
  const lab = new LabPage(page);
  await lab.open();
  await lab.setKnob("ppoBufferSize", "2");
  await lab.setKnob("ppoEpochs", "2");
  await lab.setKnob("cliprange", "0.02");
  await page.locator("[data-tab=walkthrough]").click();
  for (let step = 1; step <= steps; step++) {
    await lab.action("stepPpo").click();
    await expect(lab.position).toHaveText(`Step ${step} of 60`);
    await lab.expectStatus("paused");
  }
  await expect(page.getByTestId("token-inspector").locator(".katex").first()).toBeVisible();
  return lab;
}
const row = (page: Page, index: number): Locator => page.getByTestId("responses").locator(`[data-row="${index}"]`);
const place = (page: Page): Locator => page.getByTestId("inspected-place");

test("arrow keys move within a response and between responses", async ({ page }) => {
  await openInspector(page);
  await row(page, 0).getByRole("button").first().click();
  await expect(place(page)).toHaveText(/^token 1 of \d+, response 1$/);
  await page.keyboard.press("ArrowRight");
  await expect(row(page, 0).getByRole("button").nth(1)).toBeFocused();
  await expect(place(page)).toHaveText(/^token 2 of /);
  await page.keyboard.press("ArrowDown");
  await expect(row(page, 1).getByRole("button").nth(1)).toBeFocused();
  await expect(place(page)).toHaveText(/^token 2 of \d+, response 2$/);
  await page.keyboard.press("End");
  await expect(row(page, 1).getByRole("button").last()).toBeFocused();
  await expect(page.getByTestId("inspected-token")).toContainText(await row(page, 1).getByRole("button").last().innerText());
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await expect(place(page)).toHaveText(/^token 1 of \d+, response 2$/);
  await page.keyboard.press("ArrowUp");
  await expect(place(page)).toHaveText(/^token 1 of \d+, response 1$/);
});

test("only a page of responses is drawn; keys and buttons turn the pages", async ({ page }) => {
  await openInspector(page);
  const rows = page.getByTestId("responses").locator("[data-row]");
  await expect(rows).toHaveCount(8);
  await expect(page.getByTestId("response-page")).toHaveText("1 to 8 of 32");
  await row(page, 7).getByRole("button").first().click();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByTestId("response-page")).toHaveText("9 to 16 of 32");
  await expect(row(page, 8).getByRole("button").first()).toBeFocused();
  await expect(rows).toHaveCount(8);
  await expect(page.getByTestId("top-tokens")).toContainText("recorded for responses 1 to 8 only");
  await page.getByRole("button", { name: "Next responses" }).click();
  await expect(page.getByTestId("response-page")).toHaveText("17 to 24 of 32");
  await page.getByTestId("response-order").selectOption("highestScore");
  await expect(page.getByTestId("response-page")).toHaveText(/of 32/);
});

test("each colouring has a key and colours tokens by level, with an underline beside the colour", async ({ page }) => {
  await openInspector(page);
  for (const colouring of ["reward", "value", "advantage", "ratio", "objective"]) {
    await page.getByTestId("colouring").selectOption(colouring);
    await expect(page.getByTestId("colouring-legend")).toHaveAttribute("data-colouring", colouring);
    const token = page.locator("[data-row] button[data-level]:not([data-level='0'])").first();
    await expect(token).toBeVisible();
    expect(await token.evaluate((element) => getComputedStyle(element).borderBottomStyle)).toMatch(/solid|dotted/);
  }
  await expect(page.getByTestId("colouring-legend")).toContainText("dashed frame: clipped");
});

test("a clipped token carries the badge, and the branch that counts is marked in formula and frame", async ({ page }) => {
  await openInspector(page);
  await page.getByTestId("colouring").selectOption("ratio");
  await page.locator("[data-row] button[data-cut]").first().click();
  await expect(page.getByTestId("clipped-badge")).toHaveText(/Clipped: no gradient/);
  const objective = page.getByTestId("objective");
  await expect(objective).toHaveAttribute("data-branch", "clipped");
  await expect(objective.locator("li[data-counts]")).toHaveAttribute("data-branch", "clipped");
  await expect(objective.locator("li[data-counts]")).toContainText("counts: the smaller");
  await expect(objective.locator("li .katex")).toHaveCount(2);
  await expect(page.getByTestId("value-loss")).toHaveAttribute("data-branch", /clipped|same/);
  // In the first epoch the same token may still have been free; its button looks at that minibatch.
  await objective.getByRole("button", { name: /Epoch 1/ }).click();
  await expect(objective.getByRole("button", { name: /Epoch 1/ })).toHaveAttribute("aria-current", "true");
  await expect(page.getByTestId("token-inspector")).toContainText(/in epoch 1, minibatch/);
});

test("numbers fit together: ratio, advantage and objective", async ({ page }) => {
  await openInspector(page);
  const number = async (name: string): Promise<number> =>
    Number((await page.locator(`[data-number=${name}]`).textContent())?.replace("−", "-"));
  await row(page, 2).getByRole("button").first().click();
  await expect(place(page)).toHaveText(/response 3$/);
  expect(Math.abs((await number("return")) - (await number("value")) - (await number("rawAdvantage")))).toBeLessThan(0.003);
  expect(Math.abs(Math.exp(await number("logprob")) - (await number("probability")))).toBeLessThan(0.002);
  expect(Math.abs((await number("logprob")) - (await number("refLogprob")) - (await number("kl")))).toBeLessThan(0.003);
});

test("the three policies' likeliest tokens stand side by side with the sampled one marked, before and after", async ({ page }) => {
  await openInspector(page);
  await row(page, 0).getByRole("button").first().click();
  for (const policy of ["rollout", "reference", "updated"]) {
    const bars = page.locator(`[data-policy=${policy}] li`);
    expect(await bars.count()).toBeGreaterThanOrEqual(8);
    await expect(page.locator(`[data-policy=${policy}] li[data-sampled]`)).toHaveCount(1);
  }
  await expect(page.getByTestId("probability-change")).toHaveText(/Probability [\d.e-]+ → [\d.e-]+ by this update/);
});

test("a prompt's completions across the run lead to their step, which then stays put", async ({ page }) => {
  const lab = await openInspector(page, 1);
  const history = page.getByTestId("prompt-history");
  await row(page, 3).getByRole("button").first().click();
  const line = history.getByRole("button").first();
  await expect(line).toContainText("step 1");
  await line.click();
  await expect(page.getByTestId("timeline-where")).toHaveText("Looking at step 1");
  await lab.action("stepPpo").click();
  await expect(lab.position).toHaveText("Step 2 of 60");
  await lab.expectStatus("paused");
  await expect(page.getByTestId("walkthrough-step")).toContainText("Step 1");
  await page.locator("[data-action=follow]").click();
  await expect(page.getByTestId("walkthrough-step")).toContainText("Step 2");
});

test("a token of the overview's samples opens here", async ({ page }) => {
  const lab = await openInspector(page);
  await page.locator("[data-tab=overview]").click();
  await lab.samples.nth(4).locator("button").nth(1).click();
  await expect(page.locator("[data-tab=walkthrough]")).toHaveAttribute("aria-selected", "true");
  await expect(place(page)).toHaveText(/^token 2 of \d+, response 5$/);
});
