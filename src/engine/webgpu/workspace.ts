// Named scratch buffers that grow with the largest call so far.

import type { Buffer } from "./buffers";
import type { Recorder } from "./recorder";

export class Workspace {
  private readonly recorder: Recorder;
  private readonly buffers = new Map<string, Buffer>();

  constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  /** At least `words` words; what was in them before is not kept when the buffer has to grow. */
  get(name: string, words: number): Buffer {
    const known = this.buffers.get(name);
    if (known && known.bytes >= words * 4) return known;
    const made = this.recorder.allocate(name, words);
    if (known) this.recorder.free(known);
    this.buffers.set(name, made);
    return made;
  }

  dispose(): void {
    for (const buffer of this.buffers.values()) this.recorder.free(buffer);
    this.buffers.clear();
  }
}
