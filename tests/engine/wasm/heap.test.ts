// The allocator never hands out overlapping blocks, gives freed memory back, and refuses what it does not know.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Heap } from "../../../src/engine/wasm/heap";
import { EngineError } from "../../../src/errors";

test("live blocks keep their contents while others come and go", () => {
  const action = fc.oneof(fc.record({ allocate: fc.integer({ min: 1, max: 5000 }) }), fc.record({ free: fc.nat() }));
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const heap = new Heap();
      const live: { pointer: number; words: number; stamp: number }[] = [];
      actions.forEach((step, stamp) => {
        if ("allocate" in step) {
          const pointer = heap.allocate(step.allocate);
          expect(pointer % 64).toBe(0);
          heap.ints(pointer, step.allocate).fill(stamp);
          live.push({ pointer, words: step.allocate, stamp });
        } else if (live.length > 0) heap.free((live.splice(step.free % live.length, 1)[0] as (typeof live)[number]).pointer);
        for (const block of live) expect(heap.ints(block.pointer, block.words).every((word) => word === block.stamp)).toBe(true);
      });
      for (const { pointer } of live) heap.free(pointer);
      expect(heap.bytesInUse).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test("freed memory is used again: the same work a second time grows nothing", () => {
  const heap = new Heap();
  const work = () => {
    const blocks = [100_000, 7, 50_000, 333, 20_000].map((words) => heap.allocate(words));
    for (const index of [1, 3, 0, 4, 2]) heap.free(blocks[index] as number);
  };
  work();
  const bytes = heap.memory.buffer.byteLength;
  for (let i = 0; i < 50; i++) work();
  expect(heap.memory.buffer.byteLength).toBe(bytes);
});

test("freeing twice, and more memory than there is, are refused", () => {
  const heap = new Heap();
  const pointer = heap.allocate(10);
  heap.free(pointer);
  expect(() => heap.free(pointer)).toThrow(EngineError);
  expect(() => heap.allocate(2 ** 30)).toThrow(/more than this browser grants/);
});
