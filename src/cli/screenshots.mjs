// npm run screenshots: every view of the built page at desktop and phone size, light and dark, into screenshots/.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findOrInstallChromium } from "./chromium.mjs";
import { fail, installIfNeeded, ROOT } from "./install.mjs";
import { buildSiteIfNeeded, SITE } from "./site.mjs";
import { serveFolder } from "./staticServer.mjs";

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const SCHEMES = /** @type {const} */ (["light", "dark"]);
const FOLDER = join(ROOT, "screenshots");
/** Charts are drawn one a frame. */
const SETTLED_MS = 2500;

/**
 * Opens the page and takes a picture of each tab.
 * @param {import("@playwright/test").Browser} browser
 * @param {string} url
 * @param {{ width: number; height: number }} viewport
 * @param {"light" | "dark"} colorScheme
 */
async function picturesOf(browser, url, viewport, colorScheme) {
  const context = await browser.newContext({ viewport, colorScheme });
  const page = await context.newPage();
  await page.goto(url);
  const tabs = page.locator("[data-tab]");
  await tabs.first().waitFor();
  for (const tab of await tabs.all()) {
    await tab.click();
    await page.waitForTimeout(SETTLED_MS);
    const file = `${await tab.getAttribute("data-tab")}-${viewport.width}-${colorScheme}.png`;
    await page.screenshot({ path: join(FOLDER, file) });
    process.stdout.write(`${join("screenshots", file)}\n`);
  }
  await context.close();
}

installIfNeeded();
const executablePath = await findOrInstallChromium();
if (executablePath === null) fail("Screenshots need Chrome or Chromium. Install one, or set CHROME_PATH to it.");
else if (!(await buildSiteIfNeeded())) fail("The site could not be built; the reasons stand above.");
else {
  mkdirSync(FOLDER, { recursive: true });
  const { chromium } = await import("@playwright/test");
  const server = await serveFolder(SITE);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  for (const size of SIZES) for (const scheme of SCHEMES) await picturesOf(browser, server.url, size, scheme);
  await browser.close();
  await server.close();
}
