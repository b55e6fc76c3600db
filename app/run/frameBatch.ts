// Collects state updates and applies them together, at most once a frame and not more often than the eye needs.

export interface FrameClock {
  now(): number;
  /** Calls back at the next frame, or soon when no frame comes because the page is hidden. */
  nextFrame(callback: () => void): void;
  later(callback: () => void, milliseconds: number): void;
}

/** Frames of the page; a hidden page gets no frames, so a timer stands in. */
export const pageClock: FrameClock = {
  now: () => performance.now(),
  nextFrame: (callback) => {
    let called = false;
    const once = (): void => {
      if (called) return;
      called = true;
      callback();
    };
    requestAnimationFrame(once);
    setTimeout(once, 250);
  },
  later: (callback, milliseconds) => void setTimeout(callback, milliseconds),
};

export class FrameBatch<State> {
  private updates: ((state: State) => State)[] = [];
  private scheduled = false;
  private lastFlush = Number.NEGATIVE_INFINITY;
  private readonly apply: (update: (state: State) => State) => void;
  private readonly clock: FrameClock;
  private readonly minimumGap: number;

  /** `minimumGap` in milliseconds between two flushes. */
  constructor(apply: (update: (state: State) => State) => void, clock: FrameClock, minimumGap: number) {
    this.apply = apply;
    this.clock = clock;
    this.minimumGap = minimumGap;
  }

  push(update: (state: State) => State): void {
    this.updates.push(update);
    if (this.scheduled) return;
    this.scheduled = true;
    const wait = this.lastFlush + this.minimumGap - this.clock.now();
    const draw = (): void => this.clock.nextFrame(() => this.flush());
    if (wait > 0) this.clock.later(draw, wait);
    else draw();
  }

  /** `state` as it will be once everything collected is applied. */
  preview(state: State): State {
    return this.updates.reduce((current, update) => update(current), state);
  }

  /** Applies what has been collected now. */
  flush(): void {
    this.scheduled = false;
    if (this.updates.length === 0) return;
    const updates = this.updates;
    this.updates = [];
    this.lastFlush = this.clock.now();
    this.apply((state) => updates.reduce((current, update) => update(current), state));
  }
}
