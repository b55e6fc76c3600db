// What a visitor looks at: tab, step, phase, minibatch, row, token, colouring and explanations. Plain data; a link can hold it.

export const TABS = ["overview", "walkthrough", "charts", "checks", "failures"] as const;
export type Tab = (typeof TABS)[number];

export const COLOURINGS = ["kl", "reward", "value", "advantage", "ratio", "objective"] as const;
export type Colouring = (typeof COLOURINGS)[number];

export const LENSES = ["mathematics", "vision", "nlp"] as const;
export type Lens = (typeof LENSES)[number];

export const STEP_PHASES = ["rollout", "score", "advantages", "update"] as const;
export type StepPhase = (typeof STEP_PHASES)[number];

/** What the explanation panel is about: a phase, a metric by its key, or an option by its name. */
export type Topic =
  | { readonly kind: "phase"; readonly id: StepPhase }
  | { readonly kind: "metric"; readonly id: string }
  | { readonly kind: "option"; readonly id: string };

export interface ViewState {
  readonly tab: Tab;
  /** 0-based step that stays put while training goes on; null follows the newest. */
  readonly pinned: number | null;
  readonly phase: StepPhase;
  /** Position among the step's minibatches, in the order they were done. */
  readonly minibatch: number;
  /** Batch row and place in its response. */
  readonly row: number;
  readonly token: number | null;
  readonly colouring: Colouring;
  readonly lens: Lens;
  /** null: the panel is closed. */
  readonly topic: Topic | null;
  /** Statistics chosen in the charts view, by key, in the order of their charts. */
  readonly metrics: readonly string[];
  /** Drawn over the raw lines: null for nothing, "reference" for LLaMA-Factory's average, else the average's weight. */
  readonly smoothing: number | "reference" | null;
}

export const INITIAL_VIEW: ViewState = {
  tab: "overview",
  pinned: null,
  phase: "rollout",
  minibatch: 0,
  row: 0,
  token: null,
  colouring: "kl",
  lens: "nlp",
  topic: null,
  metrics: [
    "ppo/policy/approxkl",
    "ppo/policy/entropy",
    "tokens/responses_len_mean",
    "ppo/val/var_explained",
    "lab/grad_norm",
    "lab/distinct_responses",
  ],
  smoothing: null,
};
