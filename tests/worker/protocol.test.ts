// Errors and buffers across the protocol.

import { describe, expect, it } from "vitest";
import { NonFiniteError } from "../../src/errors";
import { RemoteError, toWireError, transferListOf } from "../../src/worker/protocol";
import { fakeRecord, fakeScore } from "../app/fakeRun";

describe("errors", () => {
  it("cross with name, message, stack and own fields", () => {
    const original = new NonFiniteError("policy/embed", "NaN in policy/embed at step 3.");
    const remote = new RemoteError(structuredClone(toWireError(original)));
    expect(remote).toBeInstanceOf(Error);
    expect([remote.name, remote.message, remote.stack, remote.fields]).toEqual([
      "NonFiniteError",
      "NaN in policy/embed at step 3.",
      original.stack,
      { tensor: "policy/embed" },
    ]);
  });

  it("leave out fields that are no plain values", () => {
    const error = Object.assign(new Error("x"), { port: new MessageChannel(), code: 7, callback: () => 1 });
    expect(toWireError(error).fields).toEqual({ code: 7 });
  });

  it("may be anything that was thrown", () => {
    expect(toWireError("plain text")).toEqual({ name: "Error", message: "plain text", stack: null, fields: {} });
  });
});

describe("transferListOf", () => {
  it("moves a finished step's own arrays, each buffer once, and copies token ids", () => {
    const record = fakeRecord(0, 1, { learningRate: 1 });
    const list = transferListOf({ phase: "step", step: 0, record });
    expect(list).toContain(record.kl.buffer);
    expect(list).toContain(record.advantages.buffer);
    expect(list).not.toContain(record.queries[0]?.buffer);
    expect(list).not.toContain(record.responses[0]?.buffer);
    expect(new Set(list).size).toBe(list.length);
    const received = structuredClone(record, { transfer: list });
    expect(received.kl.length).toBe(16);
    expect(record.kl.length).toBe(0);
    expect(record.queries[0]).toEqual(Int32Array.of(1, 2, 0));
  });

  it("copies views into a larger buffer", () => {
    const shared = new Float32Array(32);
    const record = { ...fakeRecord(0, 1, { learningRate: 1 }), kl: shared.subarray(0, 16) };
    expect(transferListOf({ phase: "step", step: 0, record })).not.toContain(shared.buffer);
  });

  it("copies events that the trainer goes on using, and the end", () => {
    expect(transferListOf(fakeScore(0))).toEqual([]);
    expect(transferListOf(null)).toEqual([]);
  });
});
