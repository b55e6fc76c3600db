// What `npm test` promises of the fuzz tests.

import { expect, test } from "vitest";
import { guarded } from "./guards";
import { RUNS } from "./settings";

test("at least ten thousand cases run in every npm test", () => {
  expect(Object.values<number>(RUNS).reduce((sum, runs) => sum + runs, 0)).toBeGreaterThanOrEqual(10_000);
});

test.each<[string, () => unknown]>([
  ["a request", () => fetch("https://elsewhere.example/")],
  ["a worker", () => new Worker("data:text/javascript,")],
  ["a socket", () => new WebSocket("wss://elsewhere.example/")],
  ["code from text", () => Reflect.construct(Function, ["return 1"])],
  ["code from text, by way of a function's constructor", () => Reflect.apply((() => {}).constructor as () => unknown, null, ["return 1"])],
  ["eval", () => Reflect.apply(Reflect.get(globalThis, "eval") as () => unknown, null, ["1"])],
  ["a changed prototype", () => Object.assign(Object.prototype, { polluted: 1 })],
])("the guards notice %s", async (_, harm) => {
  const watched = guarded(() => {
    try {
      harm();
    } catch {
      // Noticed all the same.
    }
  });
  await expect(watched).rejects.toThrow(/was used|was changed/);
  Reflect.deleteProperty(Object.prototype, "polluted");
  await expect(guarded(() => 7)).resolves.toBe(7);
});
