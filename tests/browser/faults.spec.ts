// A run on the real page meets a worker that dies or hangs, a reward server that fails, and an offline browser; nothing is lost.

import type { Page, Route, Worker } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

async function labWorker(page: Page): Promise<Worker> {
  await expect.poll(() => page.workers().filter((worker) => worker.url().includes("lab.worker")).length).toBe(1);
  return page.workers().find((worker) => worker.url().includes("lab.worker")) as Worker;
}

/** What the charts say about the last step. */
async function ending(lab: LabPage): Promise<string[]> {
  const read = [];
  for (const [chart, series] of [
    ["reward", "proxy"],
    ["kl", "kl"],
  ] as const)
    read.push(await lab.readout(chart, series));
  return read;
}

test("a worker that crashes is started again, and the run ends as it would have; a second crash offers to go on", async ({
  page,
  consoleProblems,
}) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  // Steps long enough for something to happen in one.
  await lab.setKnob("ppoBufferSize", "8");
  await lab.setKnob("maxSteps", "12");
  await lab.action("run").click();
  await lab.expectStatus("finished");
  const undisturbed = await ending(lab);
  await lab.action("run").click();
  await lab.reach(7, 10);
  const crash = async (): Promise<void> => {
    const worker = await labWorker(page);
    await worker.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error("made to crash");
        }),
    );
  };
  await crash();
  const restarted = page.locator("[data-warning=restart]");
  await expect(restarted).toContainText("The background worker crashed. It was started again", { timeout: 30_000 });
  await lab.expectStatus("finished");
  await expect(lab.position).toHaveText("Step 12 of 12");
  expect(await ending(lab)).toEqual(undisturbed);
  // A new run may be lost once more, and no more.
  await lab.action("run").click();
  await expect(restarted).toHaveCount(0);
  await lab.reach(6, 10);
  await lab.action("pause").click();
  await lab.expectStatus("paused");
  await crash();
  await lab.action("stepPpo").click();
  await expect(restarted).toBeVisible({ timeout: 30_000 });
  await lab.expectStatus("paused");
  await crash();
  await lab.action("stepPpo").click();
  await lab.expectStatus("failed");
  await expect(lab.failure).toContainText("WorkerCrashError");
  await expect(lab.failure).toContainText(/The run is still here as it was after step \d+/);
  await lab.failure.getByRole("button", { name: /Go on from step \d+/ }).click();
  await lab.expectStatus("finished");
  expect(await ending(lab)).toEqual(undisturbed);
  expect(consoleProblems.splice(0).filter((problem) => !problem.includes("made to crash"))).toEqual([]);
});

test("a worker that hangs is told by its silence, ended and replaced", async ({ page }) => {
  await page.clock.install();
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.setKnob("ppoBufferSize", "8");
  await lab.setKnob("maxSteps", "8");
  await lab.action("run").click();
  await lab.reach(6, 7);
  const worker = await labWorker(page);
  worker
    .evaluate(() => {
      for (;;);
    })
    .catch(() => {});
  await page.waitForTimeout(300);
  await page.clock.runFor(70_000);
  await expect(page.locator("[data-warning=restart]")).toContainText("no sign of life", { timeout: 30_000 });
  await lab.expectStatus("finished");
  await expect(lab.position).toHaveText("Step 8 of 8");
});

const ORIGIN = "http://reward.example:8000";

async function withServer(page: Page, answer: (route: Route, texts: readonly string[]) => Promise<void>): Promise<LabPage> {
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { messages } = route.request().postDataJSON() as { messages: string[] };
    await answer(route, messages);
  });
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await page.getByTestId("reward-model").selectOption("api");
  await page.getByTestId("reward-address").fill(`${ORIGIN}/v1/score/evaluation`);
  await page.getByTestId("reward-address").press("Enter");
  await page.locator("[data-action=review-consent]").click();
  await page.getByTestId("consent").locator("[data-action=allow]").click();
  return lab;
}

const CORS = { "access-control-allow-origin": "*" };
const good = (route: Route, texts: readonly string[]): Promise<void> =>
  route.fulfill({ json: { scores: texts.map((text) => text.length / 100) }, headers: CORS });

test("a reward server that fails pauses the run with the step undone; going on tries it again", async ({ page, consoleProblems }) => {
  let answer = good;
  const lab = await withServer(page, (route, texts) => answer(route, texts));
  const waiting = page.getByTestId("waiting");
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await expect(lab.position).toHaveText("Step 1 of 60");
  const faults: [typeof good, string, RegExp][] = [
    [(route) => route.fulfill({ body: "<html>", headers: CORS }), "reply", /expected JSON with "scores", got "<html>"/],
    [(route, texts) => route.fulfill({ json: { scores: texts.slice(1).map(() => 1) }, headers: CORS }), "reply", /one per text, got 15/],
    [
      (route, texts) => route.fulfill({ body: `{"scores": [${texts.map(() => "NaN").join()}]}`, headers: CORS }),
      "reply",
      /not one finite number for each response/,
    ],
    [(route) => route.fulfill({ status: 500, json: { detail: "out of memory" }, headers: CORS }), "status", /got 500 \(out of memory\)/],
    [
      (route) => route.abort("connectionrefused"),
      "unreachable",
      /down, does not let this page ask \(CORS\), or .* local-network permission/,
    ],
  ];
  for (const [fault, problem, words] of faults) {
    answer = fault;
    if (problem === "reply" && words.source.startsWith("expected")) await lab.action("stepPpo").click();
    else await page.locator("[data-action=goOn]").click();
    await expect(waiting).toHaveAttribute("data-problem", problem, { timeout: 20_000 });
    await expect(waiting).toContainText(words);
    await expect(waiting).toContainText("The run waits before step 2: no scores");
    await lab.expectStatus("paused");
    await expect(lab.position).toHaveText("Step 1 of 60");
  }
  answer = good;
  await page.locator("[data-action=goOn]").click();
  await expect(waiting).toHaveCount(0);
  await expect(lab.position).toHaveText("Step 2 of 60");
  expect(consoleProblems.splice(0).filter((problem) => !/500|ERR_CONNECTION_REFUSED|CORS/.test(problem))).toEqual([]);
});

test("numbers that blow up stop the run before the optimizer, and it goes on from the last good state with a lower rate", async ({
  page,
}) => {
  let huge = false;
  const lab = await withServer(page, (route, texts) => {
    // Finite as scores are to be, but their squares are not.
    if (huge) return route.fulfill({ json: { scores: texts.map((_, i) => (i % 2 ? 3e38 : -3e38)) }, headers: CORS });
    return good(route, texts);
  });
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  huge = true;
  await lab.action("run").click();
  await lab.expectStatus("failed");
  await expect(lab.failure).toContainText("NonFiniteError");
  await expect(lab.failure).toContainText(/PPO step 2.*expected .*finite/);
  const rate = Number(await lab.knob("learningRate").locator("input").inputValue());
  huge = false;
  await lab.failure.getByRole("button", { name: /^Go back to step 1 and go on with learning rate/ }).click();
  await expect(lab.failure).toHaveCount(0);
  await expect(lab.position).toHaveText(/Step ([3-9]|\d\d) of 60/, { timeout: 30_000 });
  await lab.action("pause").click();
  await lab.expectStatus("paused");
  await expect.poll(async () => Number(await lab.knob("learningRate").locator("input").inputValue())).toBeCloseTo(rate / 10, 9);
});

test("without a connection a reward server elsewhere is not asked, and the run goes on when it is back", async ({ page, context }) => {
  let asked = 0;
  const lab = await withServer(page, (route, texts) => {
    asked++;
    return good(route, texts);
  });
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  const before = asked;
  await context.setOffline(true);
  await lab.action("stepPpo").click();
  await expect(page.getByTestId("waiting")).toContainText("The browser is offline, so the reward server was not asked.");
  expect(asked).toBe(before);
  await context.setOffline(false);
  await page.locator("[data-action=goOn]").click();
  await expect(lab.position).toHaveText("Step 2 of 60");
  await lab.expectStatus("paused");
});
