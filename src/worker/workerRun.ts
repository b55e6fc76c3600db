// One run in the worker: the trainer's events, the run between two steps as a snapshot, and a new beginning after a step that failed.

import { formatResumeState, type ResumeState, STATE_FILE, STATE_TENSORS_FILE } from "../ppo/checkpointState";
import { EMPTY_RUN_LOG, logStep, type RunLog } from "../ppo/runLog";
import { type HeldRun, heldRun, type TrainerControl } from "../ppo/trainer";
import { initialTrainerState, type TrainerState } from "../ppo/trainerState";
import type { PpoRun } from "../ppo/workflow";
import { resumeRun } from "../ppo/checkpoint";
import { NonFiniteError, RewardApiError } from "../errors";
import type { LabConfig } from "../config";
import { baseHash } from "../model/adapters/baseHash";
import type { PhaseEvent } from "../records";
import type { RunSnapshot } from "./protocol";

export interface WorkerRunParts {
  readonly run: PpoRun;
  /** The scenario's id. */
  readonly scenario: string;
  readonly config: LabConfig;
  readonly control: TrainerControl;
  /** Go on from here; null: from the start. */
  readonly resume: ResumeState | null;
}

/** @throws CheckpointError when what is resumed is another run; `run` is then as before. */
export async function workerRun({ run, scenario, config, control, resume }: WorkerRunParts): Promise<WorkerRun> {
  const state = resume === null ? initialTrainerState(config) : await resumeRun(run, scenario, resume);
  return new WorkerRun(run, scenario, control, state, resume?.log ?? EMPTY_RUN_LOG);
}

export class WorkerRun {
  private readonly run: PpoRun;
  private readonly scenario: string;
  private readonly control: TrainerControl;
  private readonly state: TrainerState;
  private readonly held: HeldRun;
  private log: RunLog;
  /** No step is under way. */
  private between = true;
  private baseHash: string | null = null;

  constructor(run: PpoRun, scenario: string, control: TrainerControl, state: TrainerState, log: RunLog) {
    this.run = run;
    this.scenario = scenario;
    this.control = control;
    this.state = state;
    this.held = heldRun(state);
    this.log = log;
  }

  /** From the step that comes next. */
  async *events(): AsyncGenerator<PhaseEvent, void, void> {
    for await (const event of this.run.train(this.control, this.state, this.held)) {
      this.between = event.phase === "step";
      if (event.phase === "step") this.log = logStep(this.log, event.record, this.state.config);
      yield event;
    }
  }

  /** The events again from the step that failed for `reason`, when that left everything as before the step; null: the run is over. */
  eventsAfter(reason: unknown): AsyncGenerator<PhaseEvent, void, void> | null {
    if (!(reason instanceof RewardApiError || reason instanceof NonFiniteError)) return null;
    this.between = true;
    return this.events();
  }

  /** null while a step is under way. */
  async snapshot(): Promise<RunSnapshot | null> {
    if (!this.between) return null;
    const { run, scenario, state, log } = this;
    const { config: modelConfig, parametrisation, weights } = run.start;
    this.baseHash ??= baseHash(weights);
    const policy = this.held.policy ?? (await run.policy.saveState());
    const files = formatResumeState({ scenario, baseHash: this.baseHash, modelConfig, parametrisation, policy, state, log });
    const [json, tensors] = [STATE_FILE, STATE_TENSORS_FILE].map((name) => files.get(name) as Uint8Array) as [Uint8Array, Uint8Array];
    return { stepsDone: state.step, state: json, tensors };
  }
}
