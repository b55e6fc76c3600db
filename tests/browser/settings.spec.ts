// Knobs, presets, language and colour scheme of the built page.

import { reviewsScenario } from "../../src/scenarios/reviews/scenario";
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
  await lab.action("run").click();
  await expect(lab.failure).toContainText("These options do not work together");
  await lab.failure.getByRole("button", { name: "Dismiss" }).click();
  await expect(lab.failure).toHaveCount(0);
  await lab.expectStatus("ready");
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
