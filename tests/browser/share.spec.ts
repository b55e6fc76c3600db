// Links in the built page: copied and opened again, previewed and never run, refused when hostile; recordings at their exact view.

import { LabPage } from "./lab";
import { expect, test } from "./labTest";
import { copiedLink, fieldsOf, hashOf, openOffer } from "./links";

test("a copied link reopens the same settings and view, and its run is the sender's", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const sender = new LabPage(page);
  await sender.open();
  await sender.shrinkBatch();
  await sender.setKnob("cliprange", "0.3");
  await sender.action("stepPpo").click();
  await sender.expectStatus("paused");
  await page.locator("[data-tab=walkthrough]").click();
  await page.locator("[data-walk-phase=update], [data-phase=update]").first().click();
  const link = await copiedLink(page);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await expect(page.locator("[data-panel=walkthrough]")).toBeVisible();

  const other = await context.newPage();
  const receiver = new LabPage(other);
  await other.goto(link);
  const offer = other.getByTestId("link-offer");
  await expect(offer.locator("[data-option=cliprange]")).toHaveText("Clip range: 0.2 → 0.3");
  await expect(offer).toContainText("Step by step, step 1");
  await expect(receiver.status).toHaveAttribute("data-source", "recording");
  // By keyboard: the card has the focus, its first button is next.
  await expect(other.locator("[data-action=openLink]")).toBeEnabled({ timeout: 60_000 });
  await other.keyboard.press("Tab");
  await expect(other.locator("[data-action=openLink]")).toBeFocused();
  await other.keyboard.press("Enter");
  await receiver.expectStatus("ready");
  await expect(receiver.position).toHaveText("Not started");
  await expect(other.locator("[data-panel=walkthrough]")).toBeVisible();
  await other.locator("[data-action=runToStep]").click();
  await receiver.expectStatus("paused");
  await expect(receiver.position).toContainText("Step 1 of");
  await expect(other.getByTestId("same-run")).toHaveText("Identical to the sender's run");
  const again = await copiedLink(other);
  expect(again).toBe(link);
});

test("a link over a live run is only offered; declining keeps the run, opening ends it", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  const config = { seed: 9, maxSteps: 5, ppoBufferSize: 1, ppoEpochs: 1 };
  const fingerprint = { engine: "webgpu", sum: "01234567" };
  const hash = hashOf({ scenario: "reviews", config, engine: "wasm", tab: "charts", pinned: 0, fingerprint });
  await page.evaluate((link) => (location.hash = link), hash);
  await expect(page.getByTestId("link-ends-run")).toContainText("ends the run on this page, which is at step 1");
  await lab.expectStatus("paused");
  await expect(lab.position).toContainText("Step 1 of");
  await expect(page.locator("[data-action=openLinkInTab]")).toHaveAttribute("href", new RegExp(hash.slice(1, 20)));
  await page.locator("[data-action=dismissLink]").click();
  await expect(page.getByTestId("link-offer")).toHaveCount(0);
  expect(new URL(page.url()).hash).toBe("");
  await expect(lab.position).toContainText("Step 1 of");
  await page.evaluate((link) => (location.hash = link), hash);
  await openOffer(page);
  await lab.expectStatus("ready");
  await expect(lab.position).toHaveText("Not started");
  await expect(page.locator("[data-panel=charts]")).toBeVisible();
  await page.locator("[data-tab=overview]").click();
  await expect(lab.knob("seed").locator("input")).toHaveValue("9");
  await expect(lab.knob("maxSteps").locator("input")).toHaveValue("5");
  // The first step shows that the sender's engine rounds differently.
  await page.locator("[data-action=runToStep]").click();
  await expect(page.getByTestId("same-run")).toHaveText(/differs from the sender's from its first step on: the sender used WebGPU/);
  await expect(lab.position).toHaveText("Step 1 of 5");
});

const HOSTILE = [
  ["#v1.AAAA", "damaged"],
  ["#v2.AAAA", "version"],
  [hashOf({ script: "alert(1)" }), "field"],
  [hashOf({ config: { learningRate: 1e9 } }), "field"],
  [hashOf({ recording: "https://other.example/a.ppolab" }), "field"],
  [hashOf({ title: "a".repeat(20_000_000) }), "tooLarge"],
  [`#v1.${"A".repeat(33_000)}`, "tooLong"],
] as const;

test("hostile links do nothing but say so", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  for (const [hash, problem] of HOSTILE) {
    await page.evaluate((link) => (location.hash = link), hash);
    await expect(page.getByTestId("link-problem")).toHaveAttribute("data-problem", problem);
    await page.getByRole("button", { name: "Dismiss" }).click();
    await expect(page.getByTestId("link-problem")).toHaveCount(0);
  }
  // Markup is text; places that do not exist are the nearest ones; nothing but the page's own code is fetched.
  const title = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;
  await page.evaluate(
    (link) => (location.hash = link),
    hashOf({ title, scenario: "reviews", row: 65_534, token: 8191, minibatch: 16_383 }),
  );
  await expect(page.getByTestId("link-offer").getByRole("heading")).toHaveText(title);
  expect(await page.title()).toBe("PPO Lab");
  expect(requests.filter((url) => !/\/(assets\/[^/]+\.(js|css)|icon\.svg)$/.test(url))).toEqual([]);
  await lab.expectStatus("ready");
});

test("a link to the recording opens its exact view at once, without an engine", async ({ page }) => {
  await page.route("**/lab.worker*.js", () => {});
  const lab = new LabPage(page);
  const look = {
    recording: "recordings/reviews.ppolab",
    tab: "walkthrough",
    pinned: 4,
    phase: "update",
    row: 65_534,
    token: 8191,
    minibatch: 16_383,
  };
  await page.goto(`./${hashOf(look)}`);
  await expect(lab.position).toHaveText("Step 5 of 60");
  await expect(page.locator("[data-panel=walkthrough]")).toBeVisible();
  await expect(page.getByTestId("minibatch-place")).toHaveText("32 of 32");
  await expect(page.getByTestId("link-offer")).toHaveCount(0);
  expect(fieldsOf(await copiedLink(page))).toEqual(look);
});
