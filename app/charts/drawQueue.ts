// Lets at most one chart redraw in a frame: charts queue up and each frame serves the next.

import { createContext, useContext, useEffect, useId, useState } from "react";
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

/** The newest `value` whose turn to be drawn has come; while `waiting` is set no newer one comes. */
export function useDrawTurn<T>(value: T, waiting = false): T {
  const id = useId();
  const [drawn, setDrawn] = useState(value);
  useEffect(() => {
    if (waiting) return;
    pageQueue.add(id, () => setDrawn(() => value));
    return () => pageQueue.remove(id);
  }, [id, value, waiting]);
  return drawn;
}

/** Inside of something that has waited for its turn to be opened. */
export const OpenedContext = createContext(false);

/** False until the first turn has come: a view of many charts opens one chart a frame. */
export function useFirstTurn(): boolean {
  const id = useId();
  const [come, setCome] = useState(useContext(OpenedContext));
  useEffect(() => {
    if (come) return;
    pageQueue.add(id, () => setCome(true));
    return () => pageQueue.remove(id);
  }, [id, come]);
  return come;
}

/** How far outside the window, in pixels, something still counts as seen. */
const MARGIN = 300;

/** Whether an element is in or near the window; also while that is not known. */
export function useInSight(element: Element | null): boolean {
  const [seen, setSeen] = useState(true);
  useEffect(() => {
    if (element === null) return;
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? true), { rootMargin: `${MARGIN}px` });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return seen;
}
