// Running the real engine in the built page: run, pause, steps, reset, shortcuts.

import { LabPage } from "./lab";
import { expect, test } from "./labTest";

test("three PPO steps draw charts and show samples", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await expect(lab.chart("reward")).toContainText("Press Run");
  await lab.setKnob("maxSteps", "3");
  await lab.action("run").click();
  await lab.expectStatus("finished");
  await expect(lab.position).toHaveText("Step 3 of 3");
  for (const chart of ["reward", "kl", "clip", "gold", "loss"]) {
    await expect(lab.chart(chart).locator(".recharts-line-curve").first()).toBeVisible();
    const values = await lab.chart(chart).locator("[data-series] dd").allTextContents();
    for (const value of values) expect(value).toMatch(/^−?\d/);
  }
  await expect(page.getByTestId("samples-step")).toHaveText("from step 3");
  await expect(lab.samples).toHaveCount(6);
  const sample = lab.samples.first();
  expect(await sample.locator("button").count()).toBeGreaterThan(1);
  for (const value of await sample.locator("dd").allTextContents()) expect(value).toMatch(/^−?\d+\.\d\d$/);
  await expect(page.locator("[data-testid=samples] [data-level='1'], [data-testid=samples] [data-level='2']").first()).toBeVisible();
  await page.getByRole("button", { name: "Show 12 more" }).click();
  await expect(lab.samples).toHaveCount(18);
});

test("pause really stops, continue goes on", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.action("run").click();
  await lab.reach(3, 50);
  await lab.action("pause").click();
  await lab.expectStatus("paused");
  // The event under way is still taken.
  await page.waitForTimeout(500);
  const stopped = await lab.position.textContent();
  const reward = await lab.readout("reward", "proxy");
  await page.waitForTimeout(1500);
  expect(await lab.position.textContent()).toBe(stopped);
  expect(await lab.readout("reward", "proxy")).toBe(reward);
  await lab.action("run").click();
  await expect(lab.position).not.toHaveText(stopped ?? "", { timeout: 30_000 });
});

test("a phase step advances exactly one phase, a PPO step one step", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  const phases = ["rollout", "score", "advantages", "update"] as const;
  for (const [done, phase] of phases.entries()) {
    await lab.action("stepPhase").click();
    await lab.expectStatus("paused");
    await expect(lab.phase(phase)).toHaveAttribute("data-state", "done");
    for (const later of phases.slice(done + 1)) await expect(lab.phase(later)).not.toHaveAttribute("data-state", "done");
    await expect(lab.position).toHaveText("Step 1 of 60");
    if (phase === "rollout") await expect(page.getByTestId("samples-step")).toHaveText("from step 1 · not scored yet");
    if (phase === "score") await expect(page.getByTestId("samples-step")).toHaveText("from step 1");
  }
  await expect.poll(() => lab.readout("reward", "proxy")).toMatch(/\d/);
  for (const step of [2, 3]) {
    await lab.action("stepPpo").click();
    await expect(lab.position).toHaveText(`Step ${step} of 60`);
    await lab.expectStatus("paused");
    await expect(lab.phase("update")).toHaveAttribute("data-state", "done");
  }
  await page.waitForTimeout(1000);
  await expect(lab.position).toHaveText("Step 3 of 60");
});

test("reset drops the run, and the same seed gives the same run again", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.setKnob("maxSteps", "2");
  const rewards: string[] = [];
  for (let i = 0; i < 2; i++) {
    await lab.action("run").click();
    await lab.expectStatus("finished");
    // Charts are drawn one a frame, so a read-out trails the status by a few frames.
    await page.waitForTimeout(1000);
    rewards.push(`${await lab.readout("reward", "proxy")} ${await lab.readout("kl", "kl")}`);
    await lab.action("reset").click();
    await lab.expectStatus("ready");
    await expect(lab.position).toHaveText("Not started");
    await expect(lab.samples).toHaveCount(0);
    await expect.poll(() => lab.readout("reward", "proxy")).toBe("–");
  }
  expect(rewards[0]).toBe(rewards[1]);
});

test("reset in mid-run starts over", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.action("run").click();
  await lab.expectStatus("running");
  await expect(lab.position).toHaveText(/Step 1/);
  await lab.action("reset").click();
  await lab.expectStatus("ready");
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await expect(lab.position).toHaveText("Step 1 of 60");
});

test("keyboard shortcuts run, pause and step", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.knob("ppoEpochs").locator("input").blur();
  await page.keyboard.press("n");
  await lab.expectStatus("paused");
  await expect(lab.phase("rollout")).toHaveAttribute("data-state", "done");
  await page.keyboard.press("s");
  await expect(lab.phase("update")).toHaveAttribute("data-state", "done");
  await page.keyboard.press("Space");
  await lab.expectStatus("running");
  await page.keyboard.press("Space");
  await lab.expectStatus("paused");
  // Typing is no shortcut. The event that was under way at the pause is still shown.
  await page.waitForTimeout(500);
  const before = await lab.position.textContent();
  await lab.knob("seed").locator("input").pressSequentially("s n");
  await page.waitForTimeout(500);
  expect(await lab.position.textContent()).toBe(before);
  await page.getByRole("button", { name: "Help and shortcuts" }).click();
  await expect(page.getByText("Step one token, phase, minibatch, PPO step")).toBeVisible();
});

test("the cursor reads out the same step in every chart", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.setKnob("maxSteps", "10");
  await lab.action("run").click();
  await lab.expectStatus("finished");
  // The cursor lies over the lines and takes the mouse; its own layer is the slider.
  const cursor = lab.chart("reward").getByRole("slider");
  await cursor.hover();
  for (const chart of ["reward", "kl", "clip", "gold", "loss"]) await expect(lab.chart(chart)).toContainText(/step [4-7]/);
  const steps = await Promise.all(
    ["reward", "loss"].map((chart) =>
      lab
        .chart(chart)
        .getByText(/^step \d+$/)
        .textContent(),
    ),
  );
  expect(steps[0]).toBe(steps[1]);
});

test("warm-up shows what is loading, and a run asked for meanwhile begins by itself", async ({ page }) => {
  const lab = new LabPage(page);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/policy/model.safetensors", async (route) => {
    await held;
    await route.continue();
  });
  await lab.goto();
  await lab.expectStatus("warming");
  await expect(lab.position).toHaveText("Loading the models");
  const bar = page.getByRole("progressbar", { name: "Progress" });
  expect(Number(await bar.getAttribute("aria-valuenow"))).toBeGreaterThan(30);
  await lab.shrinkBatch();
  await lab.setKnob("maxSteps", "2");
  await lab.action("run").click();
  await expect(lab.action("pause")).toBeVisible();
  release();
  await lab.expectStatus("finished");
  await expect(lab.position).toHaveText("Step 2 of 2");
});
