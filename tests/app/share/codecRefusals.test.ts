// Links: whatever is not in the table is refused with a sentence and never a crash; older versions are lifted.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeHash, encodeHash } from "../../../app/share/codec";
import { LinkError } from "../../../app/share/linkError";
import { VERSION } from "../../../app/share/migrations";
import { USUAL_STATE } from "../../../app/share/sharedFields";
import { hashOf, ofFields, problemOf } from "./hashes";
import { sharedState } from "./sharedStates";

describe("refusals", () => {
  test.each([
    ["#", "damaged"],
    ["#v", "damaged"],
    [`#v${VERSION}`, "damaged"],
    [`#v${VERSION}.`, "damaged"],
    [`#v${VERSION}.!!!`, "damaged"],
    [`#v${VERSION}.A`, "damaged"],
    [`#v${VERSION}.AAAA`, "damaged"],
    ["#v99999.AAAA", "damaged"],
    [`#v${VERSION + 1}.AAAA`, "version"],
    ["#v9999.", "version"],
    [hashOf(VERSION, "{"), "damaged"],
    [hashOf(VERSION, "[]"), "damaged"],
    [hashOf(VERSION, "null"), "damaged"],
    [hashOf(VERSION, "1"), "damaged"],
    [hashOf(VERSION, '{"__proto__":{"title":"x"}}'), "field"],
    [hashOf(VERSION, '{"constructor":1}'), "field"],
    [hashOf(VERSION, '{"config":{"__proto__":{"seed":1}}}'), "field"],
    [hashOf(VERSION, '{"title":"a"'), "damaged"],
  ] as const)("%s is refused as %s", async (hash, problem) => {
    expect(await problemOf(hash)).toBe(problem);
  });

  test.each([
    { apiKey: "secret" },
    { script: "alert(1)" },
    { config: { apiKey: "secret" } },
    { config: { seed: -1 } },
    { config: { seed: 1.5 } },
    { config: { seed: 2 ** 32 } },
    { config: { seed: "1" } },
    { config: { learningRate: null } },
    { config: { learningRate: 2 } },
    { config: { maxSteps: 0 } },
    { config: { klPenalty: "other" } },
    { config: { rewardModel: "x".repeat(2001) } },
    { config: { seed: "x".repeat(200_000) } },
    { config: [] },
    { scenario: "../reviews" },
    { scenario: "" },
    { engine: "cuda" },
    { tab: "settings" },
    { pinned: -1 },
    { pinned: 100_000 },
    { pinned: 1e300 },
    { row: 0.5 },
    { row: null },
    { token: 8192 },
    { minibatch: "0" },
    { topic: { kind: "option", id: "constructor" } },
    { topic: { kind: "metric", id: "toString" } },
    { topic: { kind: "phase", id: "rollout", more: 1 } },
    { topic: { kind: "code", id: "a/b" } },
    { metrics: ["constructor"] },
    { metrics: ["a/b", "a/b"] },
    { metrics: Array.from({ length: 101 }, (_, i) => `a/${i}`) },
    { smoothing: 1 },
    { smoothing: "own" },
    { recording: "https://other.example/a.ppolab" },
    { recording: "//other.example/a.ppolab" },
    { recording: "/etc/a.ppolab" },
    { recording: "a/../../b.ppolab" },
    { recording: "javascript:alert(1).ppolab" },
    { recording: "a.html" },
    { title: "x".repeat(121) },
    { title: "two\nlines" },
    { hidden: ["everything"] },
    { locked: ["run", "run"] },
    { embed: 1 },
    { fingerprint: { engine: "wasm", sum: "xyz" } },
    { fingerprint: { engine: "wasm" } },
    { defaults: "123" },
  ])("%j is refused with a sentence", async (fields) => {
    const error = await decodeHash(ofFields(fields)).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(LinkError);
    expect((error as LinkError).problem).toBe("field");
    expect((error as LinkError).message).toMatch(/expected|must be/i);
    expect((error as LinkError).message.length).toBeLessThan(600);
  });

  test("any bytes, cut or flipped, are read or refused, never a crash", async () => {
    await fc.assert(
      fc.asyncProperty(sharedState, fc.nat(), fc.nat(), fc.constantFrom("cut", "flip", "noise"), async (state, at, by, how) => {
        const hash = await encodeHash(state);
        const place = 4 + (at % Math.max(1, hash.length - 4));
        const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        const noise = letters[by % letters.length] ?? "A";
        const changed =
          how === "cut"
            ? hash.slice(0, place)
            : how === "flip"
              ? hash.slice(0, place) + noise + hash.slice(place + 1)
              : `${hash}${noise.repeat(9)}`;
        expect(await problemOf(changed)).not.toBe("crash");
      }),
      { numRuns: 400 },
    );
  });

  test("any JSON in place of the fields is read or refused, never a crash", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.constantFrom(0, VERSION), async (text, version) => {
        expect(await problemOf(hashOf(version, text))).not.toBe("crash");
      }),
      { numRuns: 400 },
    );
  });
});

describe("older versions", () => {
  test("version 0 is lifted: the view in an object, steps from 1, the seed beside the options", async () => {
    const old: unknown = {
      scenario: "sums",
      seed: 7,
      config: { learningRate: 0.001 },
      view: { tab: "charts", step: 12, row: 3, metrics: ["lab/gold"] },
    };
    expect(await decodeHash(hashOf(0, JSON.stringify(old)))).toEqual({
      ...USUAL_STATE,
      scenario: "sums",
      config: { learningRate: 0.001, seed: 7 },
      tab: "charts",
      pinned: 11,
      row: 3,
      metrics: ["lab/gold"],
    });
  });

  /** Links as they were once copied; they must open for ever. */
  test("links of every version still open", async () => {
    const copied = [
      "#v0.HctBCoAgEAXQu_y1hNYimGN0g8kmE0pDLRfh3aPWj_cgWwmcfAQhX0eGQhZZQKOCjWH1DvRgF07BBzdxEZDutDZN4fZSPy08g2A3TuX_RU6Q6RVSrKChtRc",
      "#v1.XY4xTsQwEEWvgn49QtmABPgMVLQrCseZOKN4x5Fnwhar3B2Zkvrp_fcfsMQam1QENP4RvhsIqeoiGeGBwrGpaP6KzgjD8zBcCMY8I7ydhJmXeBQ3BAzxMo3pZQaBNYsyAu7RbiAsopnb3kS9b_7HdtwQ8P4RpzTzgpPgcfrDZfO11SOvIOyi2rOvhH2N1v1jn_stgteNFWEkuHjp6JPNqj6NIJSati5eYewumg3f5y8",
    ];
    expect(await Promise.all(copied.map(decodeHash))).toEqual([
      { ...USUAL_STATE, scenario: "sums", config: { learningRate: 0.001, seed: 7 }, tab: "charts", pinned: 11, row: 3 },
      {
        ...USUAL_STATE,
        scenario: "reviews",
        config: { learningRate: 0.001, seed: 7 },
        defaults: "0a1b2c3d",
        engine: "wasm",
        fingerprint: { engine: "wasm", sum: "89abcdef" },
        tab: "walkthrough",
        pinned: 4,
        phase: "update",
        token: 2,
        title: "Lesson 2",
        locked: ["settings"],
      },
    ]);
  });

  test.each([{ view: { step: 0 } }, { view: { step: "x" } }, { seed: "x" }, { config: 1, seed: 2 }, { view: { view: {} } }])(
    "a bad version 0 %j is refused all the same",
    async (fields) => {
      expect(await problemOf(hashOf(0, JSON.stringify(fields)))).toBe("field");
    },
  );
});
