// One token's terms of the policy and the value loss: both branches, which of them counts, and whether a gradient flows.

import { type Branch, branchOf } from "../lenses/stageNumbers";

/** `branch` is the one that counts; in the clipped one nothing depends on the network, so no gradient flows. */
interface Term {
  readonly branch: Branch;
  readonly unclipped: number;
  readonly clipped: number;
}

export interface PolicyTerm extends Term {
  readonly clippedRatio: number;
  /** min(ratio A, clip(ratio) A): what PPO maximises. */
  readonly objective: number;
}

export interface ValueTerm extends Term {
  readonly clippedValue: number;
  /** Half the larger squared error: what PPO minimises. */
  readonly loss: number;
}

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

/** L = min(rho A, clip(rho, 1 - eps, 1 + eps) A). */
export function policyTerm(ratio: number, advantage: number, cliprange: number): PolicyTerm {
  const clippedRatio = clamp(ratio, 1 - cliprange, 1 + cliprange);
  const unclipped = ratio * advantage;
  const clipped = clippedRatio * advantage;
  return {
    clippedRatio,
    unclipped,
    clipped,
    objective: Math.min(unclipped, clipped),
    branch: branchOf(-unclipped, -clipped, clippedRatio !== ratio),
  };
}

export interface ValueInputs {
  readonly value: number;
  /** At the rollout. */
  readonly oldValue: number;
  readonly ret: number;
  readonly cliprangeValue: number;
}

/** 1/2 max((V - G)^2, (clip(V, Vold - c, Vold + c) - G)^2); the branches are the squared errors. */
export function valueTerm({ value, oldValue, ret, cliprangeValue }: ValueInputs): ValueTerm {
  const clippedValue = clamp(value, oldValue - cliprangeValue, oldValue + cliprangeValue);
  const unclipped = (value - ret) ** 2;
  const clipped = (clippedValue - ret) ** 2;
  return {
    clippedValue,
    unclipped,
    clipped,
    loss: Math.max(unclipped, clipped) / 2,
    branch: branchOf(unclipped, clipped, clippedValue !== value),
  };
}
