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
  StartRequest,
  ToWorker,
  WarmUpProgress,
} from "./protocol";
import { toWireError, transferListOf } from "./protocol";

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
  start(request: StartRequest, control: LiveControl): Promise<StartedRun>;
}

/** The end of a message channel: a worker's global scope or a MessagePort. */
export interface ServerPort {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

/** Serves `backend` on `port` for as long as the port lives. */
export function serveLab(port: ServerPort, backend: LabBackend): void {
  let run: StartedRun | null = null;
  let control = new LiveControl();
  let queue: Promise<void> = Promise.resolve();

  const send = (message: FromWorker, transfer: Transferable[] = []): void => port.postMessage(message, transfer);
  const report = (progress: WarmUpProgress): void => send({ kind: "progress", progress });

  const endRun = async (): Promise<void> => {
    const ending = run;
    run = null;
    try {
      await ending?.events.return();
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
      await endRun();
      control = new LiveControl();
      run = await backend.start(request, control);
      return run.info;
    },
    pull: async () => {
      if (run === null) return { event: null, applied: null, engine: null };
      const { done, value } = await run.events.next();
      const engine = !done && value.phase === "step" ? run.engineReport() : null;
      if (done) await endRun();
      return { event: done ? null : value, applied: control.collectTaken(), engine };
    },
    stop: async () => {
      await endRun();
      return null;
    },
  };

  const answer = async <K extends CallName>(id: number, name: K, argument: Calls[K]["argument"]): Promise<void> => {
    try {
      const value = await answers[name](argument);
      const event = name === "pull" ? (value as Calls["pull"]["answer"]).event : null;
      send({ kind: "answer", id, value }, transferListOf(event));
    } catch (reason) {
      if (name === "pull") await endRun();
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
    if (request.name === "stop" || request.name === "start" || request.name === "open") run?.abort();
    queue = queue.then(() => answer(request.id, request.name, request.argument));
  };
  send({ kind: "catalog", catalog: backend.catalog });
}
