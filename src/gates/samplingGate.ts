// Gate 6: does the policy sample from the distribution that PPO scores (quirk Q8)?

import type { LabConfig } from "../config";
import type { GateResult } from "./gate";

type SamplingField = "doSample" | "temperature" | "topK" | "topP" | "repetitionPenalty";

export interface SamplingEvidence {
  /** Every sampling option with the value under which sampling and scoring agree. */
  readonly options: readonly { readonly field: SamplingField; readonly value: number | boolean; readonly neutral: number | boolean }[];
}

const NEUTRAL: Readonly<Record<SamplingField, number | boolean>> = {
  doSample: true,
  temperature: 1,
  topK: 0,
  topP: 1,
  repetitionPenalty: 1,
};

/** Log-probabilities are always taken at temperature 1 over the whole vocabulary (fact sheet 3.2). */
export function samplingGate(config: LabConfig): GateResult<"sampling", SamplingEvidence> {
  const options = (Object.keys(NEUTRAL) as SamplingField[]).map((field) => ({ field, value: config[field], neutral: NEUTRAL[field] }));
  const off = options.filter(({ value, neutral }) => value !== neutral);
  const evidence = { options };
  if (off.length === 0)
    return {
      id: "sampling",
      verdict: "pass",
      finding: {
        en: "Responses are drawn from the very distribution whose log-probabilities PPO uses.",
        vi: "Câu trả lời được lấy mẫu từ đúng phân phối mà PPO dùng để tính log xác suất.",
      },
      evidence,
    };
  const list = off.map(({ field, value, neutral }) => `${field} ${value} (${neutral})`).join(", ");
  return {
    id: "sampling",
    verdict: "warn",
    finding: {
      en: `Sampling differs from scoring: ${list}. The measured KL is then not the policy's, it can turn negative, and a negative KL is a reward for nothing. Set the values in brackets.`,
      vi: `Lấy mẫu khác với tính điểm: ${list}. Khi đó KL đo được không phải của chính sách, nó có thể âm, và KL âm là phần thưởng cho không. Hãy đặt các giá trị trong ngoặc.`,
    },
    evidence,
  };
}
