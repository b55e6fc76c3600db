// What a token's colour stands for: the number behind each colouring, and the scale that its levels come from.

import type { TokenNumbers } from "../lenses/tokenAt";
import { KL_BOUNDS, type Level, type LevelBounds, levelOf } from "../samples/klLevel";
import type { Colouring } from "../view/viewState";
import { policyTerm } from "./objective";

export interface ColourScale {
  /** What is neither more nor less. */
  readonly middle: number;
  readonly bounds: LevelBounds;
}

/** Fixed bounds, so that colours mean the same in every step; those of the ratio follow the clip range, level 2 lies beyond it. */
export function scaleOf(colouring: Colouring, cliprange: number): ColourScale {
  switch (colouring) {
    case "kl":
      return { middle: 0, bounds: KL_BOUNDS };
    case "reward":
      return { middle: 0, bounds: [0.05, 0.5, 2] };
    case "value":
      return { middle: 0, bounds: [0.25, 1, 2.5] };
    case "advantage":
    case "objective":
      return { middle: 0, bounds: [0.25, 1, 2] };
    case "ratio":
      return { middle: 1, bounds: [cliprange / 4, cliprange, 2 * cliprange] };
  }
}

/** NaN where the step does not know it (yet). */
export function colouredNumber(token: TokenNumbers, colouring: Colouring, cliprange: number): number {
  switch (colouring) {
    case "kl":
      return token.scoring?.kl ?? Number.NaN;
    case "reward":
      return token.scoring?.reward ?? Number.NaN;
    case "value":
      return token.credit?.value ?? Number.NaN;
    case "advantage":
      return token.credit?.advantage ?? Number.NaN;
    case "ratio":
      return token.update?.ratio ?? Number.NaN;
    case "objective":
      if (token.update === null || token.credit === null) return Number.NaN;
      return policyTerm(token.update.ratio, token.credit.advantage, cliprange).objective;
  }
}

/** null where there is no number to colour by. */
export function levelIn(scale: ColourScale, x: number): Level | null {
  return Number.isNaN(x) ? null : levelOf(x - scale.middle, scale.bounds);
}

/** Whether the clip cut this token's gradient in the minibatch looked at. */
export function isCut(token: TokenNumbers, cliprange: number): boolean {
  if (token.update === null || token.credit === null) return false;
  return token.update.minibatch.skipped || policyTerm(token.update.ratio, token.credit.advantage, cliprange).branch === "clipped";
}
