// A step that fails for want of scores, or because a number is not finite, is undone in the worker; done again, the run ends as if
// nothing had happened. Real protocol, trainer and wasm engine; the reward server is a stand-in for fetch.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { withDefaults } from "../../src/config";
import type { PhaseEvent, StepRecord } from "../../src/records";
import { reviewsScenario } from "../../src/scenarios/reviews/scenario";
import type { LabClient } from "../../src/worker/client";
import { records } from "../ppo/tinyRun";
import { closeLabs, freshLab } from "./freshLab";

const ADDRESS = "http://127.0.0.1:8000/v1/score/evaluation";
const API = { origin: "http://127.0.0.1:8000", apiKey: null };
const CONFIG = withDefaults({
  ...reviewsScenario.defaults,
  rewardModelType: "api",
  rewardModel: ADDRESS,
  seed: 5,
  perDeviceTrainBatchSize: 4,
  gradientAccumulationSteps: 1,
  ppoBufferSize: 2,
  ppoEpochs: 2,
  maxNewTokens: 6,
  maxSteps: 4,
  evalSteps: 0,
});

/** What the server says instead of scores, by the number of the request; two requests are one step. */
let faults: Map<number, (texts: readonly string[]) => Response>;
let requests: number;

let client: LabClient;
let undisturbed: StepRecord[];

beforeAll(async () => {
  client = await freshLab();
});
afterAll(closeLabs);
beforeEach(async () => {
  faults = new Map();
  requests = 0;
  vi.stubGlobal("fetch", async (_: unknown, init: RequestInit) => {
    const { messages } = JSON.parse(init.body as string) as { messages: string[] };
    const fault = faults.get(requests++);
    return fault?.(messages) ?? Response.json({ scores: messages.map((text) => (text.length % 7) / 3) });
  });
  await start();
});
afterEach(() => vi.unstubAllGlobals());

const FAULTS: Readonly<Record<string, (texts: readonly string[]) => Response>> = {
  "HTTP 404": () => new Response("no such endpoint", { status: 404 }),
  "not JSON": () => new Response("<html>"),
  "a wrong count": (texts) => Response.json({ scores: texts.slice(1).map(() => 1) }),
  NaN: (texts) => new Response(`{"scores": [${texts.map(() => "NaN").join()}]}`),
  "a number that is not finite": (texts) => Response.json({ scores: texts.map(() => 1e39) }),
};

async function start(): Promise<void> {
  await client.start({ config: CONFIG, api: API, resume: null });
}

/** Pulls to the end; `onFailure` is called with each failure, after which it pulls on. */
async function play(onFailure: (reason: unknown, events: readonly PhaseEvent[]) => void): Promise<PhaseEvent[]> {
  const events: PhaseEvent[] = [];
  for (;;) {
    const result = await client.pull().catch((reason: unknown) => {
      onFailure(reason, events);
      return "failed" as const;
    });
    if (result === "failed") continue;
    if (result.event === null) return events;
    events.push(result.event);
  }
}

const never = (reason: unknown): never => {
  throw reason;
};

describe("a reward server's fault in the middle of a run", () => {
  it("has a run without one to compare with", async () => {
    undisturbed = records(await play(never));
    expect([undisturbed.length, requests]).toEqual([4, 8]);
  });

  it.each(Object.entries(FAULTS))("%s: the step is undone; done again, the run is the same to the last bit", async (_, fault) => {
    // The second half of the second step, and then the first of the same step again.
    faults = new Map([
      [3, fault],
      [4, fault],
    ]);
    const failures: [unknown, number][] = [];
    const disturbed = await play((reason, events) => {
      failures.push([(reason as Error).name, records(events).length]);
    });
    expect(failures).toEqual([
      ["RewardApiError", 1],
      ["RewardApiError", 1],
    ]);
    expect(records(disturbed)).toEqual(undisturbed);
  });

  it("can be kept as a snapshot and resumed under another leave", async () => {
    faults = new Map([[4, FAULTS["not JSON"] as () => Response]]);
    let events: PhaseEvent[] = [];
    const failure = await (async () => {
      for (;;) {
        const { event } = await client.pull();
        if (event) events.push(event);
      }
    })().catch((reason: unknown) => reason);
    expect(failure).toMatchObject({ name: "RewardApiError", fields: { problem: "reply" } });
    const snapshot = await client.snapshot();
    expect(snapshot?.stepsDone).toBe(2);
    await expect(client.start({ config: CONFIG, api: null, resume: snapshot })).rejects.toMatchObject({ fields: { problem: "consent" } });
    await client.start({ config: CONFIG, api: { ...API, apiKey: "key" }, resume: snapshot });
    events = [...events, ...(await play(never))];
    expect(records(events)).toEqual(undisturbed);
  });
});

describe("a number that is not finite", () => {
  it("stops before the optimizer, names tensor and step, and leaves the policy as it was before", async () => {
    // Finite scores whose squares are not: the loss overflows.
    faults = new Map([4, 5].map((request) => [request, (texts) => Response.json({ scores: texts.map((_, i) => (i % 2 ? 3e38 : -3e38)) })]));
    let failed: unknown = null;
    const before = await play((reason) => (failed ??= reason));
    expect(failed).toMatchObject({ name: "NonFiniteError", message: expect.stringMatching(/PPO step 3/) });
    expect((failed as { fields: { tensor?: string } }).fields.tensor).toBeTruthy();
    // The same worker went on from there, and the scores were right the second time.
    expect(records(before)).toEqual(undisturbed);
  });

  it("leaves the last good state as a snapshot, to go on from under other options", async () => {
    faults = new Map([4, 5].map((request) => [request, (texts) => Response.json({ scores: texts.map((_, i) => (i % 2 ? 3e38 : -3e38)) })]));
    const failures: unknown[] = [];
    while (failures.length === 0) await client.pull().catch((reason: unknown) => failures.push(reason));
    const snapshot = await client.snapshot();
    expect(snapshot?.stepsDone).toBe(2);
    await client.start({ config: CONFIG, api: API, resume: snapshot });
    client.control({ config: { learningRate: 1e-7 } });
    const rest = records(await play(never));
    expect(rest.map(({ step, learningRate }) => [step, learningRate < 1e-6])).toEqual([
      [2, true],
      [3, true],
    ]);
    expect(rest[0]?.responses).toEqual(undisturbed[2]?.responses);
  });
});
