// Model files: fetched once, refused when not shipped, errors that name the file, progress by bytes.

import { describe, expect, it } from "vitest";
import { CheckpointError } from "../../src/errors";
import { modelFiles } from "../../src/worker/modelFiles";

const SHIPPED = { "models/a/config.json": 10, "models/a/model.safetensors": 30, "models/ab/config.json": 60 };

function filesWith(answer: (url: string) => Response | Promise<Response>) {
  const asked: string[] = [];
  const files = modelFiles({
    shipped: SHIPPED,
    baseUrl: "http://host/sub/",
    fetchFile: async (url) => {
      asked.push(url);
      return answer(url);
    },
  });
  return { files, asked };
}

describe("modelFiles", () => {
  it("fetches a file once, below the page's folder", async () => {
    const { files, asked } = filesWith(() => new Response(Uint8Array.of(1, 2)));
    const [first, second] = await Promise.all([files.readFile("models/a/config.json"), files.readFile("models/a/config.json")]);
    expect(first).toEqual(Uint8Array.of(1, 2));
    expect(second).toBe(first);
    expect(asked).toEqual(["http://host/sub/models/a/config.json"]);
  });

  it("refuses what is not shipped without asking the network", async () => {
    const { files, asked } = filesWith(() => new Response(null));
    await expect(files.readFile("models/a/value_head.safetensors")).rejects.toBeInstanceOf(CheckpointError);
    expect(asked).toEqual([]);
  });

  it("names the file and the status when the server refuses", async () => {
    const { files } = filesWith(() => new Response(null, { status: 404 }));
    await expect(files.readFile("models/a/config.json")).rejects.toThrow(/http:\/\/host\/sub\/models\/a\/config\.json.*404/);
  });

  it("turns a network error into a CheckpointError", async () => {
    const { files } = filesWith(() => Promise.reject(new TypeError("offline")));
    await expect(files.readFile("models/a/config.json")).rejects.toThrow(/Cannot fetch.*offline/);
  });

  it("prefetches one folder only and reports the fraction of bytes", async () => {
    const { files, asked } = filesWith(() => new Response(Uint8Array.of(0)));
    const fractions: number[] = [];
    await files.prefetch(["models/a"], (fraction) => fractions.push(fraction));
    expect(asked.length).toBe(2);
    expect(fractions[0]).toBe(0);
    expect(fractions.at(-1)).toBe(1);
    expect([0.25, 0.75]).toContain(fractions[1]);
  });
});
