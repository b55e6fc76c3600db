// Offline use of the built page: kept on the first visit, whole without a network, and never another version in the middle of a run.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { listSiteFiles } from "../../src/cli/offlineFiles.mjs";
import { serveFolder } from "../../src/cli/staticServer.mjs";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

test.use({ serviceWorkers: "allow" });

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

/** Opens the live lab and waits until its version is kept. */
async function openKept(page: Page, url: string): Promise<LabPage> {
  const lab = new LabPage(page);
  await page.goto(url);
  await lab.leaveRecording();
  await lab.expectStatus("ready");
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state), { timeout: 30_000 }).toBe("activated");
  return lab;
}

test("after one visit the lab opens and runs without a network, in a second tab and another language too", async ({ page, context }) => {
  const server = await serveFolder(DIST, { base: "/any/folder/" });
  const lab = await openKept(page, server.url);
  // Another scenario is kept once it was opened.
  await page.getByTestId("scenario").selectOption("sums");
  await lab.expectStatus("warming");
  await lab.expectStatus("ready");
  await server.close();
  await context.setOffline(true);

  // The page that stands open opens what it has not shown yet.
  await page.locator("[data-tab=checks]").click();
  await expect(page.locator("[data-panel=checks]")).toBeVisible();

  await page.reload();
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  await lab.leaveRecording();
  await lab.expectStatus("ready");
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await expect(lab.position).toHaveText("Step 1 of 60");

  const second = new LabPage(await context.newPage());
  await second.page.goto(server.url);
  await second.leaveRecording();
  await second.expectStatus("ready");
  await second.page.getByTestId("scenario").selectOption("sums");
  await second.expectStatus("warming");
  await second.expectStatus("ready");
  await expect(second.failure).toHaveCount(0);
  await second.page.getByLabel("Language").selectOption("vi");
  await expect(second.page.locator("html")).toHaveAttribute("lang", "vi");
});

test("a new version waits while a run is under way or another tab is open, and comes when asked for", async ({ page, context }, {
  outputDir,
}) => {
  test.setTimeout(150_000);
  const folder = join(outputDir, "site");
  cpSync(DIST, folder, { recursive: true });
  const server = await serveFolder(folder, { base: "/lab/" });
  const lab = await openKept(page, server.url);
  const notice = page.getByTestId("update");
  const change = page.locator("[data-action=changeVersion]");
  await lab.shrinkBatch();
  // More steps than the test will see.
  await lab.setKnob("maxSteps", "9000");
  await lab.action("run").click();
  await expect(lab.position).toHaveText(/Step \d+ of 9,?000/);

  // The host gets the next version in the middle of the run, and no longer has all files of this one.
  const html = readFileSync(join(folder, "index.html"), "utf8");
  writeFileSync(join(folder, "index.html"), html.replace("<title>PPO Lab</title>", "<title>PPO Lab 2</title>"));
  for (const name of readdirSync(join(folder, "assets")).filter((file) => file.startsWith("FailuresView")))
    rmSync(join(folder, "assets", name));
  listSiteFiles(folder);
  await page.evaluate(() => {
    void navigator.serviceWorker.getRegistration().then((registration) => registration?.update());
  });

  await expect(notice).toContainText("A new version of PPO Lab is ready", { timeout: 60_000 });
  await expect(notice).toContainText("A run is under way and keeps this version");
  await expect(change).toHaveAttribute("aria-disabled", "true");
  await expect(change).toHaveAccessibleDescription(/finish or reset it first/);
  await change.focus();
  await page.keyboard.press("Enter");
  // The run goes on, on its own version, whose files are still there.
  await page.locator("[data-tab=failures]").click();
  await expect(page.locator("[data-panel=failures]")).toBeVisible();
  const before = await lab.position.textContent();
  await expect(lab.position).not.toHaveText(before ?? "");
  await expect(page).toHaveTitle("PPO Lab");
  await lab.action("pause").click();
  await lab.expectStatus("paused");
  await expect(change).toHaveAttribute("aria-disabled", "true");
  await lab.action("reset").click();
  await expect(change).not.toHaveAttribute("aria-disabled");

  const second = await context.newPage();
  await second.goto(server.url);
  await expect(second.getByTestId("update")).toBeVisible({ timeout: 30_000 });
  await expect(second).toHaveTitle("PPO Lab");
  await change.click();
  await expect(notice).toContainText("close it there first");
  await second.close();
  await change.click();
  await expect(page).toHaveTitle("PPO Lab 2");
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  await expect(notice).toHaveCount(0);
  await server.close();
});

test("nothing is fetched for later before the lab has warmed up", async ({ page, site }) => {
  await page.route("**/lab.worker*.js", () => {});
  const asked: string[] = [];
  page.context().on("request", (request) => asked.push(request.url()));
  await page.goto(site);
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  await page.waitForTimeout(1000);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  expect(asked.filter((url) => url.endsWith("/sw.js") || url.endsWith("/models/sums/policy/model.safetensors"))).toEqual([]);
});

test("inside another page it keeps nothing", async ({ page, site }, { outputDir }) => {
  mkdirSync(outputDir, { recursive: true });
  writeFileSync(
    join(outputDir, "index.html"),
    `<!doctype html><title>article</title><link rel="icon" href="data:,"><iframe src="${site}" width="1200" height="800"></iframe>`,
  );
  const article = await serveFolder(outputDir);
  await page.goto(article.url);
  const lab = page.frameLocator("iframe");
  await lab.locator("[data-action=closeRecording]").click();
  await expect(lab.getByTestId("status")).toHaveAttribute("data-status", "ready", { timeout: 60_000 });
  await page.waitForTimeout(1000);
  const frame = page.frame({ url: site });
  expect(await frame?.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await article.close();
});
