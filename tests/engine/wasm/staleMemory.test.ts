// What a block of the heap held before never shows: training, scoring and sampling give the same bits on memory full of NaN.

import { afterEach, expect, test, vi } from "vitest";
import type { Engine, EngineModel } from "../../../src/engine/engine";
import type { LlamaConfig } from "../../../src/engine/llamaConfig";
import { Heap } from "../../../src/engine/wasm/heap";
import { ADAPTED, adapted, randomTheta } from "../adapterFixtures";
import { ADAMW, flatten, GENERATION, generateRows, trainable } from "../driving";
import { ENGINES } from "../engines";
import { MODELS, paddedBatch, ppoHead, randomWeights, responseMask } from "../fixtures";

const CASES: readonly (readonly [string, LlamaConfig, (engine: Engine) => Promise<EngineModel>])[] = [
  ...Object.entries(MODELS).map(
    ([name, config]) => [name, config, (engine: Engine) => trainable(engine, config, randomWeights(config, 60))] as const,
  ),
  ...Object.entries(ADAPTED).map(
    ([name, it]) => [name, it.config, (engine: Engine) => adapted(engine, it, randomWeights(it.config, 60), randomTheta(it, 61))] as const,
  ),
];

afterEach(() => void vi.restoreAllMocks());

/** From now on every new block is full of `junk`. */
function leave(junk: number): void {
  vi.restoreAllMocks();
  const allocate: (this: Heap, words: number) => number = Reflect.get(Heap.prototype, "allocate");
  vi.spyOn(Heap.prototype, "allocate").mockImplementation(function (this: Heap, words) {
    const pointer = allocate.call(this, words);
    this.floats(pointer, words).fill(junk);
    return pointer;
  });
}

/** Two optimizer steps over every kind of loss, then scores and samples. */
async function life(config: LlamaConfig, create: (engine: Engine) => Promise<EngineModel>): Promise<unknown> {
  const [, createEngine] = ENGINES.find(([name]) => name === "wasm") as (typeof ENGINES)[number];
  const engine = await createEngine();
  const model = await create(engine);
  const batch = paddedBatch(config, 62);
  const ppo = ppoHead(batch, new Float32Array(20).fill(-2.5), 63, { valueDropout: { probability: 0.1, key: 5 } });
  for (let k = 0; k < 2; k++) {
    await model.accumulate(batch, ppo, 0.5);
    await model.accumulate(batch, { kind: "sft", mask: responseMask(batch) }, 0.5);
    await model.accumulate(batch, { kind: "rewardPair" }, 0.5);
    await model.applyAdamW(ADAMW);
  }
  const { parameters, firstMoments, secondMoments } = await model.saveState();
  const evaluation = await model.evaluate({
    batch,
    columns: Uint8Array.from(responseMask(batch)),
    entropies: true,
    topK: 3,
    distribution: true,
  });
  const lived = {
    state: [parameters, firstMoments, secondMoments].map(flatten),
    updates: await model.readUpdates(),
    evaluation,
    scores: await model.scoreLastToken(batch),
    samples: await generateRows(model, GENERATION),
  };
  engine.dispose();
  return lived;
}

test.each(CASES)("%s", async (_, config, create) => {
  leave(0);
  const clean = await life(config, create);
  leave(Number.NaN);
  expect(await life(config, create)).toEqual(clean);
});
