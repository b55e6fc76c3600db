// A PNG as the browser decodes it: its size, and how many pixels have a colour.

import type { Page } from "@playwright/test";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Pixels of exactly this colour, `#rrggbb`. */
  readonly pixels: (colour: string) => number;
}

export async function countColours(page: Page, png: Buffer): Promise<Picture> {
  const { width, height, counts } = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("Expected a canvas, got none.");
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, picture.width, picture.height);
    const found: Record<string, number> = {};
    for (let i = 0; i < data.length; i += 4) {
      const colour = `#${[data[i], data[i + 1], data[i + 2]].map((part = 0) => part.toString(16).padStart(2, "0")).join("")}`;
      found[colour] = (found[colour] ?? 0) + 1;
    }
    return { width: picture.width, height: picture.height, counts: found };
  }, png.toString("base64"));
  return { width, height, pixels: (colour) => counts[colour] ?? 0 };
}
