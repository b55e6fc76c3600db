// Blocks of one WebAssembly memory: allocate, free, and view them as typed arrays.

import { EngineError } from "../../errors";

const PAGE_BYTES = 65536;
const ALIGNMENT = 64;
/** WebAssembly 32-bit addresses end at 4 GiB; a tab should stay well below. */
const MAX_PAGES = 32768;

interface Block {
  readonly pointer: number;
  readonly bytes: number;
}

/** First-fit allocator over a growing memory. Pointers are byte offsets on 64-byte boundaries; freed neighbours merge. */
export class Heap {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
  private readonly used = new Map<number, number>();
  private freeBlocks: Block[] = [];
  private top = ALIGNMENT;
  private f32View = new Float32Array(this.memory.buffer);
  private i32View = new Int32Array(this.memory.buffer);

  /** Whole memory as float32; take it anew after every allocation (growth detaches old views). */
  get f32(): Float32Array {
    if (this.f32View.buffer !== this.memory.buffer) this.f32View = new Float32Array(this.memory.buffer);
    return this.f32View;
  }
  get i32(): Int32Array {
    if (this.i32View.buffer !== this.memory.buffer) this.i32View = new Int32Array(this.memory.buffer);
    return this.i32View;
  }

  /** Bytes in live blocks. */
  get bytesInUse(): number {
    let sum = 0;
    for (const bytes of this.used.values()) sum += bytes;
    return sum;
  }

  /**
   * A block of `words` four-byte words; its content is undefined.
   * @throws EngineError when the memory cannot grow that far.
   */
  allocate(words: number): number {
    const bytes = Math.max(ALIGNMENT, Math.ceil((words * 4) / ALIGNMENT) * ALIGNMENT);
    const index = this.freeBlocks.findIndex((block) => block.bytes >= bytes);
    if (index >= 0) {
      const block = this.freeBlocks[index] as Block;
      if (block.bytes === bytes) this.freeBlocks.splice(index, 1);
      else this.freeBlocks[index] = { pointer: block.pointer + bytes, bytes: block.bytes - bytes };
      this.used.set(block.pointer, bytes);
      return block.pointer;
    }
    const pointer = this.top;
    this.growTo(pointer + bytes);
    this.top = pointer + bytes;
    this.used.set(pointer, bytes);
    return pointer;
  }

  /** Gives a block back. Freeing what is not allocated is a bug in the engine and throws. */
  free(pointer: number): void {
    const bytes = this.used.get(pointer);
    if (bytes === undefined)
      throw new EngineError(`The wasm heap was asked to free ${pointer}, which is not allocated. Please report this.`);
    this.used.delete(pointer);
    const merged: Block[] = [];
    for (const block of [...this.freeBlocks, { pointer, bytes }].sort((a, b) => a.pointer - b.pointer)) {
      const last = merged.at(-1);
      if (last && last.pointer + last.bytes === block.pointer)
        merged[merged.length - 1] = { pointer: last.pointer, bytes: last.bytes + block.bytes };
      else merged.push(block);
    }
    const end = merged.at(-1);
    if (end && end.pointer + end.bytes === this.top) {
      this.top = end.pointer;
      merged.pop();
    }
    this.freeBlocks = merged;
  }

  /** Float32 view of `length` floats at a pointer; valid until the next allocation. */
  floats(pointer: number, length: number): Float32Array {
    return this.f32.subarray(pointer >> 2, (pointer >> 2) + length);
  }
  ints(pointer: number, length: number): Int32Array {
    return this.i32.subarray(pointer >> 2, (pointer >> 2) + length);
  }

  private growTo(bytes: number): void {
    const pages = Math.ceil(bytes / PAGE_BYTES) - this.memory.buffer.byteLength / PAGE_BYTES;
    if (pages <= 0) return;
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw new EngineError(
        `The wasm engine needs ${Math.ceil(bytes / 1048576)} MiB, more than this browser grants (at most ${(MAX_PAGES * PAGE_BYTES) / 1048576} MiB). Use a smaller model or minibatch.`,
        { cause },
      );
    }
  }
}
