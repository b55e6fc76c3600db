// A link's run is the same in any place: two PPO steps in Chromium, from a link, and in Node are equal to the last bit.

import { readFile } from "node:fs/promises";
import { fingerprintOf } from "../../app/share/fingerprint";
import { createNodeEngine, readPublicFile } from "../../src/cli/nodeFiles";
import { withDefaults } from "../../src/config";
import { openReplay } from "../../src/interop/replayFile";
import { preparePpo } from "../../src/ppo/workflow";
import type { StepRecord } from "../../src/records";
import { scenarioById } from "../../src/scenarios/catalogue";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";
import { hashOf, openOffer } from "./links";

const CHANGES = { seed: 11, ppoBufferSize: 1, ppoEpochs: 2, maxSteps: 2 };

async function stepsInNode(): Promise<StepRecord[]> {
  const scenario = scenarioById("reviews");
  const config = withDefaults({ ...scenario.defaults, ...CHANGES });
  const engine = await createNodeEngine("wasm");
  const run = await preparePpo({ config, scenario, engine, readFile: readPublicFile });
  const control = { tokensPerBlock: Number.POSITIVE_INFINITY, watchMinibatches: false, detail: null, pendingConfig: null };
  const records: StepRecord[] = [];
  for await (const event of run.train(control)) if (event.phase === "step") records.push(event.record);
  run.dispose();
  engine.dispose();
  return records;
}

/** What a replay file keeps to the last bit: all words, and every figure of a step; times are nobody's. */
const exact = ({ responses, stats }: Pick<StepRecord, "responses" | "stats">): unknown => ({
  responses: responses.map((ids) => [...ids]),
  stats: Object.fromEntries(Object.entries(stats).filter(([key]) => !key.startsWith("time/"))),
});

test("two steps from a link in Chromium are those of Node, bit for bit", async ({ page }) => {
  const there = await stepsInNode();
  expect(there).toHaveLength(2);
  const [first] = there;
  const sum = first === undefined ? "" : fingerprintOf(first);
  const lab = new LabPage(page);
  await page.goto(`./${hashOf({ scenario: "reviews", config: CHANGES, engine: "wasm", pinned: 1, fingerprint: { engine: "wasm", sum } })}`);
  await openOffer(page);
  await lab.expectStatus("ready");
  await page.locator("[data-action=runToStep]").click();
  await expect(page.getByTestId("same-run")).toHaveAttribute("data-comparison", "same", { timeout: 60_000 });
  await expect(lab.position).toHaveText("Step 2 of 2", { timeout: 60_000 });

  await page.locator("[data-action=share]").click();
  await page.locator("[data-action=file-replay]").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("[data-action=download]").click()]);
  const reader = await openReplay(new Uint8Array(await readFile(await download.path())));
  const here: StepRecord[] = [];
  for await (const step of reader.steps()) here.push(step);
  expect(here.map(fingerprintOf)).toEqual(there.map(fingerprintOf));
  expect(here.map(exact)).toEqual(there.map(exact));
});
