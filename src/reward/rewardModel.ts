// One interface for every kind of reward: samples in, one score per sample out.

/** A prompt with its trimmed response, as token ids and as text. */
export interface RewardSample {
  readonly query: Int32Array;
  readonly response: Int32Array;
  readonly queryText: string;
  readonly responseText: string;
}

export interface RewardModel {
  readonly kind: "full" | "lora" | "oft" | "api" | "rule";
  /** One raw score per sample, [samples]; no sigmoid, no normalisation (fact sheet 4.1). */
  score(samples: readonly RewardSample[]): Promise<Float32Array>;
  dispose(): void;
}
