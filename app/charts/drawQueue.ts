// Lets at most one chart redraw in a frame: charts queue up and each frame serves the next.

import { useEffect, useId, useState } from "react";
import { type FrameClock, pageClock } from "../run/frameBatch";

export class DrawQueue {
  private readonly waiting = new Map<string, () => void>();
  private readonly clock: Pick<FrameClock, "nextFrame">;
  private scheduled = false;

  constructor(clock: Pick<FrameClock, "nextFrame">) {
    this.clock = clock;
  }

  /** A newer drawing of the same chart replaces the waiting one and keeps its turn. */
  add(chart: string, draw: () => void): void {
    this.waiting.set(chart, draw);
    this.schedule();
  }

  remove(chart: string): void {
    this.waiting.delete(chart);
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.size === 0) return;
    this.scheduled = true;
    this.clock.nextFrame(() => {
      this.scheduled = false;
      const [first] = this.waiting;
      if (first !== undefined) {
        this.waiting.delete(first[0]);
        first[1]();
      }
      this.schedule();
    });
  }
}

const pageQueue = new DrawQueue(pageClock);

/** The newest `value` whose turn to be drawn has come. */
export function useDrawTurn<T>(value: T): T {
  const id = useId();
  const [drawn, setDrawn] = useState(value);
  useEffect(() => {
    pageQueue.add(id, () => setDrawn(() => value));
    return () => pageQueue.remove(id);
  }, [id, value]);
  return drawn;
}
