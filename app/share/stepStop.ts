// Stops a run right after a given PPO step, before anything of the next one is asked for.

import type { RunKeeper } from "../run/runKeeper";

export class StepStop implements RunKeeper {
  private readonly keeper: RunKeeper | null;
  private target: number | null = null;
  private reached: () => void = () => {};

  /** @param keeper what else is done after each step; it comes first */
  constructor(keeper: RunKeeper | null) {
    this.keeper = keeper;
  }

  /** Calls `reached` once, when step `target` (0-based) or a later one is done. */
  after(target: number, reached: () => void): void {
    this.target = target;
    this.reached = reached;
  }

  cancel(): void {
    this.target = null;
  }

  async stepDone(...[state, snapshot]: Parameters<RunKeeper["stepDone"]>): Promise<void> {
    await this.keeper?.stepDone(state, snapshot);
    const done = (state.points.at(-1)?.step ?? 0) - 1;
    if (this.target === null || done < this.target) return;
    this.cancel();
    this.reached();
  }
}
