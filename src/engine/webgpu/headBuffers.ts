// Value heads outside the network, by name: swapped with the network's by copies on the GPU.

import type { ValueHead } from "../engine";
import { VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../layout";
import type { Dims } from "../packing";
import type { Block } from "../thetaPacking";
import type { Buffer } from "./buffers";
import type { Recorder } from "./recorder";

/** A block that holds the value head among other things. */
export interface HeadHolder {
  readonly buffer: Buffer;
  readonly block: Pick<Block, "placements">;
}

/** A bias takes a whole vec4. */
export const BIAS_WORDS = 4;

export class HeadBuffers {
  private readonly recorder: Recorder;
  private readonly holders: readonly [HeadHolder, ...HeadHolder[]];
  private readonly buffers = new Map<string, Buffer>();
  private readonly weightWords: number;

  /** @param holders the effective weights, then theta when it is another block */
  constructor(recorder: Recorder, { hiddenStride }: Dims, holders: readonly [HeadHolder, ...HeadHolder[]]) {
    this.recorder = recorder;
    this.weightWords = hiddenStride;
    this.holders = holders;
  }

  /** Where weight and bias lie in a block, and in a buffer of their own. */
  private parts({ block }: HeadHolder) {
    const baseOf = (name: string) => block.placements.find((placement) => placement.name === name)?.base as number;
    return [
      { held: baseOf(VALUE_HEAD_WEIGHT), own: 0, words: this.weightWords },
      { held: baseOf(VALUE_HEAD_BIAS), own: this.weightWords, words: BIAS_WORDS },
    ];
  }

  create(name: string, head: ValueHead | null): void {
    const buffer = this.recorder.allocate(`value head ${name}`, this.weightWords + BIAS_WORDS);
    this.buffers.set(name, buffer);
    if (head === null) return;
    const words = new Float32Array(this.weightWords + BIAS_WORDS);
    words.set(head.weight);
    words[this.weightWords] = head.bias;
    this.recorder.write(buffer, words);
  }

  /** Buffer := value head; the name is known. */
  store(name: string): void {
    const [weights] = this.holders;
    for (const { held, own, words } of this.parts(weights)) this.recorder.copy(weights.buffer, held, this.of(name), own, words);
  }

  /** Value head := buffer; the name is known. */
  load(name: string): void {
    for (const holder of this.holders)
      for (const { held, own, words } of this.parts(holder)) this.recorder.copy(this.of(name), own, holder.buffer, held, words);
  }

  private of(name: string): Buffer {
    return this.buffers.get(name) as Buffer;
  }

  dispose(): void {
    for (const buffer of this.buffers.values()) this.recorder.free(buffer);
  }
}
