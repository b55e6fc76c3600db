// Seconds spent per phase of a PPO step; time in which the caller holds the generator does not count.

export type TimedPhase =
  | "rollout"
  | "score"
  | "evaluate"
  | "reference"
  | "rewards"
  | "advantages"
  | "update"
  | "statistics"
  | "evaluation"
  | "detail";

/** Sums measured seconds by phase. */
export class PhaseClock {
  private readonly sums = new Map<TimedPhase, number>();

  /** Runs `work` and adds its time to `phase`. */
  async measure<T>(phase: TimedPhase, work: () => T | Promise<T>): Promise<T> {
    const begin = performance.now();
    try {
      return await work();
    } finally {
      this.sums.set(phase, this.seconds(phase) + (performance.now() - begin) / 1000);
    }
  }

  seconds(phase: TimedPhase): number {
    return this.sums.get(phase) ?? 0;
  }

  total(): number {
    let total = 0;
    for (const seconds of this.sums.values()) total += seconds;
    return total;
  }
}

/** The same events; only the time inside `events` counts. */
export async function* timed<E, R>(clock: PhaseClock, phase: TimedPhase, events: AsyncGenerator<E, R, void>): AsyncGenerator<E, R, void> {
  try {
    for (;;) {
      const next = await clock.measure(phase, () => events.next());
      if (next.done) return next.value;
      yield next.value;
    }
  } finally {
    // No effect on a generator that has ended; otherwise the consumer left early.
    await events.return(undefined as R);
  }
}
