// What a run tells the world: phase events while it goes, one StepRecord per PPO step. Plain data that can be posted and stored.

import type { PpoLossStats } from "./loss/lossHead";

/** Scalar statistics under TRL's keys (fact sheet 5.11), plus the lab's own under `lab/`. */
export type ScalarStats = Readonly<Record<string, number>>;

export type WarningKind = "negativeKl" | "ratioExceeded" | "samplingMismatch" | "singleToken";
export interface RunWarning {
  readonly kind: WarningKind;
  readonly step: number;
  /** Numbers that the message text needs. */
  readonly value: number;
  readonly limit: number;
}

/** What the gold scorer (which PPO never sees) says about each response; every array [batch], values in [0, 1]. */
export interface GoldScores {
  readonly gold: Float32Array;
  readonly parts: Readonly<Record<string, Float32Array>>;
}

/** Tokens of one block of the rollout. `rows` are batch rows first .. first + rows - 1 of the PPO batch. */
export interface TokensEvent {
  readonly phase: "tokens";
  readonly step: number;
  readonly rowOffset: number;
  readonly rows: number;
  /** Response index of the first new column. */
  readonly first: number;
  readonly count: number;
  /** [rows, count]; PAD where a row had ended. */
  readonly tokens: Int32Array;
}

/** All prompts answered and trimmed. */
export interface RolloutEvent {
  readonly phase: "rollout";
  readonly step: number;
  readonly queries: readonly Int32Array[];
  readonly responses: readonly Int32Array[];
  readonly queryTexts: readonly string[];
  readonly responseTexts: readonly string[];
}

/** The most probable tokens of one policy at the response columns of some rows, most probable first; both [rows, seq - 1, k]. */
export interface TopTokens {
  readonly ids: Int32Array;
  /** nats */
  readonly logprobs: Float32Array;
}

/** What could have been said instead, for the first `rows` rows of the batch. */
export interface Alternatives {
  readonly rows: number;
  readonly k: number;
  /** The policy that sampled. */
  readonly rollout: TopTokens;
  readonly reference: TopTokens;
}

/** The same with the policy as the update left it. */
export interface StepDetail extends Alternatives {
  readonly updated: TopTokens;
  /** Of the sampled tokens, [rows, seq - 1]. */
  readonly updatedLogprobs: Float32Array;
  /** [rows, seq - 1] */
  readonly updatedValues: Float32Array;
}

/** Responses scored, drift from the reference measured, per-token rewards made. Per-token arrays [batch, seq - 1]. */
export interface ScoreEvent {
  readonly phase: "score";
  readonly step: number;
  /** Raw, [batch]. */
  readonly scores: Float32Array;
  /** After scaling, normalisation and clipping, [batch]. */
  readonly scaledScores: Float32Array;
  readonly gold: GoldScores | null;
  readonly seq: number;
  readonly mask: Float32Array;
  readonly logprobs: Float32Array;
  readonly refLogprobs: Float32Array;
  readonly kl: Float32Array;
  readonly rewards: Float32Array;
  readonly klCoef: number;
  /** null when none were asked for. */
  readonly alternatives: Alternatives | null;
}

/** Credit assigned. Per-token arrays [batch, seq - 1]. */
export interface AdvantagesEvent {
  readonly phase: "advantages";
  readonly step: number;
  /** See StepRecord. */
  readonly values: Float32Array;
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
}

export interface MinibatchRecord {
  readonly epoch: number;
  /** Index within the epoch. */
  readonly index: number;
  /** Batch rows in it. */
  readonly rows: Int32Array;
  readonly stats: PpoLossStats;
  /** [rows, seq - 1] */
  readonly ratio: Float32Array;
  readonly newLogprobs: Float32Array;
  readonly newValues: Float32Array;
  readonly meanRatio: number;
  readonly skipped: boolean;
  /** Global gradient norm at the optimizer step that followed; null when none did (gradient accumulation). */
  readonly gradNorm: number | null;
}

export interface MinibatchEvent {
  readonly phase: "minibatch";
  readonly step: number;
  readonly minibatch: MinibatchRecord;
}

/** What the policy does on one set of prompts that training never sees. */
export interface EvaluationFigures {
  /** Means over the prompts; null without a judge. */
  readonly gold: number | null;
  /** Mean of each part of the judge's verdict; empty without a judge. */
  readonly goldParts: Readonly<Record<string, number>>;
  /** Mean raw score of the reward model. */
  readonly proxy: number;
  /** Mean tokens, EOS included. */
  readonly responseLength: number;
  /**
   * Mean over the responses of KL(policy || reference) summed over their tokens, nats. Over the whole vocabulary, so it is right for
   * greedy responses too, where the log-ratio of the tokens taken (`objective/kl`) is not.
   */
  readonly kl: number;
  readonly queryTexts: readonly string[];
  readonly responseTexts: readonly string[];
  /** Raw scores, [prompts]. */
  readonly scores: Float32Array;
  readonly verdicts: GoldScores | null;
}

export interface EvaluationRecord {
  /** PPO steps that the evaluated policy had done. */
  readonly stepsDone: number;
  readonly heldout: EvaluationFigures;
  readonly hard: EvaluationFigures;
}

/** The policy evaluated, before the first PPO step or at the end of one. */
export interface EvaluationEvent {
  readonly phase: "evaluation";
  readonly step: number;
  readonly evaluation: EvaluationRecord;
}

/** Everything about one PPO step. Per-token arrays are row-major [batch, seq - 1]; column t is about token t + 1. */
export interface StepRecord {
  /**
   * Per-token numbers are those of the first so many rows, and NaN at the response columns of the others; null: of all rows. In a
   * step that was not kept in full a minibatch's per-token arrays are empty, or NaN for rows that were not kept.
   */
  readonly keptRows: number | null;
  /** 0-based. */
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly batch: number;
  readonly seq: number;
  readonly queries: readonly Int32Array[];
  readonly responses: readonly Int32Array[];
  readonly queryTexts: readonly string[];
  readonly responseTexts: readonly string[];
  readonly scores: Float32Array;
  readonly scaledScores: Float32Array;
  readonly gold: GoldScores | null;
  readonly mask: Float32Array;
  readonly logprobs: Float32Array;
  readonly refLogprobs: Float32Array;
  readonly kl: Float32Array;
  readonly rewards: Float32Array;
  /** What the advantages are measured against: the value head's masked values, or those of another `baseline`. */
  readonly values: Float32Array;
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
  /** null when none was asked for. */
  readonly detail: StepDetail | null;
  readonly minibatches: readonly MinibatchRecord[];
  /** PPO epochs really run (early stopping may end sooner). */
  readonly epochsRun: number;
  readonly stats: ScalarStats;
  /** TRL's vector statistics by key, e.g. `objective/kl_dist` [batch]. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
  readonly klCoef: number;
  readonly klCoefAfter: number;
  readonly learningRate: number;
  /** The loss and reward meters, at every `loggingSteps`-th step (fact sheet 7.5); else null. */
  readonly log: { readonly loss: number; readonly reward: number } | null;
  readonly warnings: readonly RunWarning[];
  /** Of the policy before this step, with the run's first step when evaluation is on; else null. */
  readonly initialEvaluation: EvaluationRecord | null;
  /** Of the policy after this step, at every `evalSteps`-th and the last step; else null. */
  readonly evaluation: EvaluationRecord | null;
  /** Seconds by phase: rollout, score, reference, evaluate, update, evaluation (held-out and hard prompts), total. */
  readonly seconds: Readonly<Record<string, number>>;
}

export interface StepEvent {
  readonly phase: "step";
  readonly step: number;
  readonly record: StepRecord;
}

export type PhaseEvent = TokensEvent | RolloutEvent | ScoreEvent | AdvantagesEvent | MinibatchEvent | EvaluationEvent | StepEvent;
