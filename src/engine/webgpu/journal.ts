// What the GPU notes down for the host: losses' statistics and optimizer decisions, read together.

import type { Buffer } from "./buffers";
import type { Recorder } from "./recorder";

export class Journal {
  private readonly recorder: Recorder;
  private held: Buffer;
  private used = 0;

  constructor(recorder: Recorder) {
    this.recorder = recorder;
    this.held = recorder.allocate("journal", 1024);
  }

  get buffer(): Buffer {
    return this.held;
  }

  /** Word of `words` fresh ones, a multiple of four. What is written already moves along when the buffer grows. */
  reserve(words: number): number {
    const at = this.used;
    this.used += words;
    if (this.used * 4 > this.held.bytes) {
      const grown = this.recorder.allocate("journal", Math.max(this.used, this.held.bytes / 2));
      if (at > 0) this.recorder.copy(this.held, 0, grown, 0, at);
      this.recorder.free(this.held);
      this.held = grown;
    }
    return at;
  }

  /** Everything written so far; the next entry starts at word 0. */
  async take(): Promise<Float32Array<ArrayBuffer>> {
    const words = this.used;
    this.used = 0;
    return this.recorder.read([{ buffer: this.held, word: 0, words }]);
  }

  dispose(): void {
    this.recorder.free(this.held);
  }
}
