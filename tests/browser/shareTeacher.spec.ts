// Teacher's links and embedding: made in the dialog by keyboard, locked and hidden controls, the frame in another page.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";
import { hashOf, openOffer } from "./links";
import { transferOf } from "./transfer";

const LESSON = { scenario: "reviews", config: { maxSteps: 2 }, engine: "wasm", title: "Lesson 2: the clip" };

async function violationsIn(page: Page, part: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

test("the dialog makes a link and HTML for a frame, by keyboard, and axe finds nothing serious", async ({ page }) => {
  const lab = new LabPage(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.goto();
  await page.locator("[data-action=share]").focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-action=copyLink]")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.locator("[data-action=teacherLink]")).toBeFocused();
  await page.keyboard.press("Enter");
  const dialog = page.getByTestId("teacher-dialog");
  await expect(dialog).toBeVisible();
  const before = await page.getByTestId("teacher-link").inputValue();
  await page.getByTestId("teacher-title").focus();
  await page.keyboard.type('A "title" <b>');
  await dialog.locator("[data-group=engine][data-restriction=none]").focus();
  await page.keyboard.press("ArrowRight");
  await expect(dialog.locator("[data-group=engine][data-restriction=locked]")).toBeChecked();
  await page.getByTestId("teacher-embed").focus();
  await page.keyboard.press("Space");
  await expect(page.getByTestId("frame-code")).toHaveValue(
    /^<iframe src="http[^"]+\?embed#v1\.[\w-]+" title="A &quot;title&quot; &lt;b&gt;"/,
  );
  await expect(page.getByTestId("teacher-link")).not.toHaveValue(before);
  await expect(dialog.locator("[data-note=local]")).toBeVisible();
  await expect(dialog).toContainText("protects nothing");
  expect(await violationsIn(page, "[data-testid=teacher-dialog]")).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test("locked controls are there and say why; hidden ones are not; keys respect both", async ({ page }) => {
  const lab = new LabPage(page);
  await page.goto(`./${hashOf({ ...LESSON, hidden: ["failures", "recordings"], locked: ["settings", "run", "charts"] })}`);
  await expect(page.locator("[data-tab=failures]")).toHaveCount(1);
  await openOffer(page);
  await lab.expectStatus("ready");
  await expect(page.getByRole("heading", { name: LESSON.title })).toBeVisible();
  await expect(page.getByTestId("link-locked")).toContainText("Locked: settings, run buttons, and “Charts”.");
  await expect(page.locator("[data-tab=failures]")).toHaveCount(0);
  await expect(page.locator("[data-action=recordings]")).toHaveCount(0);
  await expect(page.locator("[data-tab=charts]")).toBeDisabled();
  for (const control of [lab.action("run"), lab.knob("cliprange").locator("input"), page.getByTestId("scenario")])
    await expect(control).toBeDisabled();
  await expect(page.getByTestId("scenario")).toHaveAttribute("title", "Locked by whoever made the link");
  await expect(page.locator("[data-locked=run]")).toHaveAttribute("title", "Locked by whoever made the link");
  // Help about a locked option stays.
  await expect(lab.knob("cliprange").getByRole("button", { name: /About/ })).toBeEnabled();
  await page.locator("body").press("Space");
  await page.locator("body").press("s");
  await page.locator("body").press("3");
  await expect(page.locator("[data-panel=overview]")).toBeVisible();
  await page.locator("[data-tab=overview]").focus();
  await page.keyboard.press("End");
  await expect(page.locator("[data-tab=checks]")).toBeFocused();
  await page.keyboard.press("Home");
  await expect(page.locator("[data-panel=overview]")).toBeVisible();
  const dropped = await transferOf(page, { files: [["mine.ppolab", Buffer.from("PPOLAB")]] });
  await page.dispatchEvent("body", "drop", { dataTransfer: dropped });
  await expect(page.getByRole("alert").filter({ hasText: "Locked by whoever made the link" })).toBeVisible();
  await expect(page.getByTestId("recording")).toHaveCount(0);
  await lab.expectStatus("ready");
  expect(await violationsIn(page, "body")).toEqual([]);
});

test("in a frame the page is compact, and leads to the whole lab", async ({ page }) => {
  const hash = hashOf({
    ...LESSON,
    embed: true,
    recording: "recordings/reviews.ppolab",
    tab: "charts",
    hidden: ["overview", "walkthrough", "checks", "failures"],
    pinned: 2,
  });
  const html = `<!doctype html><title>Course</title><iframe src="./${hash}" title="lab" width="700" height="500"></iframe>`;
  await page.route("**/course.html", (route) => route.fulfill({ contentType: "text/html", body: html }));
  await page.goto("./course.html");
  const frame = page.frameLocator("iframe");
  await expect(frame.getByRole("heading", { level: 1 })).toHaveText(LESSON.title);
  await expect(frame.getByTestId("position")).toHaveText("Step 3 of 60");
  await expect(frame.locator("[data-panel=charts]")).toBeVisible();
  await expect(frame.locator("[role=tablist], [data-action=share], footer")).toHaveCount(0);
  const outside = frame.locator("[data-action=openOutside]");
  await expect(outside).toHaveAttribute("target", "_blank");
  await page.goto((await outside.evaluate((link) => (link as HTMLAnchorElement).href)) ?? "");
  await expect(page.locator("[data-action=share]")).toBeVisible();
  await page.goto("./?embed");
  await expect(page.getByTestId("embed-header")).toBeVisible();
  await expect(page.locator("[data-action=share], footer")).toHaveCount(0);
});
