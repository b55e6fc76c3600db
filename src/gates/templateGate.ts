// Gate 2: are prompts rendered alike in training and in evaluation?

import type { TemplateName } from "../config";
import type { GateResult } from "./gate";

/** One prompt under one template. */
export interface Rendering {
  readonly template: TemplateName;
  readonly text: string;
  /** Text of each token. */
  readonly tokens: readonly string[];
}

/** A run of tokens that both renderings have, or only one of them. */
export interface DiffPart {
  readonly kind: "both" | "training" | "evaluation";
  readonly tokens: readonly string[];
}

export interface TemplateEvidence {
  readonly training: Rendering;
  readonly evaluation: Rendering;
  readonly diff: readonly DiffPart[];
  /** How the shipped models were trained. */
  readonly modelTemplate: TemplateName;
}

export interface TemplateInputs {
  readonly training: Rendering;
  readonly evaluation: Rendering;
  readonly modelTemplate: TemplateName;
}

/** Seed's second classic mistake (fact sheet 9.1). */
export function templateGate(inputs: TemplateInputs): GateResult<"template", TemplateEvidence> {
  const { training, evaluation, modelTemplate } = inputs;
  const diff = tokenDiff(training.tokens, evaluation.tokens);
  const evidence = { ...inputs, diff };
  if (diff.some(({ kind }) => kind !== "both"))
    return {
      id: "template",
      verdict: "warn",
      finding: {
        en: `Prompts are rendered as "${training.template}" in training and as "${evaluation.template}" in evaluation. The policy is asked in a form it never met, and evaluation measures that. Use one template for both.`,
        vi: `Câu hỏi được dựng theo mẫu "${training.template}" khi huấn luyện nhưng theo mẫu "${evaluation.template}" khi đánh giá. Chính sách bị hỏi theo dạng nó chưa từng gặp, và đánh giá chỉ đo điều đó. Hãy dùng cùng một mẫu cho cả hai.`,
      },
      evidence,
    };
  if (training.template !== modelTemplate)
    return {
      id: "template",
      verdict: "warn",
      finding: {
        en: `The base model learnt prompts rendered as "${modelTemplate}", but the run renders them as "${training.template}". Expect poor answers from the first step on.`,
        vi: `Mô hình gốc học các câu hỏi dựng theo mẫu "${modelTemplate}", nhưng lần chạy này dựng theo mẫu "${training.template}". Câu trả lời sẽ kém ngay từ bước đầu.`,
      },
      evidence,
    };
  return {
    id: "template",
    verdict: "pass",
    finding: {
      en: "Training and evaluation render a prompt to the same tokens.",
      vi: "Huấn luyện và đánh giá dựng câu hỏi thành cùng một dãy token.",
    },
    evidence,
  };
}

/** Longest common subsequence of two token lists as runs. O(a x b) for lists of prompt length. */
export function tokenDiff(training: readonly string[], evaluation: readonly string[]): DiffPart[] {
  const rows = training.length + 1;
  const columns = evaluation.length + 1;
  const common = new Int32Array(rows * columns);
  for (let i = rows - 2; i >= 0; i--)
    for (let j = columns - 2; j >= 0; j--)
      common[i * columns + j] =
        training[i] === evaluation[j]
          ? (common[(i + 1) * columns + j + 1] as number) + 1
          : Math.max(common[(i + 1) * columns + j] as number, common[i * columns + j + 1] as number);
  const parts: { kind: DiffPart["kind"]; tokens: string[] }[] = [];
  const add = (kind: DiffPart["kind"], token: string) => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.tokens.push(token);
    else parts.push({ kind, tokens: [token] });
  };
  let i = 0;
  let j = 0;
  while (i < training.length || j < evaluation.length) {
    const left = training[i];
    const right = evaluation[j];
    if (left !== undefined && left === right) {
      add("both", left);
      i++;
      j++;
    } else if (
      right === undefined ||
      (left !== undefined && (common[(i + 1) * columns + j] as number) >= (common[i * columns + j + 1] as number))
    ) {
      add("training", left as string);
      i++;
    } else {
      add("evaluation", right);
      j++;
    }
  }
  return parts;
}
