// Frames: updates of the store are collected, charts are drawn one a frame.

import { describe, expect, it } from "vitest";
import { DrawQueue } from "../../app/charts/drawQueue";
import { FrameBatch } from "../../app/run/frameBatch";

/** A clock that a test moves by hand. */
function handClock() {
  let time = 0;
  const frames: (() => void)[] = [];
  const timers: { at: number; callback: () => void }[] = [];
  return {
    clock: {
      now: () => time,
      nextFrame: (callback: () => void) => void frames.push(callback),
      later: (callback: () => void, milliseconds: number) => void timers.push({ at: time + milliseconds, callback }),
    },
    frame: () => frames.splice(0).forEach((callback) => callback()),
    advance: (milliseconds: number) => {
      time += milliseconds;
      for (const timer of timers.splice(0)) {
        if (timer.at <= time) timer.callback();
        else timers.push(timer);
      }
    },
    waiting: () => frames.length,
  };
}

describe("FrameBatch", () => {
  it("applies all updates of a frame in order and at once", () => {
    const hand = handClock();
    let state = "";
    let applied = 0;
    const batch = new FrameBatch<string>(
      (update) => {
        applied++;
        state = update(state);
      },
      hand.clock,
      200,
    );
    for (const letter of ["a", "b", "c"]) batch.push((before) => before + letter);
    expect([state, hand.waiting()]).toEqual(["", 1]);
    hand.frame();
    expect([state, applied]).toEqual(["abc", 1]);
  });

  it("keeps the gap between two flushes", () => {
    const hand = handClock();
    let state = 0;
    const batch = new FrameBatch<number>((update) => void (state = update(state)), hand.clock, 200);
    batch.push((n) => n + 1);
    hand.frame();
    hand.advance(50);
    batch.push((n) => n + 1);
    hand.frame();
    expect(state).toBe(1);
    hand.advance(149);
    hand.frame();
    expect(state).toBe(1);
    hand.advance(1);
    hand.frame();
    expect(state).toBe(2);
  });

  it("flushes on demand and then has nothing left", () => {
    const hand = handClock();
    let applied = 0;
    const batch = new FrameBatch<number>(() => void applied++, hand.clock, 200);
    batch.push((n) => n);
    batch.flush();
    hand.frame();
    batch.flush();
    expect(applied).toBe(1);
  });
});

describe("DrawQueue", () => {
  it("draws one chart a frame, in turn", () => {
    const hand = handClock();
    const queue = new DrawQueue(hand.clock);
    const drawn: string[] = [];
    for (const chart of ["a", "b", "c"]) queue.add(chart, () => drawn.push(chart));
    const afterFrames = [1, 2, 3, 4].map(() => {
      hand.frame();
      return drawn.length;
    });
    expect(afterFrames).toEqual([1, 2, 3, 3]);
    expect(drawn).toEqual(["a", "b", "c"]);
    expect(hand.waiting()).toBe(0);
  });

  it("replaces a waiting drawing by the newer one and forgets a removed chart", () => {
    const hand = handClock();
    const queue = new DrawQueue(hand.clock);
    const drawn: string[] = [];
    queue.add("a", () => drawn.push("old"));
    queue.add("a", () => drawn.push("new"));
    queue.add("b", () => drawn.push("b"));
    queue.remove("b");
    hand.frame();
    hand.frame();
    expect(drawn).toEqual(["new"]);
  });
});
