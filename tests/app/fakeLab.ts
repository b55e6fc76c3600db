// A lab in memory that speaks the real protocol over a MessageChannel: the page's controller meets the real client and server.

import type { LabConfig } from "../../src/config";
import { CheckpointError, NonFiniteError, RewardApiError } from "../../src/errors";
import { LabClient, type WatchOptions } from "../../src/worker/client";
import type { RunSnapshot, ScenarioInfo, StartRequest } from "../../src/worker/protocol";
import type { LabBackend } from "../../src/worker/server";
import { Pulse } from "../../src/worker/pulse";
import { serveLab } from "../../src/worker/server";
import { type BeforeScores, fakeEvents, type FakeState } from "./fakeRun";

export interface FakeLabOptions {
  /** The run throws in this step. */
  readonly failAt?: number;
  /** As `failAt`, with any error. */
  readonly beforeScores?: BeforeScores;
  /** How its clients tell a worker that hangs. */
  readonly watch?: WatchOptions;
  /** Opening fails with this error. */
  readonly openError?: Error;
  /** Starting fails with this error. */
  readonly startError?: Error;
  /** More scenarios than the one. */
  readonly scenarios?: readonly ScenarioInfo[];
  /** What the gates say. */
  readonly inspect?: LabBackend["inspect"];
}

export interface FakeLab {
  readonly connect: () => LabClient;
  /** Runs begun and freed so far. */
  readonly counts: { started: number; disposed: number; connected: number };
  /** What runs were started with. */
  readonly started: readonly StartRequest[];
  /** Closes every channel. */
  readonly close: () => void;
}

export function fakeLab(options: FakeLabOptions = {}): FakeLab {
  const counts = { started: 0, disposed: 0, connected: 0 };
  const closers: (() => void)[] = [];
  const started: StartRequest[] = [];
  const backend: LabBackend = {
    catalog: {
      scenarios: [
        {
          id: "reviews",
          about: { en: "reviews", vi: "reviews" },
          rewardModels: [{ id: "warmth", type: "full", note: { en: "warm", vi: "khen" } }],
          failures: [],
          defaults: { maxSteps: 3, learningRate: 0.001 },
          presets: [
            { id: "scenario", values: { maxSteps: 3, learningRate: 0.001 } },
            { id: "reference", values: { maxSteps: 3 } },
          ],
          promptCount: 100,
        },
        ...(options.scenarios ?? []),
      ],
      engines: ["wasm", "tfjs-cpu"],
    },
    open: async ({ engine }, report) => {
      report({ stage: "models", fraction: 0.5 });
      if (options.openError) throw options.openError;
      return { engine: engine === "auto" ? "wasm" : engine, adapter: null, rejections: [], probes: {} };
    },
    inspect: options.inspect ?? (async () => []),
    start: async (request, control, endEarlier) => {
      const { config, resume } = request;
      if (options.startError) throw options.startError;
      const state: FakeState = resume ? fakeResume(resume) : { step: 0, config, between: true };
      await endEarlier();
      counts.started++;
      started.push(request);
      const beforeScores: BeforeScores = (step, inForce) => {
        if (step === options.failAt) throw new RangeError("made to fail");
        options.beforeScores?.(step, inForce);
      };
      return {
        info: {
          totalSteps: config.maxSteps,
          batchSize: 4,
          miniBatchSize: 4,
          parameters: 10,
          tokenTexts: ["<eos>", "a", "b"],
          warnings: [],
          models: { policy: "00ff", reward: null },
        },
        engineReport: () => ({ engine: "wasm", adapter: null, kernelCalls: 7, submits: 0, readbacks: 0, recoveries: [] }),
        events: fakeEvents(state, control, beforeScores),
        eventsAfter: (reason) => {
          if (!(reason instanceof RewardApiError || reason instanceof NonFiniteError)) return null;
          state.between = true;
          return fakeEvents(state, control, beforeScores);
        },
        snapshot: async () => (state.between ? fakeSnapshot(state) : null),
        abort: () => {},
        dispose: () => void counts.disposed++,
      };
    },
  };
  const connect = (): LabClient => {
    counts.connected++;
    const { port1, port2 } = new MessageChannel();
    const close = (): void => {
      port1.close();
      port2.close();
    };
    closers.push(close);
    const client = new LabClient(port1, close, options.watch ?? null);
    serveLab(port2, backend, new Pulse(() => {}));
    return client;
  };
  return { connect, counts, started, close: () => closers.forEach((close) => close()) };
}

/** The fake run's checkpoint: its step and options. */
export function fakeSnapshot({ step, config }: Pick<FakeState, "step" | "config">): RunSnapshot {
  return { stepsDone: step, state: new TextEncoder().encode(JSON.stringify({ step, config })), tensors: new Uint8Array(4) };
}

function fakeResume({ state }: RunSnapshot): FakeState {
  try {
    const { step, config } = JSON.parse(new TextDecoder().decode(state)) as { step: number; config: LabConfig };
    return { step, config, between: true };
  } catch {
    throw new CheckpointError("ppo_lab_state.json is damaged.");
  }
}
