// The page's side of the protocol: calls become promises, the run becomes an async generator, a crash becomes an error.

import type { LabConfig } from "../config";
import type { GateReport } from "../gates/inspection";
import type { PhaseEvent } from "../records";
import type {
  CallName,
  Calls,
  Catalog,
  ControlPatch,
  FromWorker,
  OpenInfo,
  OpenRequest,
  PullResult,
  RunInfo,
  RunSnapshot,
  StartRequest,
  ToWorker,
  WarmUpProgress,
} from "./protocol";
import { RemoteError } from "./protocol";
import { SilenceWatch, type WatchClock } from "./silenceWatch";

/** What the page needs of a lab; `LabClient` is the real one. */
export interface LabConnection {
  /** Settles when the worker has started; rejects when it cannot. */
  readonly catalog: Promise<Catalog>;
  /** Loads a scenario's models and makes the engine. @throws RemoteError */
  open(request: OpenRequest, onProgress: (progress: WarmUpProgress) => void): Promise<OpenInfo>;
  /** Looks at a run of the opened scenario before it starts. @throws RemoteError */
  inspect(config: LabConfig): Promise<readonly GateReport[]>;
  /** Begins a run from the scenario's weights; an earlier run ends. @throws RemoteError */
  start(request: StartRequest): Promise<RunInfo>;
  /** The run's next event. At most one pull may be outstanding: that is the back-pressure. @throws RemoteError */
  pull(): Promise<PullResult>;
  control(patch: ControlPatch): void;
  /** The run as it stands between two PPO steps; null when there is none or it is in the middle of one. @throws RemoteError */
  snapshot(): Promise<RunSnapshot | null>;
  /** Ends the run and frees what it holds. */
  stop(): Promise<void>;
  /** Ends the worker at once; outstanding calls reject. */
  terminate(): void;
}

/** The end of a message channel: a Worker or a MessagePort. */
export interface ClientPort {
  postMessage(message: ToWorker): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
}

/** When a worker that owes an answer counts as hung. */
export interface WatchOptions {
  /** Milliseconds without a message from it. */
  readonly limitMs: number;
  readonly clock: WatchClock;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (reason: Error) => void;
}

export class LabClient implements LabConnection {
  readonly catalog: Promise<Catalog>;
  private readonly port: ClientPort;
  private readonly close: () => void;
  private readonly waiting = new Map<number, Waiting>();
  private readonly catalogWaiting: { resolve: (catalog: Catalog) => void; reject: (reason: Error) => void };
  private onProgress: (progress: WarmUpProgress) => void = () => {};
  private nextId = 1;
  private pulling = false;
  private ended: Error | null = null;
  private readonly watch: SilenceWatch;

  /** `close` ends the other side. Without a `watch` calls are waited for as long as they take. */
  constructor(port: ClientPort, close: () => void, watch: WatchOptions | null = null) {
    this.port = port;
    this.close = close;
    const limitMs = watch?.limitMs ?? Number.POSITIVE_INFINITY;
    this.watch = new SilenceWatch(watch?.clock ?? null, limitMs, () => this.fail(hungError(limitMs)));
    const { promise, resolve, reject } = withResolvers<Catalog>();
    this.catalog = promise;
    this.catalogWaiting = { resolve, reject };
    port.onmessage = (event) => this.receive(event.data);
  }

  open(request: OpenRequest, onProgress: (progress: WarmUpProgress) => void): Promise<OpenInfo> {
    this.onProgress = onProgress;
    return this.call("open", request);
  }

  inspect(config: LabConfig): Promise<readonly GateReport[]> {
    return this.call("inspect", config);
  }

  start(request: StartRequest): Promise<RunInfo> {
    return this.call("start", request);
  }

  async pull(): Promise<PullResult> {
    if (this.pulling) throw new Error("Expected at most one outstanding pull, got a second one. Await the first pull.");
    this.pulling = true;
    try {
      return await this.call("pull", null);
    } finally {
      this.pulling = false;
    }
  }

  /** The run as the trainer yields it; leaving the loop early stops the run. */
  async *events(): AsyncGenerator<PhaseEvent, void, void> {
    try {
      for (let next = await this.pull(); next.event !== null; next = await this.pull()) yield next.event;
    } finally {
      await this.stop();
    }
  }

  control(patch: ControlPatch): void {
    if (this.ended === null) this.port.postMessage({ kind: "control", patch });
  }

  snapshot(): Promise<RunSnapshot | null> {
    return this.call("snapshot", null);
  }

  async stop(): Promise<void> {
    await this.call("stop", null);
  }

  terminate(): void {
    this.fail(
      new RemoteError({ name: "WorkerEndedError", message: "The worker was ended. Reset to start a new one.", stack: null, fields: {} }),
    );
  }

  /** The worker is gone: everything that waits, and every later call, rejects with `reason`. */
  fail(reason: Error): void {
    if (this.ended !== null) return;
    this.ended = reason;
    this.watch.stop();
    this.close();
    this.catalogWaiting.reject(reason);
    this.catalog.catch(() => {});
    for (const waiting of this.waiting.values()) waiting.reject(reason);
    this.waiting.clear();
  }

  private call<K extends CallName>(name: K, argument: Calls[K]["argument"]): Promise<Calls[K]["answer"]> {
    if (this.ended !== null) return Promise.reject(this.ended);
    const id = this.nextId++;
    const { promise, resolve, reject } = withResolvers<Calls[K]["answer"]>();
    this.waiting.set(id, { resolve, reject });
    this.watch.start();
    this.port.postMessage({ kind: "call", id, name, argument } as ToWorker);
    return promise;
  }

  private receive(message: FromWorker): void {
    this.watch.heard();
    switch (message.kind) {
      case "catalog":
        return this.catalogWaiting.resolve(message.catalog);
      case "progress":
        return this.onProgress(message.progress);
      case "beat":
        return;
      case "answer":
        return this.settle(message.id, (waiting) => waiting.resolve(message.value as never));
      case "failure":
        return this.settle(message.id, (waiting) => waiting.reject(new RemoteError(message.error)));
    }
  }

  private settle(id: number, how: (waiting: Waiting) => void): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.watch.stop();
    if (waiting !== undefined) how(waiting);
  }
}

/** Far longer than one call of the slowest engine takes; everything that takes longer gives signs of life on the way. */
const HUNG_AFTER_MS = 60_000;

const PAGE_CLOCK: WatchClock = {
  every: (callback, milliseconds) => {
    const timer = setInterval(callback, milliseconds);
    return () => clearInterval(timer);
  },
};

function hungError(limitMs: number): RemoteError {
  const message = `The background worker gave no sign of life for ${limitMs / 1000} s and was ended.`;
  return new RemoteError({ name: "WorkerHungError", message, stack: null, fields: {} });
}

/**
 * Starts the lab's worker. A worker that cannot load or dies of an uncaught error fails the client with a WorkerCrashError, one that
 * falls silent while it owes an answer with a WorkerHungError.
 */
export function startLabWorker(): LabClient {
  const worker = new Worker(new URL("./lab.worker.ts", import.meta.url), { type: "module", name: "ppo-lab" });
  const client = new LabClient(worker, () => worker.terminate(), { limitMs: HUNG_AFTER_MS, clock: PAGE_CLOCK });
  worker.onerror = (event) => {
    event.preventDefault();
    const what = event.message ? `: ${event.message}` : "";
    const message = `The background worker stopped${what}.`;
    client.fail(new RemoteError({ name: "WorkerCrashError", message, stack: null, fields: {} }));
  };
  return client;
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: Error) => void } {
  let resolve!: (value: T) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
