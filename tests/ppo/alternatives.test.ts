// Alternatives for some rows: what could have been said instead, before and after the update.

import { describe, expect, it } from "vitest";
import type { DetailWish } from "../../src/ppo/alternatives";
import { train } from "../../src/ppo/trainer";
import type { StepRecord } from "../../src/records";
import { quietControl, tinyConfig, tinyRun, wasmEngine } from "./tinyRun";

async function records(detail: DetailWish | null): Promise<StepRecord[]> {
  const engine = await wasmEngine();
  const inputs = await tinyRun(engine, { config: tinyConfig({ maxSteps: 2 }), control: quietControl({ detail }) });
  const found: StepRecord[] = [];
  for await (const event of train(inputs)) if (event.phase === "step") found.push(event.record);
  engine.dispose();
  return found;
}

const withoutTimes = ({ detail: _detail, seconds: _seconds, stats, ...record }: StepRecord) => ({
  ...record,
  stats: Object.fromEntries(Object.entries(stats).filter(([key]) => !key.startsWith("time/"))),
});

describe("alternatives", () => {
  it("change nothing in the run", async () => {
    const [plain, detailed] = [await records(null), await records({ rows: 3, topK: 4 })];
    expect(plain.map(({ detail }) => detail)).toEqual([null, null]);
    expect(detailed.map(withoutTimes)).toEqual(plain.map(withoutTimes));
  });

  it("agree with the record: before the update with its log-probabilities, afterwards with what the next step starts from", async () => {
    const [first] = await records({ rows: 3, topK: 20 });
    if (!first?.detail) throw new Error("expected detail");
    const { detail, seq, mask } = first;
    expect(detail).toMatchObject({ rows: 3, k: 20 });
    let moved = 0;
    for (let column = 0; column < 3 * (seq - 1); column++) {
      if (mask[column] !== 1) continue;
      const row = Math.floor(column / (seq - 1));
      const token = [...(first.queries[row] ?? []), ...(first.responses[row] ?? [])][(column % (seq - 1)) + 1];
      const place = (ids: Int32Array) => column * 20 + ids.subarray(column * 20, (column + 1) * 20).indexOf(token ?? -1);
      expect(detail.rollout.logprobs[place(detail.rollout.ids)]).toBeCloseTo(first.logprobs[column] ?? Number.NaN, 5);
      expect(detail.reference.logprobs[place(detail.reference.ids)]).toBeCloseTo(first.refLogprobs[column] ?? Number.NaN, 5);
      expect(detail.updated.logprobs[place(detail.updated.ids)]).toBeCloseTo(detail.updatedLogprobs[column] ?? Number.NaN, 5);
      const total = detail.updated.logprobs.subarray(column * 20, (column + 1) * 20).reduce((sum, lp) => sum + Math.exp(lp), 0);
      expect(total).toBeCloseTo(1, 4);
      if (Math.abs((detail.updatedLogprobs[column] ?? 0) - (first.logprobs[column] ?? 0)) > 1e-4) moved++;
    }
    expect(moved).toBeGreaterThan(0);
  });

  it("are of at most as many rows as the batch has", async () => {
    const [first] = await records({ rows: 100, topK: 2 });
    expect(first?.detail?.rows).toBe(8);
  });
});
