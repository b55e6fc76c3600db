// Reward kinds `full` and `rule`: a network's value at the last real token, and a rule over the text.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine";
import { initialWeights } from "../../src/model/initialWeights";
import { fullReward } from "../../src/reward/fullReward";
import type { RewardSample } from "../../src/reward/rewardModel";
import { ruleReward } from "../../src/reward/ruleReward";
import { frozen } from "../engine/driving";
import { TINY_MODEL, wasmEngine } from "../ppo/tinyRun";

const sample = (query: number[], response: number[], responseText = ""): RewardSample => ({
  query: Int32Array.from(query),
  response: Int32Array.from(response),
  queryText: query.join(" "),
  responseText,
});

describe("full", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await wasmEngine();
  });
  afterAll(() => engine.dispose());

  it("scores each sample by the value at its last real token, whatever it is padded with", async () => {
    const model = await frozen(engine, TINY_MODEL, initialWeights(TINY_MODEL, 5, { padTokenId: null, initializerRange: 0.3 }));
    const reward = fullReward(model, 2);
    const samples = [sample([3, 4], [5, 1]), sample([6], [7]), sample([8, 9, 10, 11], [12, 13, 1])];
    const scores = await reward.score(samples);
    expect(reward.kind).toBe("full");
    for (const [i, { query, response }] of samples.entries()) {
      // One more token behind changes nothing at the last real one, and makes its column one that can be asked for.
      const ids = Int32Array.of(...query, ...response, 3);
      const batch = { batch: 1, seq: ids.length, ids, start: Int32Array.of(0), end: Int32Array.of(ids.length) };
      const { values } = await model.evaluate({ batch, columns: new Uint8Array(ids.length - 1).fill(1) });
      expect(scores[i]).toBeCloseTo(values.at(-1) as number, 6);
    }
    expect(new Set(scores).size).toBe(3);
    const padded = await fullReward(model, 0).score(samples);
    expect([...padded]).toEqual([...scores]);
  });

  it("scores more samples than one pass holds, and frees its model", async () => {
    const idle = engine.memoryInUse();
    const reward = fullReward(
      await frozen(engine, TINY_MODEL, initialWeights(TINY_MODEL, 5, { padTokenId: null, initializerRange: 0.3 })),
      2,
    );
    const samples = Array.from({ length: 150 }, (_, i) => sample([3 + (i % 10)], [4 + (i % 7), 1]));
    const scores = await reward.score(samples);
    expect(scores.length).toBe(150);
    expect(scores[140]).toBeCloseTo(scores[0] as number, 6);
    reward.dispose();
    expect(engine.memoryInUse()).toBe(idle);
  });
});

describe("full with another vocabulary than the policy's", () => {
  it("takes ids beyond its own modulo its size, padding included, and so goes on", async () => {
    const engine = await wasmEngine();
    const model = await frozen(engine, TINY_MODEL, initialWeights(TINY_MODEL, 5, { padTokenId: null, initializerRange: 0.3 }));
    const known = await fullReward(model, 2).score([sample([3, 4], [5, 1]), sample([6], [7])]);
    const beyond = await fullReward(model, 42).score([sample([23, 64], [5, 21]), sample([106], [7])]);
    expect([...beyond]).toEqual([...known]);
    engine.dispose();
  });
});

describe("rule", () => {
  it("calls the scorer with both texts and whether EOS closed the response", async () => {
    const seen: unknown[] = [];
    const reward = ruleReward((response) => {
      seen.push(response);
      return response.ended ? response.responseText.length : -1;
    }, 1);
    const scores = await reward.score([sample([3], [4, 1], "four"), sample([5], [1, 6], "one six")]);
    expect([...scores]).toEqual([4, -1]);
    expect(seen).toEqual([
      { queryText: "3", responseText: "four", ended: true },
      { queryText: "5", responseText: "one six", ended: false },
    ]);
    expect(reward.kind).toBe("rule");
  });
});
