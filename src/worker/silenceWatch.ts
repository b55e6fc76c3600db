// Tells a worker that has fallen silent, by ticks: a page that slept or whose clock was changed has not waited.

export interface WatchClock {
  /** Calls back again and again; returns what ends that. */
  every(callback: () => void, milliseconds: number): () => void;
}

/** Looks within the limit. After a sleep of the page all missed ticks come as one, and then what the worker has sent meanwhile. */
const LOOKS = 12;

export class SilenceWatch {
  private readonly clock: WatchClock | null;
  private readonly limitMs: number;
  private readonly onSilence: () => void;
  private silentTicks = 0;
  private end: (() => void) | null = null;

  /** `onSilence` is called once the watch has been on and nothing heard for `limitMs`; never without a clock. */
  constructor(clock: WatchClock | null, limitMs: number, onSilence: () => void) {
    this.clock = clock;
    this.limitMs = limitMs;
    this.onSilence = onSilence;
  }

  /** No effect on a watch that is on. */
  start(): void {
    if (this.clock === null || this.end !== null) return;
    this.silentTicks = 0;
    this.end = this.clock.every(() => this.look(), this.limitMs / LOOKS);
  }

  heard(): void {
    this.silentTicks = 0;
  }

  stop(): void {
    this.end?.();
    this.end = null;
  }

  private look(): void {
    if (++this.silentTicks < LOOKS) return;
    this.stop();
    this.onSilence();
  }
}
