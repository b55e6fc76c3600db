// A run that was cut short goes on where it was left: after a reload, a crash, a full disk, damage; one tab stores at a time.

import type { BrowserContext, Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";
import { addDamagedRow, damageSnapshot, numbersOf, storedRuns } from "./stored";

const STEPS = 10;

/** The lab, ready for a small run of `STEPS` steps. */
async function openSmall(page: Page): Promise<LabPage> {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.setKnob("maxSteps", String(STEPS));
  return lab;
}

async function stepBy(lab: LabPage, from: number, to: number): Promise<void> {
  for (let step = from; step <= to; step++) {
    await lab.action("stepPpo").click();
    await expect(lab.position).toHaveText(`Step ${step} of ${STEPS}`);
    await lab.expectStatus("paused");
  }
}

/** Waits until the newest run has so many steps and a snapshot after step `snapshot`. */
async function expectStored(page: Page, steps: number, snapshot: number): Promise<void> {
  await expect
    .poll(async () => {
      const run = (await storedRuns(page)).at(-1);
      return [run?.steps.length, run?.snapshot?.stepsDone];
    })
    .toEqual([steps, snapshot]);
}

const offer = (page: Page) => page.getByTestId("offer");

/** The page has to read its recording first. */
async function expectOffer(page: Page, after: string): Promise<void> {
  await expect(offer(page)).toHaveAttribute("data-after", after, { timeout: 30_000 });
}

async function resume(page: Page): Promise<LabPage> {
  await page.locator("[data-action=offerResume]").click();
  await expect(offer(page)).toHaveCount(0);
  const lab = new LabPage(page);
  await lab.expectStatus("paused");
  return lab;
}

async function runToEnd(lab: LabPage): Promise<void> {
  await lab.action("run").click();
  await lab.expectStatus("finished");
}

test("a run cut off by a reload and by a crash has the bits of an uninterrupted one; clocks do not matter", async ({
  page,
  context,
  consoleProblems,
}) => {
  const lab = await openSmall(page);
  // Steps long enough to be cut off between two of them.
  await lab.setKnob("ppoBufferSize", "16");
  await runToEnd(lab);
  await expectStored(page, STEPS, STEPS);
  await lab.action("reset").click();
  await page.clock.setFixedTime(new Date("2001-02-03T04:05:06"));
  const cut = 2 + (Date.now() % 5);
  test.info().annotations.push({ type: "reloaded at step", description: String(cut) });
  await lab.action("run").click();
  // What is not written yet when the page goes cannot be offered.
  await expect.poll(async () => (await storedRuns(page))[1]?.snapshot ?? null, { intervals: [40] }).not.toBeNull();
  await lab.reach(cut, STEPS - 1);
  await page.reload();
  await expect(offer(page)).toContainText("2001", { timeout: 30_000 });
  await resume(page);
  await stepBy(lab, Number(await lab.position.textContent().then((text) => /\d+/.exec(text ?? "")?.[0])) + 1, 7);
  await expectStored(page, 7, 7);
  const crashing = await context.newCDPSession(page);
  void crashing.send("Page.crash").catch(() => {});
  await page.waitForEvent("crash");
  consoleProblems.length = 0;
  const next = await context.newPage();
  await next.goto("./");
  await expectOffer(next, "7");
  const later = await resume(next);
  await expect(later.position).toHaveText(`Step 7 of ${STEPS}`);
  await expect.poll(() => later.readout("reward", "proxy")).toMatch(/\d/);
  await runToEnd(later);
  await expectStored(next, STEPS, STEPS);
  const [whole, cutShort] = await Promise.all((await storedRuns(next)).map(numbersOf));
  expect(whole).toHaveLength(STEPS);
  expect(Object.keys(whole?.[0]?.stats ?? {}).length).toBeGreaterThan(30);
  expect(cutShort).toEqual(whole);
});

test("damage costs one snapshot, not the run; damaged rows are only lines in the list", async ({ page }) => {
  const lab = await openSmall(page);
  await stepBy(lab, 1, 3);
  await expectStored(page, 3, 3);
  const [run] = await storedRuns(page);
  expect(run).toMatchObject({ snapshot: { stepsDone: 3 }, previous: { stepsDone: 2 } });
  await damageSnapshot(page, run?.id ?? 0, run?.snapshot?.generation ?? 0, 1);
  await addDamagedRow(page);
  await page.reload();
  await expectOffer(page, "2");
  await expect(offer(page)).toContainText("Its newest save is damaged, so it goes on from the one before, after step 2.");
  await resume(page);
  await expect(lab.position).toHaveText(`Step 2 of ${STEPS}`);
  await lab.action("stepPpo").click();
  await expect(lab.position).toHaveText(`Step 3 of ${STEPS}`);
  await page.locator("[data-action=runs]").click();
  const damaged = page.locator("[data-damaged=true]");
  await expect(damaged).toContainText("A damaged entry");
  await damaged.locator("[data-action=delete]").click();
  await page.getByTestId("confirm").locator("[data-action=confirm]").click();
  await expect(damaged).toHaveCount(0);
  // Both snapshots: the run can only be looked at.
  await expectStored(page, 3, 3);
  const [again] = (await storedRuns(page)).filter(({ id }) => id === run?.id);
  for (const pointer of [again?.snapshot, again?.previous]) await damageSnapshot(page, again?.id ?? 0, pointer?.generation ?? 0, 0);
  await page.reload();
  await expectOffer(page, "none");
  await page.locator("[data-action=offerLook]").click();
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole");
  await expect(lab.position).toHaveText(`Step 3 of ${STEPS}`);
});

test("a full disk keeps the stored snapshot, is told once with what can be saved, and the run goes on", async ({ page, context, site }) => {
  const browser = await context.newCDPSession(page);
  const quota = (quotaSize?: number) =>
    browser.send("Storage.overrideQuotaForOrigin", { origin: new URL(site).origin, ...(quotaSize === undefined ? {} : { quotaSize }) });
  // Enough for one snapshot of 2.4 MB, not for another beside it. The browser asks for the quota when its last answer does not suffice.
  await quota(4_000_000);
  const lab = await openSmall(page);
  await stepBy(lab, 1, 1);
  await expectStored(page, 1, 1);
  await stepBy(lab, 2, 2);
  const problem = page.getByTestId("saving-problem");
  await expect(problem).toHaveAttribute("data-kind", "quota");
  await expect(problem).toContainText("is used up");
  await expect(problem.locator("[data-action=rescueCheckpoint]")).toContainText("Checkpoint after step 2");
  const [file] = await Promise.all([page.waitForEvent("download"), problem.locator("[data-action=rescueReplay]").click()]);
  expect(file.suggestedFilename()).toBe("ppo-lab-reviews-seed-42-2-steps.ppolab");
  await problem.getByRole("button", { name: "Dismiss" }).click();
  await stepBy(lab, 3, 3);
  await expectStored(page, 3, 1);
  await expect(problem).toHaveCount(0);
  await quota();
  await stepBy(lab, 4, 4);
  await expectStored(page, 4, 4);
});

test("the second tab stores nothing until the first is closed, then everything that it has done", async ({ page, context }) => {
  const lab = await openSmall(page);
  await stepBy(lab, 1, 1);
  await expectStored(page, 1, 1);
  const second = await context.newPage();
  const other = await openSmall(second);
  const sentence = second.getByTestId("foreign");
  await expect(sentence).toContainText("Another tab of the lab is open");
  await expect(offer(second), "the run of the first tab is not offered").toHaveCount(0);
  await stepBy(other, 1, 2);
  await second.locator("[data-action=runs]").click();
  await expect(second.locator("[data-run]")).toHaveCount(1);
  await second.locator("[data-action=more]").click();
  await expect(second.locator("[data-action=delete]")).toBeDisabled();
  await second.keyboard.press("Escape");
  expect(await storedRuns(second)).toHaveLength(1);
  await page.close();
  await expect(sentence).toHaveCount(0);
  await expect.poll(async () => (await storedRuns(second)).map(({ steps }) => steps.length)).toEqual([1, 2]);
  await stepBy(other, 3, 3);
  await expectStored(second, 3, 3);
});

test("a page that may store nothing says so and runs all the same", async ({ page }) => {
  await forbidStorage(page.context());
  const lab = await openSmall(page);
  await stepBy(lab, 1, 1);
  await page.locator("[data-action=runs]").click();
  await expect(page.getByTestId("runs")).toContainText("This browser stores nothing for this page");
});

/** As some private windows do. */
function forbidStorage(context: BrowserContext): Promise<unknown> {
  return context.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("denied", "SecurityError");
    };
  });
}
