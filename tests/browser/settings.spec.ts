// Knobs, all options, presets, reward server, language and colour scheme of the built page.

import { reviewsScenario } from "../../src/scenarios/reviews/scenario";
import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

/** The scenario's own learning rate as the page writes it. */
const SCENARIO_RATE = (reviewsScenario.defaults.learningRate ?? Number.NaN).toExponential();

test("a wrong entry is explained and not used", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  const knob = lab.knob("cliprange");
  await lab.setKnob("cliprange", "-3");
  await expect(knob.getByRole("alert")).toHaveText("Must be above 0, up to 10. 0.2 stays in force.");
  await expect(knob.locator("input")).toHaveAttribute("aria-invalid", "true");
  await lab.setKnob("cliprange", "many");
  await expect(knob.getByRole("alert")).toHaveText("Enter a number. 0.2 stays in force.");
  await lab.setKnob("cliprange", "0.35");
  await expect(knob.getByRole("alert")).toHaveCount(0);
  await expect(knob).toHaveAttribute("data-changed", "true");
  await knob.getByRole("button", { name: "Restore the default of Clip range" }).click();
  await expect(knob.locator("input")).toHaveValue("0.2");
  await expect(knob).toHaveAttribute("data-changed", "false");
});

test("a knob explains itself with both layers of defaults", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.getByRole("button", { name: "About Learning rate" }).click();
  const help = page.getByRole("dialog");
  await expect(help).toContainText("Size of AdamW's steps");
  await expect(help).toContainText(`This scenario${SCENARIO_RATE}`);
  await expect(help).toContainText("LLaMA-Factory5e-5");
  await expect(help).toContainText("learning_rate");
});

test("the batch shows its arithmetic and refuses more than there are prompts", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await expect(page.getByTestId("batch-sum")).toHaveText("16 × 1 × 8 = 128 samples a step");
  await lab.setKnob("gradientAccumulationSteps", "2");
  await expect(page.getByTestId("batch-sum")).toHaveText("16 × 2 × 8 = 256 samples a step");
  await lab.setKnob("ppoBufferSize", "256");
  await lab.setKnob("perDeviceTrainBatchSize", "1024");
  await expect(page.getByText(/A batch of .* needs more prompts/)).toBeVisible();
  const block = page.getByTestId("run-block");
  await expect(block).toContainText("One PPO batch takes 1024 x 2 x 256");
  await expect(lab.action("run")).toBeDisabled();
  await block.getByRole("button", { name: /^Set Buffer to 1$/ }).click();
  await expect(block).toHaveCount(0);
  await expect(lab.action("run")).toBeEnabled();
});

test("a live knob applies from the next step and leaves a marker", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await lab.setKnob("learningRate", "1e-4");
  await expect(lab.knob("learningRate")).toContainText("From the next step");
  await lab.setKnob("ppoBufferSize", "2");
  await expect(lab.knob("ppoBufferSize")).toContainText("After a reset");
  await lab.action("stepPpo").click();
  await expect(lab.position).toHaveText("Step 2 of 60");
  await lab.expectStatus("paused");
  await expect(lab.knob("learningRate")).not.toContainText("From the next step");
  await expect(page.getByText(`Learning rate: ${SCENARIO_RATE} → 1e-4`)).toBeVisible();
});

test("presets switch between the two layers of defaults", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  const preset = page.getByLabel("Preset");
  await expect(preset).toHaveValue("scenario");
  await preset.selectOption("reference");
  await expect(lab.knob("learningRate").locator("input")).toHaveValue("5e-5");
  await lab.setKnob("learningRate", "2e-5");
  await expect(preset).toHaveValue("custom");
  await preset.selectOption("scenario");
  await expect(lab.knob("learningRate").locator("input")).toHaveValue(SCENARIO_RATE);
});

test("the page speaks Vietnamese and remembers it", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.getByLabel("Language").selectOption("vi");
  await expect(lab.action("run")).toHaveText("Chạy");
  await expect(page.locator("html")).toHaveAttribute("lang", "vi");
  await expect(lab.knob("cliprange").locator("input")).toHaveValue("0,2");
  await lab.setKnob("cliprange", "0,3");
  await expect(lab.knob("cliprange")).toHaveAttribute("data-changed", "true");
  await page.reload();
  await lab.leaveRecording();
  await lab.expectStatus("ready");
  await expect(lab.status).toHaveText("Sẵn sàng");
});

test("the colour scheme follows the system until one is chosen", async ({ page }) => {
  const lab = new LabPage(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await lab.open();
  const scheme = page.locator("html");
  await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "dark");
  await page.getByTitle("Light").click();
  await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "light");
  await page.reload();
  await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "light");
});

test("the TensorFlow.js engine can be chosen", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.getByLabel("Engine", { exact: true }).selectOption("tfjs-wasm");
  await lab.expectStatus("warming");
  await lab.expectStatus("ready");
  await lab.setKnob("perDeviceTrainBatchSize", "2");
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await expect.poll(() => lab.readout("reward", "proxy")).toMatch(/\d/);
});

const option = (page: Page, field: string): Locator => page.locator(`[data-option=${field}]`);
async function openOptions(page: Page): Promise<Locator> {
  await page.locator("[data-action=all-options]").click();
  const drawer = page.getByTestId("all-options");
  await expect(drawer).toBeVisible();
  return drawer;
}

test("all options: search, every kind of control, changed marks, restoring one and all", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  const drawer = await openOptions(page);
  const search = drawer.getByRole("searchbox");
  const found = page.getByTestId("options-found");
  await expect(found).toHaveText(/^(\d+) of \1 options$/);
  await search.fill("ref_model");
  await expect(found).toHaveText(/^1 of/);
  await option(page, "refModel").getByRole("textbox").fill("some/folder");
  await option(page, "refModel").getByRole("textbox").press("Enter");
  await expect(option(page, "refModel")).toHaveAttribute("data-changed", "true");
  await search.fill("adaptive");
  await option(page, "adapKlCtrl").getByRole("switch").press("Space");
  await expect(option(page, "adapKlCtrl")).toHaveAttribute("data-changed", "true");
  await search.fill("kl_penalty");
  await option(page, "klPenalty").getByRole("combobox").selectOption("abs");
  await search.fill("score_clip");
  const clip = option(page, "scoreClip");
  await expect(clip.getByRole("textbox")).toHaveAttribute("placeholder", "none");
  await clip.getByRole("textbox").fill("-1");
  await expect(clip.getByRole("alert")).toHaveText("Must be above 0, up to 1000. none stays in force.");
  await clip.getByRole("textbox").fill("0.5");
  await clip.getByRole("textbox").press("Enter");
  await expect(clip.getByRole("alert")).toHaveCount(0);
  await clip.getByRole("textbox").fill("");
  await clip.getByRole("textbox").press("Enter");
  await expect(clip).toHaveAttribute("data-changed", "false");
  await search.fill("");
  await drawer.locator("[data-filter=changed]").click();
  await expect(drawer.locator("[data-option]")).toHaveCount(3);
  await option(page, "klPenalty").getByRole("button", { name: "Restore the default of KL measure" }).click();
  await expect(drawer.locator("[data-option]")).toHaveCount(2);
  await drawer.locator("[data-action=restore-all]").click();
  await expect(drawer.getByText("No option fits")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
  await expect(page.locator("[data-action=all-options]")).toBeFocused();
});

test("a live option turned among all options applies from the next step and leaves a marker", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  const drawer = await openOptions(page);
  await drawer.getByRole("searchbox").fill("vf_coef");
  await option(page, "vfCoef").getByRole("button", { name: "Increase Value loss weight" }).click();
  await expect(option(page, "vfCoef")).toContainText("From the next step");
  await drawer.getByRole("searchbox").fill("lora_rank");
  await option(page, "loraRank").getByRole("button", { name: "Increase LoRA rank" }).click();
  await expect(option(page, "loraRank")).toContainText("After a reset");
  // The page's shortcuts rest meanwhile.
  await option(page, "loraRank").getByRole("button", { name: "Increase LoRA rank" }).press("s");
  await page.keyboard.press("Escape");
  await expect(lab.position).toHaveText("Step 1 of 60");
  await lab.action("stepPpo").click();
  await expect(lab.position).toHaveText("Step 2 of 60");
  await expect(page.getByText("vfCoef: 0.03 → 0.05").first()).toBeVisible();
});

test("all options speak Vietnamese and are found without accents", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await page.getByLabel("Language").selectOption("vi");
  const drawer = await openOptions(page);
  await drawer.getByRole("searchbox").fill("toc do hoc");
  await expect(option(page, "learningRate")).toContainText("Tốc độ học");
});

for (const scheme of ["light", "dark"] as const)
  test(`axe finds nothing serious among all options and in the consent dialog, ${scheme}`, async ({ page }) => {
    const lab = new LabPage(page);
    await page.emulateMedia({ colorScheme: scheme });
    await lab.open();
    const serious = async (): Promise<unknown> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => [id, nodes[0]?.html]);
    };
    await openOptions(page);
    expect(await serious()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByTestId("reward-model").selectOption("api");
    await page.getByTestId("reward-address").fill(SERVER);
    await page.getByTestId("reward-address").press("Enter");
    await page.locator("[data-action=review-consent]").click();
    await expect(page.getByTestId("consent")).toBeVisible();
    expect(await serious()).toEqual([]);
  });

const SERVER = "http://127.0.0.1:8000/v1/score/evaluation";

test("a reward server is asked only after leave for its exact origin, with the key, which is kept nowhere", async ({ page }) => {
  const lab = new LabPage(page);
  const asked: { readonly key: string | undefined; readonly body: { readonly messages: readonly string[] } }[] = [];
  await page.route("http://127.0.0.1:8000/**", async (route) => {
    const body = route.request().postDataJSON() as { messages: string[] };
    asked.push({ key: route.request().headers()["authorization"], body });
    await route.fulfill({ json: { scores: body.messages.map((_, i) => i / 10) }, headers: { "access-control-allow-origin": "*" } });
  });
  await lab.open();
  await lab.shrinkBatch();
  await page.getByTestId("reward-model").selectOption("api");
  const block = page.getByTestId("run-block");
  await expect(block).toHaveAttribute("data-block", "address");
  await page.getByTestId("reward-address").fill("127.0.0.1:8000");
  await expect(page.getByTestId("reward-server").getByRole("alert")).toContainText("Enter a full address");
  await page.getByTestId("reward-address").fill(SERVER);
  await page.getByTestId("reward-address").press("Enter");
  await expect(block).toHaveAttribute("data-block", "consent");
  await expect(lab.action("run")).toBeDisabled();
  await page.getByTestId("reward-api-key").fill("k-123");
  await page.locator("[data-action=review-consent]").click();
  const consent = page.getByTestId("consent");
  await expect(consent.getByTestId("consent-origin")).toHaveText("http://127.0.0.1:8000");
  await expect(consent.getByTestId("consent-example")).toContainText('"messages"');
  await expect(consent).toContainText("Chrome asks whether this page may reach devices there");
  await expect(consent).toContainText("API_KEY");
  await page.keyboard.press("Escape");
  await expect(block).toHaveAttribute("data-block", "consent");
  expect(asked).toEqual([]);
  await page.locator("[data-action=review-consent]").click();
  await consent.locator("[data-action=allow]").click();
  await expect(page.getByTestId("reward-server")).toHaveAttribute("data-allowed", "true");
  await expect(page.getByText("Prompts and responses go to http://127.0.0.1:8000")).toBeVisible();
  await expect(block).toHaveCount(0);
  expect(asked).toEqual([]);
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  expect(asked.length).toBeGreaterThan(0);
  expect(asked[0]?.key).toBe("Bearer k-123");
  expect(asked[0]?.body.messages).toHaveLength(16);
  expect(
    await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), location.href])),
  ).not.toContain("k-123");
  await lab.action("reset").click();
  await page.locator("[data-action=withdraw]").click();
  await expect(lab.action("run")).toBeDisabled();
  // Another origin needs its own leave.
  await page.locator("[data-action=review-consent]").click();
  await consent.locator("[data-action=allow]").click();
  await expect(lab.action("run")).toBeEnabled();
  await page.getByTestId("reward-address").fill("http://127.0.0.1:8001/score");
  await page.getByTestId("reward-address").press("Enter");
  await expect(block).toContainText("http://127.0.0.1:8001");
});

test("the scenario's paragraph can be read in full", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await expect(page.getByTestId("scenario")).toHaveValue("reviews");
  await page.getByRole("button", { name: "Read more" }).click();
  await expect(page.getByTestId("scenario-about")).toHaveAttribute("data-whole", "true");
});
