// Activation buffers of one model, grown to the largest batch seen and reused from call to call.

import type { Heap } from "./heap";

/** Named blocks; asking for a larger size replaces the block, so contents live only until the next request of that name. */
export class Workspace {
  private readonly heap: Heap;
  private readonly blocks = new Map<string, { pointer: number; words: number }>();

  constructor(heap: Heap) {
    this.heap = heap;
  }

  /** Byte offset of a block of at least `words` words. */
  get(name: string, words: number): number {
    const block = this.blocks.get(name);
    if (block && block.words >= words) return block.pointer;
    if (block) this.heap.free(block.pointer);
    const pointer = this.heap.allocate(words);
    this.blocks.set(name, { pointer, words });
    return pointer;
  }

  /** As `get`, filled with int32 values. */
  putInts(name: string, values: Int32Array): number {
    const pointer = this.get(name, values.length);
    this.heap.i32.set(values, pointer >> 2);
    return pointer;
  }

  /** As `get`, filled with float32 values. */
  putFloats(name: string, values: Float32Array): number {
    const pointer = this.get(name, values.length);
    this.heap.f32.set(values, pointer >> 2);
    return pointer;
  }

  dispose(): void {
    for (const { pointer } of this.blocks.values()) this.heap.free(pointer);
    this.blocks.clear();
  }
}
