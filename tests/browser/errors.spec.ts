// What a visitor reads when something breaks.

import { LabPage } from "./lab";
import { expect, test } from "./labTest";

test("a missing model file is named, with what to do, and starting again works", async ({ page, consoleProblems }) => {
  const lab = new LabPage(page);
  await page.route("**/reward/model.safetensors", (route) => route.fulfill({ status: 404 }));
  await lab.goto();
  await lab.expectStatus("failed");
  await expect(lab.failure).toContainText("The lab could not start: CheckpointError");
  await expect(lab.failure).toContainText("reward/model.safetensors");
  await expect(lab.failure).toContainText("404");
  await expect(lab.failure).toContainText("What to do: A model file is missing or damaged.");
  await expect(lab.action("run")).toBeDisabled();
  expect(consoleProblems.splice(0).every((problem) => problem.includes("404"))).toBe(true);
  await page.unroute("**/reward/model.safetensors");
  await lab.failure.getByRole("button", { name: "Start again" }).click();
  await lab.expectStatus("ready");
  await expect(lab.failure).toHaveCount(0);
});

test("a damaged model file is refused with the reason", async ({ page }) => {
  const lab = new LabPage(page);
  await page.route("**/policy/model.safetensors", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.body()).subarray(0, 5000) });
  });
  await lab.goto();
  await lab.expectStatus("failed");
  await expect(lab.failure).toContainText("CheckpointError");
  await expect(lab.failure).toContainText("What to do");
});

test("a worker that dies is told", async ({ page, consoleProblems }) => {
  const lab = new LabPage(page);
  await page.route("**/lab.worker*.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: "throw new Error('made to fail');" }),
  );
  await lab.goto();
  await lab.expectStatus("failed");
  await expect(lab.failure).toContainText("WorkerCrashError");
  await expect(lab.failure).toContainText("made to fail");
  expect(consoleProblems.splice(0).every((problem) => problem.includes("made to fail"))).toBe(true);
});

test("an engine that cannot run here is replaced and the reason told", async ({ page, consoleProblems }) => {
  const lab = new LabPage(page);
  await lab.open();
  const webgpu = await page.evaluate(async () => {
    const { gpu } = navigator as { gpu?: { requestAdapter: () => Promise<unknown> } };
    return Boolean(await gpu?.requestAdapter());
  });
  // Chromium's own remark on the question above.
  expect(consoleProblems.splice(0).filter((problem) => problem !== "warning: No available adapters.")).toEqual([]);
  test.skip(webgpu, "This browser has WebGPU, so that no engine is missing.");
  await page.getByLabel("Engine", { exact: true }).selectOption("tfjs-webgpu");
  await lab.expectStatus("warming");
  await lab.expectStatus("ready");
  await expect(page.locator("[data-warning=engine]")).toContainText("tfjs-webgpu");
});
