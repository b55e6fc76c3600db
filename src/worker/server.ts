// The worker's side of the protocol: answers calls one after the other and mirrors the trainer's async generator.

import type { LabConfig } from "../config";
import type { GateReport } from "../gates/inspection";
import type { DetailWish } from "../ppo/alternatives";
import type { PhaseEvent } from "../records";
import type {
  CallName,
  Calls,
  Catalog,
  ControlPatch,
  EngineReport,
  FromWorker,
  OpenInfo,
  OpenRequest,
  RunInfo,
  RunSnapshot,
  StartRequest,
  ToWorker,
  WarmUpProgress,
} from "./protocol";
import { toWireError, transferListOf, transferListOfSnapshot } from "./protocol";
import type { Pulse } from "./pulse";

/** The trainer's mutable control; remembers which options the trainer has taken. */
export class LiveControl {
  tokensPerBlock = Number.POSITIVE_INFINITY;
  watchMinibatches = false;
  detail: DetailWish | null = null;
  private pending: Partial<LabConfig> | null = null;
  private taken: Partial<LabConfig> | null = null;

  get pendingConfig(): Partial<LabConfig> | null {
    return this.pending;
  }

  /** The trainer sets null when it takes the options. */
  set pendingConfig(options: Partial<LabConfig> | null) {
    if (options === null && this.pending !== null) this.taken = { ...this.taken, ...this.pending };
    this.pending = options;
  }

  turn({ tokensPerBlock, watchMinibatches, detail, config }: ControlPatch): void {
    if (tokensPerBlock !== undefined) this.tokensPerBlock = tokensPerBlock;
    if (watchMinibatches !== undefined) this.watchMinibatches = watchMinibatches;
    if (detail !== undefined) this.detail = detail;
    if (config !== undefined) this.pending = { ...this.pending, ...config };
  }

  /** Options taken since the last call, or null. */
  collectTaken(): Partial<LabConfig> | null {
    const taken = this.taken;
    this.taken = null;
    return taken;
  }
}

export interface StartedRun {
  readonly info: RunInfo;
  readonly events: AsyncGenerator<PhaseEvent, void, void>;
  /** The events from the step that failed for `reason`, when that left the run as it was before the step; null: the run is over. */
  eventsAfter(reason: unknown): AsyncGenerator<PhaseEvent, void, void> | null;
  /** null while a step is under way. */
  snapshot(): Promise<RunSnapshot | null>;
  /** What the engine did since the last call. */
  engineReport(): EngineReport;
  /** Ends what the run waits for outside this process; its next event is then an error. */
  abort(): void;
  /** Frees what the run holds; called once, when the run is over, stopped or has failed. */
  dispose(): void;
}

/** What the server serves: the lab in the worker, or a stand-in in tests. */
export interface LabBackend {
  readonly catalog: Catalog;
  open(request: OpenRequest, report: (progress: WarmUpProgress) => void): Promise<OpenInfo>;
  inspect(config: LabConfig): Promise<readonly GateReport[]>;
  /** `endEarlier` ends the run before this one; it is called once the request is known to be sound. */
  start(request: StartRequest, control: LiveControl, endEarlier: () => Promise<void>): Promise<StartedRun>;
}

/** The end of a message channel: a worker's global scope or a MessagePort. */
export interface ServerPort {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

/** Serves `backend` on `port` for as long as the port lives; `pulse` tells the page that a call is still being answered. */
export function serveLab(port: ServerPort, backend: LabBackend, pulse: Pulse): void {
  let run: StartedRun | null = null;
  let events: StartedRun["events"] | null = null;
  let control = new LiveControl();
  let queue: Promise<void> = Promise.resolve();

  const send = (message: FromWorker, transfer: Transferable[] = []): void => port.postMessage(message, transfer);
  const report = (progress: WarmUpProgress): void => send({ kind: "progress", progress });

  const endRun = async (): Promise<void> => {
    const [ending, left] = [run, events];
    run = events = null;
    try {
      await left?.return();
    } finally {
      ending?.dispose();
    }
  };

  const answers: { [K in CallName]: (argument: Calls[K]["argument"]) => Promise<Calls[K]["answer"]> } = {
    open: async (request) => {
      await endRun();
      return backend.open(request, report);
    },
    inspect: (config) => backend.inspect(config),
    start: async (request) => {
      const own = new LiveControl();
      const started = await backend.start(request, own, endRun);
      [run, events, control] = [started, started.events, own];
      return started.info;
    },
    pull: async () => {
      if (run === null || events === null) return { event: null, applied: null, engine: null };
      const { done, value } = await events.next();
      const engine = !done && value.phase === "step" ? run.engineReport() : null;
      if (done) await endRun();
      return { event: done ? null : value, applied: control.collectTaken(), engine };
    },
    snapshot: async () => run?.snapshot() ?? null,
    stop: async () => {
      await endRun();
      return null;
    },
  };

  const answer = async <K extends CallName>(id: number, name: K, argument: Calls[K]["argument"]): Promise<void> => {
    try {
      const value = await pulse.during(() => answers[name](argument));
      send({ kind: "answer", id, value }, transfers(name, value));
    } catch (reason) {
      if (name === "pull") {
        events = run?.eventsAfter(reason) ?? null;
        if (events === null) await endRun();
      }
      send({ kind: "failure", id, error: toWireError(reason) });
    }
  };

  port.onmessage = (message) => {
    const request = message.data;
    if (request.kind === "control") {
      control.turn(request.patch);
      return;
    }
    // The call waits for the pull before it, and that may wait for a reward server.
    if (endsRun(request)) run?.abort();
    queue = queue.then(() => answer(request.id, request.name, request.argument));
  };
  send({ kind: "catalog", catalog: backend.catalog });
}

/** A start from a snapshot may still be refused, and then the run before it goes on. */
function endsRun(request: ToWorker & { kind: "call" }): boolean {
  return request.name === "stop" || request.name === "open" || (request.name === "start" && request.argument.resume === null);
}

function transfers<K extends CallName>(name: K, value: Calls[K]["answer"]): Transferable[] {
  if (name === "pull") return transferListOf((value as Calls["pull"]["answer"]).event);
  return name === "snapshot" ? transferListOfSnapshot(value as Calls["snapshot"]["answer"]) : [];
}
