// One kernel alone on the GPU: plain arrays go in, the contents of its buffers come out.

import { expect } from "vitest";
import { zeroCounters } from "../../src/engine/counters";
import { findAdapter, openDevice } from "../../src/engine/webgpu/device";
import type { Kernel } from "../../src/engine/webgpu/kernel";
import { Pipelines } from "../../src/engine/webgpu/pipelines";
import { Recorder } from "../../src/engine/webgpu/recorder";
import { RandomSource } from "../../src/random";

type Words = Float32Array | Uint32Array;

export interface KernelLab {
  /**
   * Compiles and runs a kernel.
   * @param buffers contents by name; `inputs` are the uploaded words
   * @returns contents of every buffer but `inputs` afterwards
   */
  run<B extends string, P extends string>(
    kernel: Kernel<B, P>,
    buffers: Readonly<Record<B, Words>>,
    parameters: Readonly<Record<P, number>>,
    threads: number | readonly [number, number],
  ): Promise<Record<B, Float32Array>>;
  close(): void;
}

export async function openKernelLab(): Promise<KernelLab> {
  const adapter = await findAdapter();
  if (typeof adapter === "string") throw new Error(adapter);
  const gpu = await openDevice(adapter);
  const pipelines = new Pipelines(gpu.device);
  const recorder = new Recorder(gpu.device, pipelines, zeroCounters());
  return {
    run: async (kernel, buffers, parameters, threads) => {
      await pipelines.compile([kernel]);
      const given = Object.entries(buffers) as [keyof typeof buffers, Words][];
      const made = given
        .filter(([name]) => name !== "inputs")
        .map(([name, words]) => {
          const buffer = recorder.allocate(name, words.length);
          recorder.write(buffer, new Float32Array(words.buffer, words.byteOffset, words.length));
          return { name, buffer, words: words.length };
        });
      for (const [name, words] of given) if (name === "inputs") recorder.upload(words);
      recorder.dispatch(kernel, Object.fromEntries(made.map(({ name, buffer }) => [name, buffer])) as never, parameters, threads);
      const all = await recorder.read(made.map(({ buffer, words }) => ({ buffer, word: 0, words })));
      let at = 0;
      const contents = made.map(({ name, buffer, words }) => {
        recorder.free(buffer);
        at += words;
        return [name, all.slice(at - words, at)];
      });
      expect(gpu.health.takeError()).toBeNull();
      return Object.fromEntries(contents);
    },
    close: () => {
      recorder.dispose();
      gpu.release();
    },
  };
}

/** Numbers around 0; the same for the same seed. */
export function noise(count: number, seed: number, scale = 1): Float32Array {
  const source = new RandomSource(seed, 90);
  return Float32Array.from({ length: count }, () => scale * source.normal());
}

export function asWords(floats: Float32Array): Uint32Array {
  return new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
}

/** Every number within `tolerance`, absolute or relative to the larger. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 2e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i] as number, expected[i] as number];
    if (!(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)))) expect(a, `element ${i}`).toBe(b);
  }
}
