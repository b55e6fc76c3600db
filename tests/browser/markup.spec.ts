// Whatever a recording or a link says is text on the page: no element, no script, no request comes of it; and odd numbers stay short.

import type { Page } from "@playwright/test";
import { pathToFileURL } from "node:url";
import { encodeHash } from "../../app/share/codec";
import { USUAL_STATE } from "../../app/share/sharedFields";
import { TABS } from "../../app/view/viewState";
import { withDefaults } from "../../src/config";
import { writeReplay } from "../../src/interop/replayFile";
import type { ReplayMeta } from "../../src/interop/replayFormat";
import type { StepRecord } from "../../src/records";
import { replayMeta, type Shape, stepRecord, TOKENS } from "../interop/replayFixture";
import { expect, test } from "./labTest";
import { transferOf } from "./transfer";

/** Tells where it ran. */
const markup = (where: string): string => `<img src=x onerror="window.hit='${where}'">`;
const STATISTIC = markup("statistic");
const SHAPE: Shape = {
  seed: 5,
  batch: 4,
  longestQuery: 3,
  longestResponse: 5,
  minibatchSize: 2,
  epochs: 2,
  detailRows: 4,
  gold: true,
  evaluated: true,
};

function hostileMeta(): ReplayMeta {
  const bent = TOKENS.map((token, i) => (i < 2 ? token : `${token}${markup(`token ${i}`)}`));
  const meta = replayMeta(3);
  return {
    ...meta,
    lab: markup("lab"),
    config: withDefaults({
      seed: 7,
      rewardModel: "javascript:window.hit='reward model'",
      refModel: markup("option"),
      learningRate: 1e-30,
    }),
    info: { ...meta.info, totalSteps: 3, tokenTexts: bent, warnings: [{ en: markup("warning"), vi: markup("warning vi") }] },
    note: `${markup("note")} <svg onload="window.hit='svg'"> [a](javascript:window.hit=1) \\href{javascript:window.hit=2}{x}`,
  };
}

function hostileStep(step: number): StepRecord {
  const record = stepRecord(step, { ...SHAPE, seed: step });
  const parts = { [markup("part")]: new Float32Array(4), topic: new Float32Array(4) };
  return {
    ...record,
    totalSteps: 3,
    queryTexts: record.queryTexts.map((_, row) => markup(`prompt ${row}`)),
    responseTexts: record.responseTexts.map((_, row) => `${markup(`answer ${row}`)}</script><script>window.hit='script'</script>`),
    gold: { gold: new Float32Array(4).fill(0.5), parts },
    stats: {
      ...record.stats,
      [STATISTIC]: step,
      "javascript:window.hit=3": 1,
      "env/reward_mean": [1e308, -0, Number.NaN][step] ?? 0,
      "objective/kl": [-1.7e308, 5e-324, Number.POSITIVE_INFINITY][step] ?? 0,
      "lab/gold_mean": [0.5, -1e-300, 2 ** 53][step] ?? 0,
      "ppo/policy/clipfrac": [1, Number.NEGATIVE_INFINITY, 1e21][step] ?? 0,
    },
    seconds: { total: [1e308, Number.NaN, -0][step] ?? 0, [markup("phase")]: 1 },
  };
}

/** Nothing of what hostile text asks for has happened. */
async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate(() => (window as { hit?: unknown }).hit)).toBeUndefined();
  await expect(page.locator("img, iframe, object, embed, svg[onload], a[href^='javascript:'], [onerror], body script")).toHaveCount(0);
}

/** From now on the page may ask for its own files only; "x" is what the hostile images want. */
function watchRequests(page: Page, site: string): string[] {
  const strangers: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (url.endsWith("/x") || !(url.startsWith(site) || /^(data|blob):/.test(url))) strangers.push(url);
  });
  return strangers;
}

/** Numbers as they stand in the page's text: none is longer than a person reads; what is drawn of them stays on the page. */
async function expectTidyNumbers(page: Page): Promise<void> {
  const text = await page.locator("main").innerText();
  expect(text.match(/\d[\d.,]{24,}/g) ?? []).toEqual([]);
  const [width, height] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
  expect(width).toBeLessThanOrEqual(1440);
  expect(height).toBeLessThan(8000);
  expect(text.match(/\b(NaN|undefined|Infinity)\b|\[object|[-−]0(?![.,\d])/g) ?? []).toEqual([]);
}

test("prompts, answers, tokens, names and notes of a recording are text on every tab", async ({ page, site }) => {
  test.setTimeout(60_000);
  const file = await writeReplay(hostileMeta(), [0, 1, 2].map(hostileStep));
  await page.route("**/lab.worker*.js", () => {});
  await page.route("**/recordings/reviews.ppolab", (route) => route.fulfill({ body: Buffer.from(file) }));
  await page.goto("./");
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  const strangers = watchRequests(page, site);
  await expect(page.getByTestId("recording")).toContainText(markup("lab"));
  await expect(page.getByTestId("recording-note")).toContainText(markup("note"));

  for (const tab of TABS) {
    await page.locator(`[data-tab=${tab}]`).click();
    await expect(page.locator(`[data-panel=${tab}]`)).toBeVisible();
    for (const step of ["Home", "ArrowRight", "End"]) {
      await page.getByTestId("timeline-range").focus();
      await page.keyboard.press(step);
      await expectHarmless(page);
      await expectTidyNumbers(page);
    }
  }
  // A statistic with such a name is found and drawn.
  await page.locator("[data-tab=charts]").click();
  const picker = page.getByTestId("metric-picker");
  await picker.getByRole("searchbox").fill("onerror");
  await expect(picker.locator("[data-metric]")).toHaveCount(1);
  await picker.locator("[data-metric]").getByRole("checkbox").press("Space");
  await expect(page.locator(".recharts-line-curve").last()).toBeVisible();
  await expect(picker).toContainText(STATISTIC);
  await expectHarmless(page);
  // A token with its formulas, phase by phase.
  await page.locator("[data-tab=walkthrough]").click();
  await page.getByTestId("responses").getByRole("button").filter({ hasText: "onerror" }).first().click();
  await expect(page.getByTestId("inspected-token")).toContainText("<img src=x onerror");
  for (const _ of ["score", "advantages", "update"]) {
    await page.keyboard.press("n");
    await expectHarmless(page);
  }
  await expect(page.getByTestId("token-inspector").locator(".katex").first()).toBeVisible();
  await page.getByLabel("Language").selectOption("vi");
  await expectHarmless(page);
  await page.locator("[data-tab=overview]").click();
  await expect(page.locator("[data-panel=overview]")).toContainText(markup("prompt 0"));
  await expectHarmless(page);
  expect(strangers).toEqual([]);
});

test("the same recording as one HTML file holds it as text only", async ({ page, browser }, testInfo) => {
  const file = await writeReplay({ ...hostileMeta(), scenario: "</title><script>window.hit='scenario'</script>" }, [hostileStep(0)]);
  await page.route("**/lab.worker*.js", () => {});
  await page.route("**/recordings/reviews.ppolab", (route) => route.fulfill({ body: Buffer.from(file) }));
  await page.goto("./");
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  await page.locator("[data-action=share]").click();
  await page.locator("[data-action=file-html]").click();
  const save = page.getByTestId("save-html").locator("[data-action=download]");
  await expect(save).toBeEnabled();
  const waiting = page.waitForEvent("download");
  await save.click();
  const path = testInfo.outputPath("hostile.html");
  await (await waiting).saveAs(path);

  const context = await browser.newContext();
  const player = await context.newPage();
  const asked: string[] = [];
  const address = pathToFileURL(path).href;
  player.on("request", (request) => request.url() !== address && !request.url().startsWith("data:") && asked.push(request.url()));
  await player.goto(address);
  await expect(player.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  await expect(player.getByTestId("recording-note")).toContainText(markup("note"));
  await expect(player).toHaveTitle(/<\/title><script>/);
  expect(await player.evaluate(() => (window as { hit?: unknown }).hit)).toBeUndefined();
  await expect(player.locator("img, iframe, a[href^='javascript:'], [onerror]")).toHaveCount(0);
  expect(asked).toEqual([]);
  await context.close();
});

test("a dropped file's name, a link's title and what a link's problem quotes are text", async ({ page, site }) => {
  const file = await writeReplay(hostileMeta(), [hostileStep(0)]);
  await page.route("**/lab.worker*.js", () => {});
  await page.route("**/recordings/reviews.ppolab", (route) => route.fulfill({ body: Buffer.from(file) }));
  await page.goto("./");
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  const strangers = watchRequests(page, site);
  const name = `${markup("name")}.ppolab`;
  const transfer = await transferOf(page, { files: [[name, Buffer.from(file)]] });
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await expect(page.getByTestId("recording")).toContainText(name);
  await expectHarmless(page);

  const title = `${markup("title")} javascript:window.hit=4`;
  const hash = await encodeHash({ ...USUAL_STATE, scenario: "reviews", config: { rewardModel: markup("model"), seed: 9 }, title });
  await page.evaluate((link) => (location.hash = link), hash);
  await expect(page.getByTestId("link-offer")).toContainText(title);
  await expect(page.getByTestId("link-offer")).toContainText(markup("model"));
  await expectHarmless(page);

  const refused = await encodeHash({ ...USUAL_STATE, title: "x", tab: markup("tab") as "charts" });
  await page.evaluate((link) => (location.hash = link), refused);
  await page.getByTestId("link-problem").locator("summary").click();
  await expect(page.getByTestId("link-problem")).toContainText("<img src=x");
  await expectHarmless(page);
  expect(strangers).toEqual([]);
});
