// The token inspector's numbers against a real run: branches of the losses, colours, alternatives, passes, a prompt's history.

import { beforeAll, describe, expect, it } from "vitest";
import { colouredNumber, isCut, levelIn, scaleOf } from "../../app/inspector/colouring";
import { cellWriter } from "../../app/inspector/cells";
import { policyTerm, valueTerm } from "../../app/inspector/objective";
import { passesOf } from "../../app/inspector/passes";
import { completionsOf } from "../../app/inspector/promptHistory";
import { responsesOf, selectionIn, stopReason } from "../../app/inspector/responses";
import { alternativesAt } from "../../app/inspector/topTokens";
import { type TokenNumbers, tokenAt } from "../../app/lenses/tokenAt";
import { type StepData, stepDataOf, withEvent } from "../../app/run/stepData";
import { numberWriter } from "../../app/strings/numbers";
import { ppoLoss } from "../../src/loss/ppoLoss";
import type { PpoLossHead } from "../../src/loss/lossHead";
import { type RealRun, realRun } from "./walkthroughRun";

let run: RealRun;
let step: StepData;
beforeAll(async () => {
  run = await realRun({ cliprange: 0.05, cliprangeValue: 0.01, learningRate: 0.02 });
  step = stepDataOf(run.records[1] as (typeof run.records)[number]);
});

/** Every response token of a minibatch's rows. */
function tokensOf(minibatch: number): TokenNumbers[] {
  const rows = Array.from(step.minibatches[minibatch]?.rows ?? []);
  return rows.flatMap((row) =>
    Array.from(step.rollout?.responses[row] ?? [], (_, index) => tokenAt(step, row, index, minibatch) as TokenNumbers),
  );
}
const known = (token: TokenNumbers) => ({
  credit: token.credit as NonNullable<TokenNumbers["credit"]>,
  update: token.update as NonNullable<TokenNumbers["update"]>,
});
const mean = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;

describe("policyTerm and valueTerm", () => {
  it("average to the losses and clip fractions that the minibatch reports", () => {
    const last = step.minibatches.length - 1;
    for (const place of [0, last]) {
      const { stats } = step.minibatches[place] as NonNullable<(typeof step.minibatches)[number]>;
      const terms = tokensOf(place).map((token) => {
        const { credit, update } = known(token);
        return {
          policy: policyTerm(update.ratio, credit.advantage, run.config.cliprange),
          value: valueTerm({ value: update.newValue, oldValue: credit.value, ret: credit.ret, cliprangeValue: run.config.cliprangeValue }),
        };
      });
      expect(-mean(terms.map(({ policy }) => policy.objective))).toBeCloseTo(stats["loss/policy"], 5);
      expect(mean(terms.map(({ value }) => value.loss))).toBeCloseTo(stats["loss/value"], 5);
      expect(mean(terms.map(({ policy }) => Number(policy.branch === "clipped")))).toBeCloseTo(stats["policy/clipfrac"], 6);
      expect(mean(terms.map(({ value }) => Number(value.branch === "clipped")))).toBeCloseTo(stats["val/clipfrac"], 6);
    }
    expect((step.minibatches[last]?.stats["policy/clipfrac"] ?? 0) > 0).toBe(true);
  });

  it.each([
    [1.5, 2, "clipped"],
    [1.5, -2, "unclipped"],
    [0.5, -2, "clipped"],
    [0.5, 2, "unclipped"],
    [1.1, 2, "same"],
    [1.5, 0, "unclipped"],
  ] as const)("ratio %d, advantage %d: %s, as the loss's gradient says", (ratio, advantage, branch) => {
    expect(policyTerm(ratio, advantage, 0.2).branch).toBe(branch);
    const one = Float32Array.of(1);
    const head: PpoLossHead = {
      kind: "ppo",
      mask: one,
      oldLogprobs: Float32Array.of(0),
      oldValues: Float32Array.of(0),
      advantages: Float32Array.of(advantage),
      returns: Float32Array.of(0),
      cliprange: 0.2,
      cliprangeValue: 0.2,
      vfCoef: 0.1,
      ratioThreshold: 10,
      allColumns: false,
    };
    const { dLogprobs, result } = ppoLoss(head, { logprobs: Float32Array.of(Math.log(ratio)), values: Float32Array.of(0), entropies: one });
    expect(dLogprobs[0] === 0).toBe(branch === "clipped" || advantage === 0);
    expect(-policyTerm(ratio, advantage, 0.2).objective).toBeCloseTo(result.stats["loss/policy"], 5);
  });

  it("value far from its old one and from the return: the clipped error counts only when it is the larger", () => {
    const at = (value: number) => valueTerm({ value, oldValue: 0, ret: 1, cliprangeValue: 0.2 });
    expect(at(0.5)).toMatchObject({ branch: "clipped", clippedValue: 0.2, loss: expect.closeTo(0.32, 9) });
    expect(at(-0.5)).toMatchObject({ branch: "unclipped", clippedValue: -0.2, loss: expect.closeTo(1.125, 9) });
    expect(at(0.1)).toMatchObject({ branch: "same", clippedValue: 0.1 });
  });
});

describe("colours", () => {
  it("read the number that they name", () => {
    const [token] = tokensOf(3);
    if (token === undefined) throw new Error("no token");
    const { credit, update } = known(token);
    const read = (colouring: Parameters<typeof colouredNumber>[1]) => colouredNumber(token, colouring, 0.2);
    expect([read("kl"), read("reward"), read("value"), read("advantage"), read("ratio"), read("objective")]).toEqual([
      token.scoring?.kl,
      token.scoring?.reward,
      credit.value,
      credit.advantage,
      update.ratio,
      policyTerm(update.ratio, credit.advantage, 0.2).objective,
    ]);
    expect(colouredNumber({ ...token, update: null }, "ratio", 0.2)).toBeNaN();
  });

  it("put a ratio past the clip at level 2 and none where there is no number", () => {
    const scale = scaleOf("ratio", 0.2);
    expect([0.5, 0.75, 0.94, 1, 1.06, 1.25, 1.5].map((ratio) => levelIn(scale, ratio))).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    expect(levelIn(scale, Number.NaN)).toBeNull();
  });

  it("mark as cut what the minibatch counts as clipped", () => {
    const last = step.minibatches.length - 1;
    const cut = tokensOf(last).map((token) => Number(isCut(token, run.config.cliprange)));
    expect(mean(cut)).toBeCloseTo(step.minibatches[last]?.stats["policy/clipfrac"] ?? -1, 6);
  });
});

describe("responses", () => {
  const texts = ["<|pad|>", "<|end|>", " good", " bad"];
  const growing = (rows: readonly (readonly number[])[]) =>
    responsesOf({ ...stepDataOf(run.records[0] as never), rollout: null, growing: rows }, texts);

  it("grow without the padding behind their end", () => {
    const responses = growing([
      [2, 3],
      [2, 1, 0, 0],
      [3, 1, 1, 1],
    ]);
    expect([0, 1, 2].map((row) => responses.ids(row))).toEqual([
      [2, 3],
      [2, 1],
      [3, 1],
    ]);
    expect(responses).toMatchObject({ count: 3, growing: true });
    expect(responses.prompt(0)).toBeNull();
  });

  it("end with a stop token or at the limit", () => {
    expect([stopReason([2, 1], texts), stopReason([2, 3], texts), stopReason([], texts)]).toEqual(["end", "limit", "limit"]);
  });

  it("grow to what the rollout then holds", () => {
    let data: StepData | null = null;
    for (const event of run.events) {
      if (event.phase === "rollout" && data !== null) {
        const grown = responsesOf(data, []);
        event.responses.forEach((response, row) => expect(grown.ids(row).slice(0, response.length)).toEqual([...response]));
        break;
      }
      data = withEvent(data, event);
    }
  });

  it("select what exists: the wish, else the first, else the newest token of a growing row", () => {
    const whole = responsesOf(step, []);
    expect(selectionIn(whole, 2, 0)).toEqual({ row: 2, token: 0 });
    expect(selectionIn(whole, 999, 999)).toEqual({ row: 0, token: 0 });
    expect(selectionIn(growing([[2, 3]]), 0, null)).toEqual({ row: 0, token: 1 });
    expect(selectionIn(growing([[]]), 0, null)).toEqual({ row: 0, token: -1 });
  });
});

describe("alternativesAt", () => {
  it("gives the three policies with the sampled token in each", () => {
    const found = alternativesAt(step, 1, 0);
    if (!("policies" in found)) throw new Error(found.why);
    const sampled = step.rollout?.responses[1]?.[0];
    const token = tokenAt(step, 1, 0, 0);
    for (const tokens of Object.values(found.policies)) {
      expect(tokens?.filter((one) => one.sampled).map(({ id }) => id)).toEqual([sampled]);
      const top = tokens?.slice(0, 4).map(({ probability }) => probability) ?? [];
      expect(top).toEqual(top.toSorted((a, b) => b - a));
    }
    const rollout = found.policies.rollout?.find((one) => one.sampled)?.probability ?? 0;
    expect(rollout).toBeCloseTo(Math.exp(token?.scoring?.logprob ?? 0), 5);
    const updated = found.policies.updated?.find((one) => one.sampled)?.probability ?? 0;
    expect(updated).toBeCloseTo(Math.exp(found.updatedLogprob ?? 0), 5);
  });

  it("says why there is nothing", () => {
    const record = run.records[0] as (typeof run.records)[number];
    expect(alternativesAt(step, 3, 0)).toEqual({ why: "row", rows: 3 });
    expect(alternativesAt(stepDataOf({ ...record, detail: null }), 0, 0)).toEqual({ why: "notRecorded" });
    expect(alternativesAt({ ...step, scoring: null, record: null }, 0, 0)).toEqual({ why: "notYet" });
  });

  it("lacks the updated policy until the step is over", () => {
    let data: StepData | null = null;
    for (const event of run.events) {
      if (event.phase === "step") break;
      data = withEvent(data, event);
    }
    const found = alternativesAt(data as StepData, 0, 0);
    expect(found).toMatchObject({ policies: { updated: null }, updatedLogprob: null });
  });
});

describe("passesOf", () => {
  it("finds a token once in every epoch, with the ratio of that minibatch", () => {
    const passes = passesOf(step, 5, 0);
    expect(passes.map(({ epoch }) => epoch)).toEqual([0, 1]);
    for (const { place, ratio } of passes) expect(ratio).toBe(tokenAt(step, 5, 0, place)?.update?.ratio);
  });

  it("finds none where ratios were not kept", () => {
    const minibatches = step.minibatches.map((minibatch) => ({ ...minibatch, ratio: new Float32Array() }));
    expect(passesOf({ ...step, minibatches }, 5, 0)).toEqual([]);
  });
});

describe("completionsOf", () => {
  it("collects a prompt's completions in the order of the steps", () => {
    const [first, second] = run.records as [RealRun["records"][number], RealRun["records"][number]];
    const queryTexts = second.queryTexts.map((text, row) => (row === 4 ? (first.queryTexts[2] as string) : `${text} other`));
    const found = completionsOf([first, { ...second, queryTexts, gold: null }], first.queryTexts[2] as string);
    const inFirst = first.queryTexts.flatMap((text, row) => (text === first.queryTexts[2] ? [[0, row]] : []));
    expect(found.map(({ step: at, row }) => [at, row])).toEqual([...inFirst, [1, 4]]);
    expect(found.at(-1)).toEqual({ step: 1, row: 4, text: second.responseTexts[4], score: second.scores[4], gold: null });
  });
});

describe("cellWriter", () => {
  it("writes three decimals, no negative zero, and a dash for nothing", () => {
    const cell = cellWriter(numberWriter("en"), 3);
    expect([cell(-0.0001), cell(-1.2346), cell(null), cell(undefined), cell(Number.NaN)]).toEqual(["0.000", "−1.235", "–", "–", "–"]);
  });
});
