// 200 tiny PPO steps hold no more memory at their end than after the first few.

import { describe, expect, it } from "vitest";
import { train } from "../../src/ppo/trainer";
import { ENGINES } from "../engine/engines";
import { disposeRun, TINY_MODEL, tinyConfig, tinyRun } from "./tinyRun";

describe("200 tiny PPO steps", () => {
  it.each(ENGINES)(
    "on %s leak nothing",
    async (_, create) => {
      const engine = await create();
      const idle = engine.memoryInUse();
      expect(TINY_MODEL.hiddenSize).toBe(16);
      // Responses of one fixed length, so that every step needs the same room.
      const config = tinyConfig({ perDeviceTrainBatchSize: 4, ppoBufferSize: 1, ppoEpochs: 1, maxNewTokens: 2, maxSteps: 200 });
      const inputs = await tinyRun(engine, { config, prompts: Array.from({ length: 4 }, (_, i) => Int32Array.of(3, 4 + i)) });
      let warm = 0;
      let held = 0;
      let steps = 0;
      for await (const { phase, step } of train(inputs)) {
        if (phase !== "step") continue;
        steps++;
        held = engine.memoryInUse();
        if (step < 20) warm = Math.max(warm, held);
      }
      expect(steps).toBe(200);
      expect(held).toBeLessThanOrEqual(warm);
      disposeRun(inputs);
      expect(engine.memoryInUse()).toBe(idle);
      engine.dispose();
    },
    120_000,
  );
});
