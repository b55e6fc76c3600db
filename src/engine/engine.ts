// The seam between PPO and the machinery: what an engine can do with a Llama model. Plain typed arrays go in and come out.

import type { LossHead, LossResult } from "../loss/lossHead";
import type { EngineCounters } from "./counters";
import type { NamedTensors } from "./layout";
import type { LlamaConfig } from "./llamaConfig";
import type { SamplingOptions } from "./sampling";

export type EngineName = "webgpu" | "wasm" | "tfjs-webgpu" | "tfjs-wasm" | "tfjs-cpu";

/**
 * Token rows of equal length. Row i holds real tokens in columns start[i] <= t < end[i]; the rest is padding that no real
 * token attends to. Keys outside [start, end) are masked for every query, padded queries included (their outputs are
 * defined by the keys that remain; a query without any key yields zeros from attention). Positions are t - start[i].
 */
export interface TokenBatch {
  readonly batch: number;
  readonly seq: number;
  /** [batch, seq], every id in [0, vocabSize). */
  readonly ids: Int32Array;
  /** [batch] */
  readonly start: Int32Array;
  /** [batch] */
  readonly end: Int32Array;
}

/** Key of the counter-based dropout mask on the value head's input; probability 0 means none (fact sheet 6.1, quirk Q4). */
export interface ValueDropout {
  readonly probability: number;
  readonly key: number;
}

export interface EvaluateRequest {
  readonly batch: TokenBatch;
  /**
   * [batch, seq - 1], 0/1: columns whose next-token statistics are wanted; others come back as 0.
   * Column t is about token t + 1. Logits are computed for wanted columns only.
   */
  readonly columns: Uint8Array;
  readonly entropies?: boolean;
  /** Number of most probable tokens per wanted column to return. */
  readonly topK?: number;
  /** Return log-probabilities of the whole vocabulary (for `klPenalty: "full"`). */
  readonly distribution?: boolean;
  readonly valueDropout?: ValueDropout;
}

/** All arrays row-major; columns that were not asked for hold 0. */
export interface Evaluation {
  /** [batch, seq - 1] log softmax(logits[t])[ids[t + 1]] */
  readonly logprobs: Float32Array;
  /** [batch, seq - 1] value head output at position t. */
  readonly values: Float32Array;
  /** [batch, seq - 1] nats */
  readonly entropies?: Float32Array;
  /** ids and logprobs [batch, seq - 1, k], most probable first; ties by smaller id. */
  readonly topK?: { readonly k: number; readonly ids: Int32Array; readonly logprobs: Float32Array };
  /** [batch, seq - 1, vocabSize] */
  readonly distribution?: Float32Array;
}

export interface GenerateRequest {
  /** Left-padded prompts: every row ends in its last column (end[i] = seq). */
  readonly prompts: TokenBatch;
  readonly maxNewTokens: number;
  readonly sampling: SamplingOptions;
  /** Any of these ends a row. */
  readonly stopTokenIds: readonly number[];
  readonly padTokenId: number;
  /** New positions computed per yielded block; Infinity for the whole response at once. */
  readonly tokensPerBlock: number;
}

/** `count` new columns for every row; rows that had ended hold PAD. */
export interface TokenBlock {
  /** Response index of the first column. */
  readonly first: number;
  readonly count: number;
  /** [batch, count] */
  readonly tokens: Int32Array;
}

/** One AdamW step (fact sheet 5.9). Weight decay is decoupled: theta <- theta (1 - lr wd). */
export interface AdamWStep {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: { readonly decay: number; readonly noDecay: number };
  /** Gradients are scaled by min(1, maxGradNorm / (norm + 1e-6)); null: no clipping. */
  readonly maxGradNorm: number | null;
  /** Step even when every minibatch since the last step was skipped by the ratio guard (quirk Q27). */
  readonly stepWhenSkipped: boolean;
}

/** What happened at one optimizer step. */
export interface StepResult {
  /** Global L2 norm of the accumulated gradients before clipping. */
  readonly gradNorm: number;
  /** `nonFinite`: a loss or gradient was not finite, nothing was changed. `skipped`: the ratio guard held the step back. */
  readonly outcome: "stepped" | "skipped" | "nonFinite";
  /** Name of the first non-finite tensor when the outcome is `nonFinite`. */
  readonly nonFinite: string | null;
}

/** What has happened since the last call of readUpdates, in order: one entry per accumulate, one per applyAdamW. */
export interface UpdateLog {
  readonly losses: LossResult[];
  readonly steps: StepResult[];
}

/** Everything needed to continue training bit for bit: parameters theta and AdamW's state. */
export interface TrainingState {
  readonly parameters: NamedTensors;
  readonly firstMoments: NamedTensors;
  readonly secondMoments: NamedTensors;
  /** AdamW's step count k, for bias correction. */
  readonly optimizerSteps: number;
}

/**
 * How the trained parameters theta make the effective weights W_eff that the network runs on. `full`: W_eff = theta, so
 * materialising and pulling gradients back are the identity. Adapters are further kinds: each engine then computes
 * W_eff = f(theta) after every parameter change and dtheta = J^T dW before every optimizer step.
 */
export interface Parametrisation {
  readonly kind: "full";
}

export interface ModelSpec {
  /** Short label for messages, e.g. "policy". */
  readonly label: string;
  readonly config: LlamaConfig;
  readonly weights: NamedTensors;
  /** null: frozen, no gradients and no optimizer state. */
  readonly trainable: Parametrisation | null;
}

/** One Llama network with value head, living inside an engine. Calls must not overlap. */
export interface EngineModel {
  readonly config: LlamaConfig;
  /** Yields token blocks until every row ended or maxNewTokens is reached. */
  generate(request: GenerateRequest): AsyncGenerator<TokenBlock, void, void>;
  evaluate(request: EvaluateRequest): Promise<Evaluation>;
  /** Value head output at each row's last real token (end[i] - 1). [batch] (fact sheet 4.1) */
  scoreLastToken(batch: TokenBatch): Promise<Float32Array>;
  /**
   * Forward and backward of one minibatch; adds gradScale * dLoss/dW to the gradients.
   * Results are read later with readUpdates, so a GPU engine need not wait.
   */
  accumulate(batch: TokenBatch, head: LossHead, gradScale: number): Promise<void>;
  /** Clip, step and zero the gradients; obeys the finite and ratio flags without asking the host. */
  applyAdamW(step: AdamWStep): Promise<void>;
  /** Drop accumulated gradients. */
  zeroGradients(): Promise<void>;
  readUpdates(): Promise<UpdateLog>;
  /** Parameters in HF names and layout. */
  readParameters(): Promise<NamedTensors>;
  /** Accumulated gradients in HF names and layout. */
  readGradients(): Promise<NamedTensors>;
  saveState(): Promise<TrainingState>;
  restoreState(state: TrainingState): Promise<void>;
  dispose(): void;
}

/** What a model of this size and batch will need. */
export interface MemoryEstimateRequest {
  readonly config: LlamaConfig;
  readonly trainable: boolean;
  readonly batch: number;
  readonly seq: number;
}

export interface Engine {
  readonly name: EngineName;
  /** Bytes, an estimate before anything is allocated. */
  estimateMemory(request: MemoryEstimateRequest): number;
  createModel(spec: ModelSpec): Promise<EngineModel>;
  /** A copy; counts since the engine was made. */
  counters(): EngineCounters;
  /** Bytes held now: wasm memories or tensors. */
  memoryInUse(): number;
  dispose(): void;
}
