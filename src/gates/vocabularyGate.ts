// Gate 1: do policy and reward model read the same token ids as the same text?

import { hashKey } from "../random";
import type { GateResult } from "./gate";

/** The part of a tokenizer that can differ. */
export interface VocabularyView {
  /** Text of every id, in order. */
  readonly tokens: readonly string[];
  readonly special: Readonly<Record<"bos" | "eos" | "pad", number | null>>;
  /** Ids of the sample text. */
  readonly sample: readonly number[];
}

export interface VocabularySide {
  readonly size: number;
  /** Eight hexadecimal digits over all tokens in order. */
  readonly fingerprint: string;
  readonly special: VocabularyView["special"];
  readonly sample: readonly { readonly id: number; readonly text: string }[];
}

export interface VocabularyEvidence {
  readonly sampleText: string;
  readonly policy: VocabularySide;
  /** null: the reward reads text, not ids. */
  readonly reward: VocabularySide | null;
  /** What the reward model takes the policy's ids for. */
  readonly misread: readonly string[] | null;
  /** Smallest id that stands for different tokens; null when none does. */
  readonly firstDifference: number | null;
}

export interface VocabularyInputs {
  readonly sampleText: string;
  readonly policy: VocabularyView;
  readonly reward: VocabularyView | null;
  /** What `tokenizerDifferences` says about the two. */
  readonly differences: readonly string[];
  readonly allowMismatch: boolean;
}

/** Seed's first classic mistake (fact sheet 9.1): the reference only logs a reminder and scores noise. */
export function vocabularyGate(inputs: VocabularyInputs): GateResult<"vocabulary", VocabularyEvidence> {
  const { sampleText, policy, reward, differences, allowMismatch } = inputs;
  const sides = { sampleText, policy: side(policy), reward: reward && side(reward) };
  if (reward === null)
    return {
      id: "vocabulary",
      verdict: "pass",
      finding: {
        en: "The reward reads text, so its tokens need not be the policy's.",
        vi: "Phần thưởng đọc văn bản, nên token của nó không cần trùng với token của chính sách.",
      },
      evidence: { ...sides, misread: null, firstDifference: null },
    };
  const same = differences.length === 0;
  const firstDifference = same ? null : differingId(policy.tokens, reward.tokens);
  const misread = same ? null : policy.sample.map((id) => reward.tokens[id % reward.tokens.length] ?? "");
  const evidence = { ...sides, misread, firstDifference };
  if (same)
    return {
      id: "vocabulary",
      verdict: "pass",
      finding: {
        en: `Policy and reward model share one vocabulary of ${policy.tokens.length} tokens.`,
        vi: `Chính sách và mô hình thưởng dùng chung một bộ từ vựng ${policy.tokens.length} token.`,
      },
      evidence,
    };
  const list = differences.join("; ");
  return {
    id: "vocabulary",
    verdict: allowMismatch ? "warn" : "stop",
    finding: {
      en: `The reward model has another vocabulary than the policy (${list}). It would read other words than the policy wrote, and its scores would be noise. Choose a reward model trained with the policy's tokenizer.`,
      vi: `Mô hình thưởng dùng bộ từ vựng khác với chính sách (${list}). Nó sẽ đọc thành những từ khác với những gì chính sách viết, và điểm của nó chỉ là nhiễu. Hãy chọn mô hình thưởng được huấn luyện với bộ tách từ của chính sách.`,
    },
    evidence,
  };
}

function side({ tokens, special, sample }: VocabularyView): VocabularySide {
  return {
    size: tokens.length,
    fingerprint: fingerprintOf(tokens),
    special,
    sample: sample.map((id) => ({ id, text: tokens[id] ?? `<${id}>` })),
  };
}

/** A hash over all tokens in order, eight hexadecimal digits. */
export function fingerprintOf(tokens: readonly string[]): string {
  const codes = tokens.flatMap((token) => [...Array.from(token, (letter) => letter.codePointAt(0) ?? 0), -1]);
  return hashKey(...codes)
    .toString(16)
    .padStart(8, "0");
}

function differingId(a: readonly string[], b: readonly string[]): number | null {
  const length = Math.max(a.length, b.length);
  for (let id = 0; id < length; id++) if (a[id] !== b[id]) return id;
  return null;
}
