// What a drop or a paste brings along, made in the page.

import type { JSHandle, Page } from "@playwright/test";

export interface Pasted {
  readonly files?: readonly (readonly [name: string, bytes: Buffer])[];
  readonly text?: string;
}

export function transferOf(page: Page, { files = [], text }: Pasted): Promise<JSHandle<DataTransfer>> {
  return page.evaluateHandle(
    ({ given, words }) => {
      const data = new DataTransfer();
      for (const [name, base64] of given) data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      if (words !== null) data.setData("text/plain", words);
      return data;
    },
    { given: files.map(([name, bytes]) => [name, bytes.toString("base64")] as const), words: text ?? null },
  );
}
