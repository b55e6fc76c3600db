// What the page may load, run and reach: nothing of other origins, no text as code, everything of its own; and where it may stand.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { LabPage } from "./lab";
import { expect, test } from "./labTest";

/** Every address asked for, the worker's requests among them. */
function requestsOf(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  return asked;
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("nothing of another origin is asked for: opening, every tab, explanations, a step, the other language", async ({ page, site }) => {
  const asked = requestsOf(page);
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  for (const tab of await page.locator("[data-tab]").all()) {
    await tab.click();
    await expect(page.locator(`[data-panel=${await tab.getAttribute("data-tab")}]`)).toBeVisible();
  }
  await page.locator("[data-tab=overview]").click();
  await page.locator('[data-testid=pipeline] [data-explain="update"]').click();
  await expect(page.getByTestId("explanation").locator(".katex").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByLabel("Language").selectOption("vi");
  await expect(page.locator("html")).toHaveAttribute("lang", "vi");
  const paths = (): string[] => asked.filter((url) => url.startsWith(site)).map((url) => url.slice(site.length));
  for (const part of [
    "models/reviews/policy/model.safetensors",
    "assets/kernels-",
    "assets/lab.worker-",
    "assets/KaTeX_",
    "assets/inter-vietnamese-",
  ])
    await expect.poll(() => paths().some((path) => path.startsWith(part)), part).toBe(true);
  expect(asked.filter((url) => !url.startsWith(site) && !/^(data|blob):/.test(url))).toEqual([]);
});

test("the TensorFlow.js engine runs under the worker's policy", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open();
  await lab.shrinkBatch();
  await page.getByLabel("Engine", { exact: true }).selectOption("tfjs-wasm");
  await lab.expectStatus("warming");
  await lab.expectStatus("ready");
  await expect(page.locator("[data-warning=engine]")).toHaveCount(0);
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  await expect(lab.position).toHaveText("Step 1 of 60");
});

test("markup that somebody smuggles into the page runs nothing, paints nothing and reaches nobody", async ({ page, consoleProblems }) => {
  let reached = 0;
  const elsewhere = createServer((_, response) => {
    reached++;
    response.writeHead(200, { "Access-Control-Allow-Origin": "*" }).end();
  });
  const origin = await listening(elsewhere);
  await page.goto("./");
  await expect(page.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  const outcome = await page.evaluate(async (address) => {
    const state = globalThis as unknown as { ran: string[] };
    state.ran = [];
    const place = document.createElement("div");
    document.body.append(place);
    place.innerHTML = `<img src="data:," onerror="ran.push('handler')"><img src="${address}/picture">
      <style>body { outline: 3px solid red }</style><p style="outline: 3px solid red"></p>
      <iframe src="${address}/frame"></iframe><object data="${address}/object"></object><form action="${address}/form"></form>`;
    const script = document.createElement("script");
    script.textContent = "ran.push('inline')";
    const foreign = document.createElement("script");
    foreign.src = `${address}/script.js`;
    place.append(script, foreign);
    place.querySelector("form")?.submit();
    // Later, so that it is the page's own task: what a debugger runs may evaluate text.
    await new Promise<void>((resolve) => {
      setTimeout(() => {
        try {
          state.ran.push((Reflect.construct(Function, ["return 'evaluated'"]) as () => string)());
        } catch {
          // Refused, as it should be.
        }
        resolve();
      }, 500);
    });
    const fetched = await fetch(`${address}/fetch`).then(
      () => "fetched",
      () => "refused",
    );
    const paragraph = place.querySelector("p");
    return {
      ran: state.ran,
      fetched,
      outline: [getComputedStyle(document.body), paragraph && getComputedStyle(paragraph)].map((style) => style?.outlineStyle),
    };
  }, origin);
  expect(outcome).toEqual({ ran: [], fetched: "refused", outline: ["none", "none"] });
  expect(reached).toBe(0);
  const problems = consoleProblems.splice(0);
  expect(problems.length).toBeGreaterThan(7);
  expect(problems.filter((problem) => !/Content Security Policy|data:,|ERR_BLOCKED/.test(problem))).toEqual([]);
  elsewhere.close();
});

test("a reward server on another origin is reached by the worker once its origin is agreed to", async ({ page }) => {
  let scored = 0;
  const headers = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" };
  const server = createServer((request, response) => {
    if (request.method === "OPTIONS") return response.writeHead(204, headers).end();
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      scored++;
      const { messages } = JSON.parse(body) as { messages: string[] };
      response.writeHead(200, { ...headers, "Content-Type": "application/json" });
      response.end(JSON.stringify({ scores: messages.map((_, i) => i / 10) }));
    });
  });
  const lab = new LabPage(page);
  const address = page.getByTestId("reward-address");
  await lab.open();
  await lab.shrinkBatch();
  await page.getByTestId("reward-model").selectOption("api");
  await address.fill(`${await listening(server)}/v1/score/evaluation`);
  await address.press("Enter");
  expect(scored).toBe(0);
  await page.locator("[data-action=review-consent]").click();
  await page.getByTestId("consent").locator("[data-action=allow]").click();
  await lab.action("stepPpo").click();
  await lab.expectStatus("paused");
  expect(scored).toBeGreaterThan(0);
  server.close();
});

test("another site's page may embed the lab", async ({ page, site, consoleProblems }) => {
  const host = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html");
    response.end(
      `<!doctype html><title>article</title><link rel="icon" href="data:,"><iframe src="${site}" width="1200" height="800"></iframe>`,
    );
  });
  // Another site, not only another port: by name.
  await page.goto((await listening(host)).replace("127.0.0.1", "localhost"));
  const lab = page.frameLocator("iframe");
  await expect(lab.getByTestId("recording")).toHaveAttribute("data-end", "whole", { timeout: 30_000 });
  await lab.locator("[data-action=closeRecording]").click();
  await expect(lab.getByTestId("status")).toHaveAttribute("data-status", "ready", { timeout: 60_000 });
  host.close();
  // Where a browser keeps other sites' storage away, the colour scheme is not remembered, and Mantine says so.
  expect(consoleProblems.splice(0).filter((problem) => !problem.includes("localStorage is blocked"))).toEqual([]);
});
