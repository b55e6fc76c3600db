// Loss heads: plain data that says which loss a minibatch is trained under, and what comes back.

/** PPO's clipped losses on one minibatch (fact sheet 5.8). All arrays [batch, seq - 1] unless said otherwise. */
export interface PpoLossHead {
  readonly kind: "ppo";
  /** 1 on response columns, else 0. */
  readonly mask: Float32Array;
  readonly oldLogprobs: Float32Array;
  /** Masked values of the rollout. */
  readonly oldValues: Float32Array;
  /** Whitened over the whole PPO batch. */
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
  readonly cliprange: number;
  readonly cliprangeValue: number;
  readonly vfCoef: number;
  readonly ratioThreshold: number;
  /** Compute logprobs (and so the ratio) at every column, prompt and padding included, as TRL records them. */
  readonly allColumns: boolean;
  readonly valueDropout?: { readonly probability: number; readonly key: number };
}

/** Supervised fine-tuning: mean negative log-probability over the masked columns. */
export interface SftLossHead {
  readonly kind: "sft";
  /** [batch, seq - 1] */
  readonly mask: Float32Array;
}

/**
 * Pairwise reward modelling: rows 2i are chosen, rows 2i + 1 rejected; loss = mean of -log sigmoid(chosen - rejected) on
 * the value at each row's last real token (fact sheet 7.4).
 */
export interface RewardPairLossHead {
  readonly kind: "rewardPair";
}

export type LossHead = PpoLossHead | SftLossHead | RewardPairLossHead;

/** Statistics of one PPO minibatch under TRL's names without the `ppo/` prefix (fact sheet 5.11). */
export interface PpoLossStats {
  readonly "loss/policy": number;
  readonly "loss/value": number;
  readonly "loss/total": number;
  readonly "policy/entropy": number;
  readonly "policy/approxkl": number;
  readonly "policy/policykl": number;
  readonly "policy/clipfrac": number;
  readonly "policy/advantages_mean": number;
  readonly "returns/mean": number;
  readonly "returns/var": number;
  readonly "val/vpred": number;
  readonly "val/error": number;
  readonly "val/clipfrac": number;
  readonly "val/mean": number;
  readonly "val/var": number;
}

export interface PpoLossResult {
  readonly kind: "ppo";
  readonly stats: PpoLossStats;
  /** [batch, seq - 1] new / old probability. */
  readonly ratio: Float32Array;
  /** [batch, seq - 1] of the policy as it was before this minibatch's step. */
  readonly newLogprobs: Float32Array;
  /** [batch, seq - 1] */
  readonly newValues: Float32Array;
  /** Masked mean ratio; above the threshold the losses were multiplied by zero. */
  readonly meanRatio: number;
  readonly skipped: boolean;
}

export interface SftLossResult {
  readonly kind: "sft";
  readonly loss: number;
}

export interface RewardPairLossResult {
  readonly kind: "rewardPair";
  readonly loss: number;
  /** Share of pairs with chosen > rejected. */
  readonly accuracy: number;
}

export type LossResult = PpoLossResult | SftLossResult | RewardPairLossResult;
