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

/** Everything needed to continue training bit for bit: theta and AdamW's state, by theta's names. */
export interface TrainingState {
  readonly parameters: NamedTensors;
  readonly firstMoments: NamedTensors;
  readonly secondMoments: NamedTensors;
  /** AdamW's step count k, for bias correction. */
  readonly optimizerSteps: number;
}

/**
 * How the trained parameters theta make the effective weights W_eff that the network runs on. After every change of theta an
 * engine computes W_eff = f(theta); before every optimizer step it pulls gradients back, dtheta = J^T dW. The value head belongs
 * to theta in every kind. theta.ts gives theta's tensors.
 */
export type Parametrisation = FullParametrisation | FreezeParametrisation | LoraParametrisation | OftParametrisation;

/** W_eff = theta. */
export interface FullParametrisation {
  readonly kind: "full";
}

/** Some tensors of W_eff are theta, the others stay as they are. */
export interface FreezeParametrisation {
  readonly kind: "freeze";
  /** Names of the trained tensors without the value head. */
  readonly trained: readonly string[];
}

/** W_eff = W + scale B A for each target weight W [out, in], A [rank, in], B [out, rank] (fact sheet 6.3). */
export interface LoraParametrisation {
  readonly kind: "lora";
  readonly rank: number;
  readonly scale: number;
  /** Names of the adapted linear weights, e.g. `model.layers.0.self_attn.q_proj.weight`. */
  readonly targets: readonly string[];
}

/** W_eff = W R^T for each target weight, R = blockdiag(R_1 .. R_k) made from skew blocks Q (fact sheet 6.4). */
export interface OftParametrisation {
  readonly kind: "oft";
  /** `neumann`: I + 2 (Q + ... + Q^(terms-2)) + Q^(terms-1), see `neumannCoefficients` for under 4 terms; `exact`: (I - Q)(I + Q)^-1. */
  readonly cayley: { readonly kind: "neumann"; readonly terms: number } | { readonly kind: "exact" };
  /** Adapted linear weights; `blockSize` divides their input size. */
  readonly targets: readonly { readonly name: string; readonly blockSize: number }[];
}

/** Value head weights outside the network, to be swapped in: weight [1, hidden], bias [1]. */
export interface ValueHead {
  readonly weight: Float32Array;
  readonly bias: number;
}

export interface ModelSpec {
  /** Short label for messages, e.g. "policy". */
  readonly label: string;
  readonly config: LlamaConfig;
  /** Base weights W, value head included. */
  readonly weights: NamedTensors;
  /** null: frozen, no gradients and no optimizer state. */
  readonly trainable: Parametrisation | null;
  /** First values of the adapter's tensors (`adapterSpecs`); with `lora` and `oft` only. */
  readonly adapter?: NamedTensors;
}

/** Name of the adapter that is trained. */
export const DEFAULT_ADAPTER = "default";

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
  /** The effective weights W_eff in HF names and layout. */
  readParameters(): Promise<NamedTensors>;
  /** Accumulated gradients of theta by theta's names. */
  readGradients(): Promise<NamedTensors>;
  saveState(): Promise<TrainingState>;
  restoreState(state: TrainingState): Promise<void>;

  /**
   * Adds a frozen adapter (`lora` or `oft`) on the same base weights; it does not act until it is set.
   * @throws ShapeError when its tensors do not fit this base; EngineError when the name is taken, or with `full` and `freeze`, which
   * keep no base weights.
   */
  addAdapter(name: string, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): Promise<void>;
  /**
   * Puts an adapter in force: W_eff is made from the base weights with it, or from the base weights alone (null). The value head
   * stays. Theta and optimizer state are untouched; training needs `DEFAULT_ADAPTER` in force.
   * @throws EngineError when there is no such adapter, or with `full` and `freeze`.
   */
  setAdapter(name: string | null): Promise<void>;
  /** Makes a named buffer for a value head, zero-filled without `head` (fact sheet 1.4). */
  createHeadBuffer(name: string, head: ValueHead | null): Promise<void>;
  /** Buffer := value head. */
  storeHead(name: string): Promise<void>;
  /** Value head := buffer; optimizer state is untouched. */
  loadHead(name: string): Promise<void>;
  dispose(): void;
}

/** What a model of this size and batch will need. */
export interface MemoryEstimateRequest {
  readonly config: LlamaConfig;
  readonly trainable: Parametrisation | null;
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
