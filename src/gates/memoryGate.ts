// Gate 5: will models and batch fit?

import type { GateResult } from "./gate";

export interface MemoryPart {
  readonly name: "policy" | "reference" | "rewardModel";
  /** An estimate before anything is allocated. */
  readonly bytes: number;
}

export interface MemoryEvidence {
  readonly parts: readonly MemoryPart[];
  readonly totalBytes: number;
  readonly limitBytes: number;
}

const MIB = 1024 * 1024;

/** @param limitBytes what the engine can hold */
export function memoryGate(parts: readonly MemoryPart[], limitBytes: number): GateResult<"memory", MemoryEvidence> {
  const totalBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const evidence = { parts, totalBytes, limitBytes };
  const mib = (bytes: number) => (bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0);
  if (totalBytes > limitBytes)
    return {
      id: "memory",
      verdict: "stop",
      finding: {
        en: `The run needs about ${mib(totalBytes)} MiB, but the engine can hold ${mib(limitBytes)} MiB. Make the minibatch or the response limit smaller.`,
        vi: `Lần chạy cần khoảng ${mib(totalBytes)} MiB, nhưng bộ máy chỉ chứa được ${mib(limitBytes)} MiB. Hãy giảm lô nhỏ hoặc giới hạn độ dài câu trả lời.`,
      },
      evidence,
    };
  return {
    id: "memory",
    verdict: "pass",
    finding: {
      en: `The run needs about ${mib(totalBytes)} MiB of ${mib(limitBytes)} MiB.`,
      vi: `Lần chạy cần khoảng ${mib(totalBytes)} MiB trong ${mib(limitBytes)} MiB.`,
    },
    evidence,
  };
}
