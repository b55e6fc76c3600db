// Links for the browser tests: made without the page's own code, and read from its dialog.

import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { expect } from "./labTest";

/** A link's hash with these fields. */
export function hashOf(fields: object, version = 1): string {
  return `#v${version}.${deflateRawSync(JSON.stringify(fields)).toString("base64url")}`;
}

/** The fields that a link holds. */
export function fieldsOf(link: string): unknown {
  return JSON.parse(inflateRawSync(Buffer.from(link.slice(link.indexOf(".", link.indexOf("#")) + 1), "base64url")).toString());
}

/** The link to the page as it stands, from the Share menu. */
export async function copiedLink(page: Page): Promise<string> {
  await page.locator("[data-action=share]").click();
  await page.locator("[data-action=copyLink]").click();
  const link = await page.getByTestId("link").inputValue();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("link-dialog")).toHaveCount(0);
  return link;
}

/** Opens what a link offers; the page is ready afterwards. */
export async function openOffer(page: Page): Promise<void> {
  await expect(page.locator("[data-action=openLink]")).toBeEnabled({ timeout: 60_000 });
  await page.locator("[data-action=openLink]").click();
  await expect(page.getByTestId("link-offer")).toHaveCount(0);
}
