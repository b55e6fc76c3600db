// How long the page lingers on an event, so that people can follow a run in slow motion.

import type { PhaseEvent } from "../../src/records";
import type { FrameClock } from "./frameBatch";

export const SPEEDS = ["slow", "medium", "full"] as const;
export type Speed = (typeof SPEEDS)[number];

/** Milliseconds by kind of event at slow speed; a third of it at medium speed. */
const SLOW: Readonly<Record<PhaseEvent["phase"], number>> = {
  tokens: 180,
  rollout: 3000,
  score: 4500,
  advantages: 4500,
  minibatch: 450,
  evaluation: 1500,
  step: 3000,
};

export function lingerOn(phase: PhaseEvent["phase"], speed: Speed): number {
  switch (speed) {
    case "full":
      return 0;
    case "medium":
      return SLOW[phase] / 3;
    case "slow":
      return SLOW[phase];
  }
}

/** A wait that a pause, a new goal or another speed ends. */
export class Linger {
  private wake: () => void = () => {};

  async on(phase: PhaseEvent["phase"], speed: Speed, clock: FrameClock): Promise<void> {
    const milliseconds = lingerOn(phase, speed);
    if (milliseconds === 0) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      clock.later(resolve, milliseconds);
    });
    this.wake = () => {};
  }

  end(): void {
    this.wake();
  }
}
