// Gate 7: learning rate, epochs and KL control against the advice and the scenario's tried values.

import type { LabConfig } from "../config";
import { type FittedValues, policyKindValues } from "../policyKind";
import type { GateResult } from "./gate";

export interface AdviceRow {
  readonly field: "learningRate" | "ppoEpochs" | "initKlCoef" | "cliprange";
  readonly value: number;
  /** Tried range for this scenario's model size. */
  readonly low: number;
  readonly high: number;
  readonly inside: boolean;
}

export interface AdviceEvidence {
  readonly rows: readonly AdviceRow[];
  /** What the reference's guide gives for large models: learning rate 1e-6 to 5e-6, epochs 2 to 4 (fact sheet 9.1). */
  readonly largeModels: { readonly learningRate: readonly [number, number]; readonly ppoEpochs: readonly [number, number] };
}

/** Values up to this factor from the scenario's own are taken as tried. */
const LEARNING_RATE_FACTOR = 4;
const EPOCHS: readonly [number, number] = [1, 6];
const CLIPRANGE: readonly [number, number] = [0.05, 0.4];

/** @param tried the scenario's recommended values for full fine-tuning */
export function adviceGate(config: LabConfig, tried: FittedValues): GateResult<"advice", AdviceEvidence> {
  const row = (field: AdviceRow["field"], low: number, high: number): AdviceRow => {
    const value = config[field];
    return { field, value, low, high, inside: value >= low && value <= high };
  };
  const fitted = policyKindValues(config.finetuningType, tried);
  const rows = [
    row("learningRate", fitted.learningRate / LEARNING_RATE_FACTOR, fitted.learningRate * LEARNING_RATE_FACTOR),
    row("ppoEpochs", ...EPOCHS),
    row("initKlCoef", fitted.initKlCoef / 8, Math.max(fitted.initKlCoef * 8, 1)),
    row("cliprange", ...CLIPRANGE),
  ];
  const evidence: AdviceEvidence = { rows, largeModels: { learningRate: [1e-6, 5e-6], ppoEpochs: [2, 4] } };
  const outside = rows.filter(({ inside }) => !inside);
  if (outside.length === 0)
    return {
      id: "advice",
      verdict: "pass",
      finding: {
        en: "Learning rate, epochs, KL coefficient and clip range lie where this scenario's runs went well.",
        vi: "Tốc độ học, số epoch, hệ số KL và biên cắt nằm trong khoảng mà kịch bản này chạy tốt.",
      },
      evidence,
    };
  const list = outside.map(({ field, value, low, high }) => `${field} ${value} (${low} to ${high})`).join(", ");
  const listVi = outside.map(({ field, value, low, high }) => `${field} ${value} (từ ${low} đến ${high})`).join(", ");
  return {
    id: "advice",
    verdict: "warn",
    finding: {
      en: `Outside the tried range: ${list}. Large steps or many epochs on one batch drive the policy away from the data it was measured on; no KL penalty lets it leave language altogether.`,
      vi: `Ngoài khoảng đã thử: ${listVi}. Bước quá lớn hoặc quá nhiều epoch trên một lô đẩy chính sách rời xa dữ liệu mà nó được đo; không phạt KL thì nó có thể rời bỏ cả ngôn ngữ.`,
    },
    evidence,
  };
}
