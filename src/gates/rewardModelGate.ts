// Gate 3: can this reward model score this policy?

import type { FinetuningType, RewardModelType } from "../config";
import type { LocalText } from "../localText";
import type { GateResult } from "./gate";

/** What stands against the reward model; null: nothing. */
export type RewardProblem = "unknownName" | "needsAdapterPolicy" | "noHead" | "otherBase" | "unknownBase" | "noAddress";

export interface RewardModelEvidence {
  readonly type: RewardModelType;
  /** Name or address as asked for. */
  readonly asked: string;
  /** Name of the reward model found; null when there is none. */
  readonly found: string | null;
  readonly finetuningType: FinetuningType;
  /** Names of the scenario's reward models with their kinds. */
  readonly available: readonly { readonly id: string; readonly type: RewardModelType }[];
  /** Fingerprints of the base that an adapter was trained on and of the policy's; null when unknown or not an adapter. */
  readonly trainedOnBase: string | null;
  readonly policyBase: string | null;
  readonly problem: RewardProblem | null;
}

export interface RewardModelInputs extends Omit<RewardModelEvidence, "problem"> {
  /** Whether a value head lies beside the weights; rules and servers have none. */
  readonly hasHead: boolean;
}

/** Quirks Q12 (a random head without an error) and Q34 (an adapter on another base). */
export function rewardModelGate({ hasHead, ...evidence }: RewardModelInputs): GateResult<"rewardModel", RewardModelEvidence> {
  const problem = problemOf({ hasHead, ...evidence });
  const verdict = problem === null ? "pass" : problem === "unknownBase" ? "warn" : "stop";
  return { id: "rewardModel", verdict, finding: FINDINGS[problem ?? "none"](evidence), evidence: { ...evidence, problem } };
}

function problemOf({ type, asked, found, finetuningType, trainedOnBase, policyBase, hasHead }: RewardModelInputs): RewardProblem | null {
  if (type === "api") return asked === "" ? "noAddress" : null;
  if (found === null) return "unknownName";
  if (type === "rule") return null;
  if (type !== "full" && finetuningType !== type) return "needsAdapterPolicy";
  if (!hasHead) return "noHead";
  if (type === "full") return null;
  if (trainedOnBase === null) return "unknownBase";
  return trainedOnBase === policyBase ? null : "otherBase";
}

type Facts = Omit<RewardModelEvidence, "problem">;
const FINDINGS: Readonly<Record<RewardProblem | "none", (facts: Facts) => LocalText>> = {
  none: ({ type, found, asked }) => ({
    en: `The reward comes from ${found ?? asked} (${type}).`,
    vi: `Phần thưởng do ${found ?? asked} (${type}) chấm.`,
  }),
  noAddress: () => ({
    en: "A reward server was chosen, but no address is given. Put the full address into rewardModel, for example http://127.0.0.1:8000/v1/score/evaluation.",
    vi: "Đã chọn máy chủ chấm thưởng nhưng chưa có địa chỉ. Hãy điền địa chỉ đầy đủ vào rewardModel, ví dụ http://127.0.0.1:8000/v1/score/evaluation.",
  }),
  unknownName: ({ type, asked, available }) => {
    const list = available.map((entry) => `${entry.id} (${entry.type})`).join(", ");
    return {
      en: `The scenario has no reward model ${asked === "" ? "" : `"${asked}" `}of kind ${type}. It has ${list}.`,
      vi: `Kịch bản không có mô hình thưởng ${asked === "" ? "" : `"${asked}" `}thuộc loại ${type}. Nó có ${list}.`,
    };
  },
  needsAdapterPolicy: ({ type, finetuningType }) => ({
    en: `A ${type} reward model is an adapter on the policy's own base, so the policy must be trained with ${type} too, got ${finetuningType}. Set finetuningType to ${type} or choose a full reward model.`,
    vi: `Mô hình thưởng ${type} là bộ thích ứng trên chính mô hình gốc của chính sách, nên chính sách cũng phải huấn luyện bằng ${type}, hiện là ${finetuningType}. Hãy đặt finetuningType thành ${type} hoặc chọn mô hình thưởng full.`,
  }),
  noHead: ({ found }) => ({
    en: `The reward model ${found} has no value head file. The reference would go on with a random head and score noise; choose a complete reward model.`,
    vi: `Mô hình thưởng ${found} không có tệp đầu giá trị. Bản gốc sẽ chạy tiếp với đầu ngẫu nhiên và chấm điểm nhiễu; hãy chọn mô hình thưởng đầy đủ.`,
  }),
  otherBase: ({ found, trainedOnBase, policyBase }) => ({
    en: `The reward adapter ${found} was trained on the base ${trainedOnBase}, the policy's base is ${policyBase}. On another base its scores mean nothing; choose one made for this base, or a full reward model.`,
    vi: `Bộ thích ứng thưởng ${found} được huấn luyện trên mô hình gốc ${trainedOnBase}, còn mô hình gốc của chính sách là ${policyBase}. Trên mô hình gốc khác, điểm của nó vô nghĩa; hãy chọn bộ dành cho mô hình gốc này, hoặc mô hình thưởng full.`,
  }),
  unknownBase: ({ found }) => ({
    en: `The reward adapter ${found} does not say which base it was trained on. It fits in shape; make sure that it is this one.`,
    vi: `Bộ thích ứng thưởng ${found} không cho biết nó được huấn luyện trên mô hình gốc nào. Kích thước thì khớp; hãy chắc chắn đó đúng là mô hình này.`,
  }),
};
