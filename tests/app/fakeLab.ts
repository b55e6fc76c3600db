// A lab in memory that speaks the real protocol over a MessageChannel: the page's controller meets the real client and server.

import { LabClient } from "../../src/worker/client";
import type { ScenarioInfo, StartRequest } from "../../src/worker/protocol";
import type { LabBackend } from "../../src/worker/server";
import { serveLab } from "../../src/worker/server";
import { fakeEvents } from "./fakeRun";

export interface FakeLabOptions {
  /** The run throws in this step. */
  readonly failAt?: number;
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
    start: async (request, control) => {
      const { config } = request;
      if (options.startError) throw options.startError;
      counts.started++;
      started.push(request);
      return {
        info: {
          totalSteps: config.maxSteps,
          batchSize: 4,
          miniBatchSize: 4,
          parameters: 10,
          tokenTexts: ["<eos>", "a", "b"],
          warnings: [],
        },
        engineReport: () => ({ engine: "wasm", adapter: null, kernelCalls: 7, submits: 0, readbacks: 0, recoveries: [] }),
        events: fakeEvents(config, control, options.failAt ?? null),
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
    const client = new LabClient(port1, close);
    serveLab(port2, backend);
    return client;
  };
  return { connect, counts, started, close: () => closers.forEach((close) => close()) };
}
