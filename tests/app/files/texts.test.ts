// File names, addresses that are pasted, and the HTML file: whatever a run or a clipboard says, it stays text.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileName } from "../../../app/files/download";
import { htmlFile } from "../../../app/files/htmlFile";
import { pastedAddress } from "../../../app/files/pasted";
import { readFile } from "../../../app/replay/fetchRecording";
import { sizeText } from "../../../app/files/sizeText";
import { numberWriter } from "../../../app/strings/numbers";
import { playerPage } from "../../../src/cli/playerTemplate.mjs";
import { replayMeta } from "../../interop/replayFixture";

describe("the name of a file", () => {
  it("has letters, digits, dashes and one dot, whatever the scenario is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (scenario) => {
        expect(fileName({ ...replayMeta(3), scenario }, 3, ".ppolab")).toMatch(/^ppo-lab-[a-z0-9-]{1,40}-seed-7-3-steps\.ppolab$/);
      }),
    );
    expect(fileName(replayMeta(60), 60, ".html")).toBe("ppo-lab-reviews-seed-7-60-steps.html");
  });
});

describe("a size", () => {
  it("is told in kB and MB", () => {
    const numbers = numberWriter("en");
    expect([1, 738_000, 999_499, 999_500, 2_591_549].map((bytes) => sizeText(bytes, numbers))).toEqual([
      "1 kB",
      "738 kB",
      "1,000 kB",
      "1.0 MB",
      "2.6 MB",
    ]);
  });
});

describe("a pasted text", () => {
  const base = "https://site.example/lab/";
  it("is opened when it is a recording of this site", () => {
    expect(pastedAddress(" https://site.example/lab/a/b.ppolab\n", base)).toEqual({
      url: "https://site.example/lab/a/b.ppolab",
      name: "b.ppolab",
    });
    expect(pastedAddress("https://site.example/lab/?replay=recordings/reviews.ppolab", base)).toEqual({
      url: "https://site.example/lab/recordings/reviews.ppolab",
      name: "reviews.ppolab",
    });
  });

  it("is refused when it is one of another site, and never asked for", () => {
    for (const text of [
      "https://evil.example/b.ppolab",
      "http://site.example/lab/b.ppolab",
      "https://evil.example/?replay=b.ppolab",
      "https://site.example/lab/?replay=https://evil.example/b.ppolab",
      "https://site.example/lab/?replay=javascript:alert(1)",
    ])
      expect(pastedAddress(text, base), text).toBe("foreign");
  });

  it("is left alone when it is anything else", () => {
    for (const text of [
      "",
      "hello",
      "b.ppolab",
      "https://site.example/lab/",
      "javascript:alert(1)//.ppolab",
      "two https://a.b/c.ppolab",
      "file:///a.ppolab",
    ])
      expect(pastedAddress(text, base), text).toBeNull();
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => [null, "foreign"].includes(pastedAddress(text, base) as string | null)));
  });
});

describe("an HTML file that is opened", () => {
  it("is refused when it holds no run, or none that can be read", async () => {
    const open = (html: string): Promise<Uint8Array> => readFile(new File([html], "a.html"));
    await expect(open("<!doctype html><title>news</title>")).rejects.toMatchObject({ problem: "notReplay" });
    const element = '<!DOCTYPE html><script type="application/octet-stream" id="run">';
    await expect(open(`${element}AAAA`)).rejects.toMatchObject({ problem: "notReplay" });
    await expect(open(`${element}no base64!</script>`)).rejects.toMatchObject({ problem: "damaged" });
    expect([...(await open(`${element}AQID</script>`))]).toEqual([1, 2, 3]);
  });
});

describe("the HTML file", () => {
  const template = playerPage("window.ran = '</script><!-- <script>' + 1 < 2;", "a::before{content:'</style>'}");
  const scriptOf = (html: string): string => /<script type="module">(.*?)<\/script>/s.exec(html)?.[1] ?? "";

  it("allows its own script by its hash and nothing else", async () => {
    const script = scriptOf(template);
    expect(script).toBe("window.ran = '\\x3C/script>\\x3C!-- <script>' + 1 < 2;");
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script))).toString("base64");
    expect(template).toContain(`content="default-src 'none'; script-src 'sha256-${hash}';`);
    expect(template.match(/<\/style>/g)?.length).toBe(1);
  });

  it("holds the run's bytes as they are, and words that are only words", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.string({ unit: "binary" }), async (bytes, words) => {
        const title = `</title><script>alert(1)</script>$&$1${words}`;
        const html = await (
          await htmlFile(template, bytes, { title, language: "vi", address: `https://a.example/"><img src=x>${words}` })
        ).text();
        const [, held = "?"] = /<script type="application\/octet-stream" id="run"[^>]*>([^<]*)<\/script>/.exec(html) ?? [];
        expect(Buffer.from(held, "base64").equals(Buffer.from(bytes))).toBe(true);
        const file = new File([html], "a.html");
        expect(Buffer.from(await readFile(file)).equals(Buffer.from(bytes))).toBe(true);
        expect(html.match(/<script\b/g)?.length).toBe(2 + 1);
        expect(html.match(/<img/g)).toBeNull();
        expect(html).toContain('<html lang="vi">');
        expect(scriptOf(html)).toBe(scriptOf(template));
      }),
      { numRuns: 60 },
    );
  });

  it("is made also of a run that is larger than a slice", async () => {
    const bytes = Uint8Array.from({ length: 200_001 }, (_, i) => i * 7);
    const html = await (await htmlFile(template, bytes, { title: "t", language: "en", address: null })).text();
    const [, held = "?"] = /id="run">([^<]*)</.exec(html) ?? [];
    expect(Buffer.from(held, "base64").equals(Buffer.from(bytes))).toBe(true);
  });
});
