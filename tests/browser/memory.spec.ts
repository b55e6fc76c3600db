// A long run keeps what it says it keeps (app/run/history.ts) and no more.

import type { CDPSession } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

const STEPS = 500;
/** By then the newest and the older records that are kept in full have filled up. */
const FULL = 250;
/** Scalars of the steps between, charts of them and slack, in bytes. */
const GROWTH = 12 * 2 ** 20;

/** JavaScript heap and array buffers of the page after a garbage collection, bytes. */
async function heldBytes(cdp: CDPSession): Promise<number> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = await cdp.send("Runtime.getHeapUsage");
  return usedSize + backingStorageSize;
}

test("500 steps do not grow the page beyond the records it keeps", async ({ page }) => {
  test.setTimeout(240_000);
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.setKnob("perDeviceTrainBatchSize", "2");
  await lab.setKnob("maxSteps", String(STEPS));
  const cdp = await page.context().newCDPSession(page);
  const done = async (): Promise<number> => Number((await lab.position.textContent())?.match(/\d+/)?.[0] ?? 0);
  await lab.action("run").click();
  await expect.poll(done, { timeout: 120_000, intervals: [500] }).toBeGreaterThanOrEqual(FULL);
  const [before, from] = [await heldBytes(cdp), await done()];
  await lab.expectStatus("finished");
  const after = await heldBytes(cdp);
  const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  console.log(`memory: ${megabytes(before)} MB held at step ${from}, ${megabytes(after)} MB at step ${STEPS}`);
  expect(after - before).toBeLessThan(GROWTH);
});
