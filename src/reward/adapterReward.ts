// Reward kinds `lora` and `oft`: the policy itself scores, with a reward adapter and a reward head swapped in.

import { DEFAULT_ADAPTER, type EngineModel, type ValueHead } from "../engine/engine";
import type { Adapter } from "../model/adapters/adapter";
import type { RewardModel } from "./rewardModel";
import { scoreSamples } from "./sampleScores";

/** The reference's names of adapter and head buffers (fact sheet 1.4). */
export const REWARD_ADAPTER = "reward";
const REWARD_HEAD = "reward_head";
const DEFAULT_HEAD = "default_head";

/** A trained adapter on the policy's base and the head that reads scores off it. */
export interface AdapterWithHead {
  readonly adapter: Adapter;
  readonly head: ValueHead;
}

/**
 * Adds the adapter and both head buffers to `policy`, which keeps them for good. Scoring swaps in the order of fact sheet 4.2 and
 * leaves adapter, head and optimizer state as they were, also when it fails.
 * @throws ShapeError when adapter or head do not fit the policy; EngineError when the policy has no base weights apart from theta.
 */
export async function adapterReward(policy: EngineModel, { adapter, head }: AdapterWithHead, padTokenId: number): Promise<RewardModel> {
  await policy.addAdapter(REWARD_ADAPTER, adapter.parametrisation, adapter.tensors);
  await policy.createHeadBuffer(REWARD_HEAD, head);
  await policy.createHeadBuffer(DEFAULT_HEAD, null);
  return {
    kind: adapter.kind,
    async score(samples) {
      // A head that was not stored must not be loaded back.
      let stored = false;
      try {
        await policy.setAdapter(REWARD_ADAPTER);
        await policy.storeHead(DEFAULT_HEAD);
        stored = true;
        await policy.loadHead(REWARD_HEAD);
        return await scoreSamples(samples, padTokenId, (batch) => policy.scoreLastToken(batch));
      } finally {
        await policy.setAdapter(DEFAULT_ADAPTER);
        if (stored) await policy.loadHead(DEFAULT_HEAD);
      }
    },
    dispose() {},
  };
}
