// Client and server over a real message channel: order, back-pressure, live options, ends, errors, crashes.

import { afterEach, describe, expect, it } from "vitest";
import { withDefaults } from "../../src/config";
import { CheckpointError } from "../../src/errors";
import type { PhaseEvent } from "../../src/records";
import type { LabClient } from "../../src/worker/client";
import type { PullResult, WarmUpProgress } from "../../src/worker/protocol";
import { RemoteError } from "../../src/worker/protocol";
import { type FakeLab, type FakeLabOptions, fakeLab } from "../app/fakeLab";

const OPEN = { scenario: "reviews", engine: "wasm", baseUrl: "http://localhost/" } as const;
const CONFIG = withDefaults({ maxSteps: 2, learningRate: 0.001 });
const PHASES_OF_A_STEP = ["tokens", "rollout", "score", "advantages", "minibatch", "step"];

let lab: FakeLab;
afterEach(() => lab.close());

async function started(options: FakeLabOptions = {}): Promise<LabClient> {
  lab = fakeLab(options);
  const client = lab.connect();
  await client.open(OPEN, () => {});
  await client.start({ config: CONFIG, api: null, resume: null });
  return client;
}

async function pullUntil(client: LabClient, reached: (result: PullResult) => boolean): Promise<PullResult[]> {
  const results: PullResult[] = [];
  do results.push(await client.pull());
  while (!reached(results.at(-1) as PullResult));
  return results;
}

describe("a session", () => {
  it("tells its catalog and its progress", async () => {
    lab = fakeLab();
    const client = lab.connect();
    expect((await client.catalog).scenarios[0]?.id).toBe("reviews");
    const progress: WarmUpProgress[] = [];
    expect(await client.open(OPEN, (step) => progress.push(step))).toMatchObject({ engine: "wasm", rejections: [] });
    expect(progress).toEqual([{ stage: "models", fraction: 0.5 }]);
    expect((await client.start({ config: CONFIG, api: null, resume: null })).totalSteps).toBe(2);
  });

  it("yields the trainer's events in order and ends", async () => {
    const client = await started();
    const results = await pullUntil(client, ({ event }) => event === null);
    expect(results.map(({ event }) => event?.phase ?? null)).toEqual([...PHASES_OF_A_STEP, ...PHASES_OF_A_STEP, null]);
    expect(lab.counts).toMatchObject({ started: 1, disposed: 1 });
    expect((await client.pull()).event).toBeNull();
  });

  it("is an async generator whose early end frees the run", async () => {
    const client = await started();
    const seen: PhaseEvent["phase"][] = [];
    for await (const event of client.events()) {
      seen.push(event.phase);
      if (event.phase === "score") break;
    }
    expect(seen).toEqual(["tokens", "rollout", "score"]);
    expect(lab.counts.disposed).toBe(1);
  });

  it("refuses a second outstanding pull", async () => {
    const client = await started();
    const first = client.pull();
    await expect(client.pull()).rejects.toThrow("at most one outstanding pull");
    expect((await first).event?.phase).toBe("tokens");
  });

  it("reports live options with the first event of the step that took them", async () => {
    const client = await started();
    await client.pull();
    client.control({ config: { learningRate: 0.5 } });
    client.control({ config: { cliprange: 0.1 } });
    const results = await pullUntil(client, ({ event }) => event === null);
    const applied = results.filter((result) => result.applied !== null);
    expect(applied.map(({ event, applied: options }) => [event?.phase, event?.step, options])).toEqual([
      ["tokens", 1, { learningRate: 0.5, cliprange: 0.1 }],
    ]);
    const rates = results.flatMap(({ event }) => (event?.phase === "step" ? [event.record.learningRate] : []));
    expect(rates).toEqual([0.001, 0.5]);
  });

  it("frees a run that was started and never pulled, and one that another start replaces", async () => {
    const client = await started();
    await client.start({ config: CONFIG, api: null, resume: null });
    expect(lab.counts).toMatchObject({ started: 2, disposed: 1 });
    await client.stop();
    expect(lab.counts.disposed).toBe(2);
    await client.stop();
    expect(lab.counts.disposed).toBe(2);
  });

  it("drops live options of a run that was replaced", async () => {
    const client = await started();
    client.control({ config: { learningRate: 0.5 } });
    await client.start({ config: CONFIG, api: null, resume: null });
    const results = await pullUntil(client, ({ event }) => event?.phase === "step");
    expect(results.every(({ applied }) => applied === null)).toBe(true);
  });

  it("passes on an error of the trainer once and frees the run", async () => {
    const client = await started({ failAt: 0 });
    await client.pull();
    const error = await client.pull().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RemoteError);
    expect([(error as Error).name, (error as Error).message]).toEqual(["RangeError", "made to fail"]);
    expect(lab.counts.disposed).toBe(1);
    expect((await client.pull()).event).toBeNull();
  });

  it("passes on an error of opening and stays usable", async () => {
    lab = fakeLab({ openError: new CheckpointError("model.safetensors is damaged.") });
    const client = lab.connect();
    await expect(client.open(OPEN, () => {})).rejects.toMatchObject({ name: "CheckpointError", message: "model.safetensors is damaged." });
    await expect(client.open(OPEN, () => {})).rejects.toMatchObject({ name: "CheckpointError" });
  });

  it("rejects everything that waits, and every later call, when the worker is gone", async () => {
    const client = await started();
    const pull = client.pull();
    client.fail(new RemoteError({ name: "WorkerCrashError", message: "gone", stack: null, fields: {} }));
    await expect(pull).rejects.toMatchObject({ name: "WorkerCrashError" });
    await expect(client.stop()).rejects.toMatchObject({ name: "WorkerCrashError" });
  });
});
