// What crosses between the page and the lab's worker: calls with one answer each, progress, control patches and errors as plain data.

import type { LabConfig, RewardModelType } from "../config";
import type { EngineName } from "../engine/engine";
import type { Recovery } from "../engine/recoveringEngine";
import type { EngineChoice, EngineRequest, Rejection } from "../engine/select";
import type { GateReport } from "../gates/inspection";
import type { DetailWish } from "../ppo/alternatives";
import type { ModelHashes } from "../ppo/modelHashes";
import type { LocalText } from "../localText";
import type { PhaseEvent, StepDetail, StepRecord } from "../records";
import type { FailurePreset } from "../scenarios/presets";

/** A named set of option values that a visitor can start from, on top of the reference's defaults. */
export interface Preset {
  readonly id: "scenario" | "reference";
  readonly values: Partial<LabConfig>;
}

export interface RewardModelInfo {
  readonly id: string;
  readonly type: RewardModelType;
  readonly note: LocalText;
}

export interface ScenarioInfo {
  readonly id: string;
  /** What it is and what to watch for. */
  readonly about: LocalText;
  /** The default one first. */
  readonly rewardModels: readonly RewardModelInfo[];
  /** Runs that go wrong on purpose. */
  readonly failures: readonly FailurePreset[];
  /** Values on top of the reference's defaults; the page starts from these. */
  readonly defaults: Partial<LabConfig>;
  /** The scenario's own defaults first. */
  readonly presets: readonly Preset[];
  /** Number of training prompts; a PPO batch cannot be larger. */
  readonly promptCount: number;
}

/** What this build offers; the worker says so before it loads anything. */
export interface Catalog {
  readonly scenarios: readonly ScenarioInfo[];
  readonly engines: readonly EngineName[];
}

export interface OpenRequest {
  readonly scenario: string;
  readonly engine: EngineRequest;
  /** Absolute address of the page's folder, with a trailing slash; model files lie below it. */
  readonly baseUrl: string;
}

export type WarmUpStage = "models" | "engine" | "networks";

/** What is being prepared; `fraction` of the stage that is done, in [0, 1]. */
export interface WarmUpProgress {
  readonly stage: WarmUpStage;
  readonly fraction: number;
}

/** The engine that really runs (it may differ from the one asked for) and why. */
export interface OpenInfo {
  readonly engine: EngineName;
  /** Name of the GPU; null on the CPU. */
  readonly adapter: string | null;
  readonly rejections: readonly Rejection[];
  readonly probes: EngineChoice["probes"];
}

/** What the engine did in a PPO step, and what has become of it. */
export interface EngineReport {
  readonly engine: EngineName;
  readonly adapter: string | null;
  /** In the step: kernels run (dispatches on a GPU), submits, times that the host waited for results. */
  readonly kernelCalls: number;
  readonly submits: number;
  readonly readbacks: number;
  /** Losses of the GPU since the run began. */
  readonly recoveries: readonly Recovery[];
}

export interface RunInfo {
  readonly totalSteps: number;
  readonly batchSize: number;
  readonly miniBatchSize: number;
  /** Trained parameters of the policy, value head included. */
  readonly parameters: number;
  /** Text of every token id. */
  readonly tokenTexts: readonly string[];
  readonly models: ModelHashes;
  /** What somebody should know before the run. */
  readonly warnings: readonly LocalText[];
}

/** A visitor's leave to send prompts and responses to one reward server; never part of the options, which travel in links. */
export interface ApiGrant {
  readonly origin: string;
  /** Sent as a Bearer token; null for none. */
  readonly apiKey: string | null;
}

/** A run between two PPO steps: the lab's own two checkpoint files (src/ppo/checkpointState.ts). */
export interface RunSnapshot {
  /** PPO steps that it had done. */
  readonly stepsDone: number;
  /** ppo_lab_state.json */
  readonly state: Uint8Array;
  /** ppo_lab_state.safetensors */
  readonly tensors: Uint8Array;
}

export interface StartRequest {
  readonly config: LabConfig;
  /** For rewardModelType `api`; null when no leave was given. */
  readonly api: ApiGrant | null;
  /** Go on from here (`config` is then the options of that run); null: from the scenario's weights. */
  readonly resume: RunSnapshot | null;
}

/** What may change while a run goes on; live options take effect at the next PPO step. */
export interface ControlPatch {
  readonly tokensPerBlock?: number;
  readonly watchMinibatches?: boolean;
  readonly detail?: DetailWish | null;
  readonly config?: Partial<LabConfig>;
}

/** `event` is null when the run is over. `applied`: options that the trainer took over before this event. */
export interface PullResult {
  readonly event: PhaseEvent | null;
  readonly applied: Partial<LabConfig> | null;
  /** With the event that ends a PPO step; else null. */
  readonly engine: EngineReport | null;
}

/** The calls of the protocol: argument and answer by name. */
export interface Calls {
  open: { argument: OpenRequest; answer: OpenInfo };
  /** Looks at a run before it starts; nothing is trained. */
  inspect: { argument: LabConfig; answer: readonly GateReport[] };
  start: { argument: StartRequest; answer: RunInfo };
  pull: { argument: null; answer: PullResult };
  /** null: no run, or it does not stand between two steps. */
  snapshot: { argument: null; answer: RunSnapshot | null };
  stop: { argument: null; answer: null };
}
export type CallName = keyof Calls;

export type ToWorker =
  | { [K in CallName]: { readonly kind: "call"; readonly id: number; readonly name: K; readonly argument: Calls[K]["argument"] } }[CallName]
  | { readonly kind: "control"; readonly patch: ControlPatch };

export type FromWorker =
  | { readonly kind: "catalog"; readonly catalog: Catalog }
  | { readonly kind: "progress"; readonly progress: WarmUpProgress }
  /** A sign of life. */
  | { readonly kind: "beat" }
  | { readonly kind: "answer"; readonly id: number; readonly value: Calls[CallName]["answer"] }
  | { readonly kind: "failure"; readonly id: number; readonly error: WireError };

/** An error as plain data. `fields` holds the own properties beyond name, message and stack that can be cloned. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

export function toWireError(reason: unknown): WireError {
  if (!(reason instanceof Error)) return { name: "Error", message: String(reason), stack: null, fields: {} };
  const fields: Record<string, string | number | boolean | null> = {};
  for (const [key, value] of Object.entries(reason)) {
    const plain = typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null;
    if (plain && key !== "name" && key !== "message" && key !== "stack") fields[key] = value;
  }
  return { name: reason.name, message: reason.message, stack: reason.stack ?? null, fields };
}

/** An error that happened in the worker, with the name, stack and fields it had there. */
export class RemoteError extends Error {
  readonly fields: WireError["fields"];
  constructor(wire: WireError) {
    super(wire.message);
    this.name = wire.name;
    this.fields = wire.fields;
    if (wire.stack !== null) this.stack = wire.stack;
  }
}

/**
 * Buffers that move instead of being copied: the per-token arrays of a finished step, which the trainer gives away.
 * Token ids and earlier events are copied, because the trainer still reads them.
 */
export function transferListOf(event: PhaseEvent | null): ArrayBuffer[] {
  return event === null || event.phase !== "step" ? [] : wholeBuffers(recordArrays(event.record));
}

/** A snapshot is made for its receiver alone. */
export function transferListOfSnapshot(snapshot: RunSnapshot | null): ArrayBuffer[] {
  return snapshot === null ? [] : wholeBuffers([snapshot.state, snapshot.tensors]);
}

/** Each buffer once; arrays that are views into a larger one are left to be copied. */
function wholeBuffers(arrays: readonly (Float32Array | Int32Array | Uint8Array)[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const array of arrays) {
    const whole = array.byteOffset === 0 && array.byteLength === array.buffer.byteLength;
    if (whole && array.byteLength > 0 && array.buffer instanceof ArrayBuffer) buffers.add(array.buffer);
  }
  return [...buffers];
}

function detailArrays(detail: StepDetail | null): (Float32Array | Int32Array)[] {
  if (detail === null) return [];
  const { rollout, reference, updated, updatedLogprobs, updatedValues } = detail;
  return [...[rollout, reference, updated].flatMap(({ ids, logprobs }) => [ids, logprobs]), updatedLogprobs, updatedValues];
}

function recordArrays(record: StepRecord): (Float32Array | Int32Array)[] {
  const { scores, scaledScores, mask, logprobs, refLogprobs, kl, rewards, values, advantages, returns } = record;
  return [
    ...[scores, scaledScores, mask, logprobs, refLogprobs, kl, rewards, values, advantages, returns],
    ...Object.values(record.vectors),
    ...detailArrays(record.detail),
    ...record.minibatches.flatMap((minibatch) => [minibatch.ratio, minibatch.newLogprobs, minibatch.newValues]),
  ];
}
