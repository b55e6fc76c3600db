// The timeline: past steps by mouse, touch and keyboard while training goes on; a past that is looked at stays put until released.

import type { Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

async function running(page: Page): Promise<LabPage> {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.setKnob("maxSteps", "500");
  await page.locator("[data-tab=walkthrough]").click();
  await lab.action("run").click();
  await expect(lab.position).toHaveText(/Step ([6-9]|\d\d+) of/, { timeout: 60_000 });
  return lab;
}
const stepsDone = async (lab: LabPage): Promise<number> => Number(/Step (\d+)/.exec((await lab.position.textContent()) ?? "")?.[1]);

async function staysPut(page: Page, lab: LabPage): Promise<void> {
  const where = await page.getByTestId("timeline-where").textContent();
  const shown = await page.getByTestId("walkthrough-step").textContent();
  const before = await stepsDone(lab);
  await expect.poll(() => stepsDone(lab), { timeout: 30_000 }).toBeGreaterThan(before + 1);
  await expect(page.getByTestId("timeline-where")).toHaveText(where ?? "");
  await expect(page.getByTestId("walkthrough-step")).toHaveText(shown ?? "");
}

test("keyboard: arrow keys and Home look at past steps while training goes on; F follows again", async ({ page }) => {
  const lab = await running(page);
  const slider = page.getByTestId("timeline-range");
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(page.getByTestId("timeline-where")).toHaveText("Looking at step 1");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByTestId("timeline-where")).toHaveText("Looking at step 2");
  await expect(slider).toHaveAttribute("aria-valuetext", /^Step 2 of \d+$/);
  await expect(page.getByTestId("walkthrough-step")).toHaveText("Step 2 pinned");
  await staysPut(page, lab);
  await page.keyboard.press("f");
  await expect(page.getByTestId("timeline-where")).toHaveText("Following the newest step");
  await page.keyboard.press("[");
  await expect(page.getByTestId("timeline-where")).toHaveText(/Looking at step \d+/);
  await lab.action("pause").click();
});

test("mouse: a drag scrubs, buttons move by one, and one button releases", async ({ page }) => {
  const lab = await running(page);
  const box = await page.getByTestId("timeline-range").boundingBox();
  if (box === null) throw new Error("Expected the timeline to have a track.");
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width - 10, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, y, { steps: 5 });
  await page.mouse.move(box.x + 3, y, { steps: 5 });
  await page.mouse.up();
  await expect(page.getByTestId("timeline-where")).toHaveText("Looking at step 1");
  await staysPut(page, lab);
  await page.getByRole("button", { name: "Next step" }).click();
  await expect(page.getByTestId("timeline-where")).toHaveText("Looking at step 2");
  await page.locator("[data-action=follow]").click();
  await expect(page.getByTestId("timeline-where")).toHaveText("Following the newest step");
  await expect(page.locator("[data-action=follow]")).toBeDisabled();
  await lab.action("pause").click();
});

test.describe("touch", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });
  test("a tap looks at a step, and the page does not scroll sideways", async ({ page }) => {
    const lab = new LabPage(page);
    await lab.open();
    await page.locator("[data-tab=walkthrough]").tap();
    for (let step = 1; step <= 2; step++) {
      await lab.action("stepPpo").tap();
      await expect(lab.position).toHaveText(`Step ${step} of 60`);
      await lab.expectStatus("paused");
    }
    const box = await page.getByTestId("timeline-range").boundingBox();
    if (box === null) throw new Error("Expected the timeline to have a track.");
    expect(box.height).toBeGreaterThanOrEqual(24);
    await page.touchscreen.tap(box.x + 6, box.y + box.height / 2);
    await expect(page.getByTestId("timeline-where")).toHaveText("Looking at step 1");
    await expect(page.getByTestId("walkthrough-step")).toHaveText("Step 1 pinned");
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    await page.locator("[data-action=follow]").tap();
    await expect(page.getByTestId("walkthrough-step")).toHaveText("Step 2 newest");
  });
});
