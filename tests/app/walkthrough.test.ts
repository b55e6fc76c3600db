// The step-through's numbers against a real run: GAE row by row, whitening, ratios; phases, where Next leads, captions.

import { beforeAll, describe, expect, it } from "vitest";
import { passesOf } from "../../app/inspector/passes";
import { responsesOf } from "../../app/inspector/responses";
import { type TokenNumbers, tokenAt } from "../../app/lenses/tokenAt";
import { type StepData, stepDataOf, withEvent } from "../../app/run/stepData";
import { numberWriter } from "../../app/strings/numbers";
import { translator } from "../../app/strings/strings";
import { STEP_PHASES } from "../../app/view/viewState";
import { type CaptionInputs, captionsOf } from "../../app/walkthrough/captions";
import { advantageMoments, gaeRow } from "../../app/walkthrough/gae";
import { meanResponseKl } from "../../app/walkthrough/meanResponseKl";
import { nextPhase, phaseKnown, phaseReached, previousPhase } from "../../app/walkthrough/phases";
import { ratioPoints, ratioReach, tokenCount } from "../../app/walkthrough/ratioPoints";
import { unwhitenedAdvantages } from "../../src/ppo/advantages";
import { type RealRun, realRun } from "./walkthroughRun";

let run: RealRun;
let step: StepData;
beforeAll(async () => {
  run = await realRun({ cliprange: 0.05, learningRate: 0.02, gamma: 0.9, lam: 0.8 });
  step = stepDataOf(run.records[1] as (typeof run.records)[number]);
});

const rowsOf = (data: StepData, row: number, config: RealRun["config"]) =>
  Array.from(data.rollout?.responses[row] ?? [], (_, index) => gaeRow(tokenAt(data, row, index, 0) as TokenNumbers, config));

const inputs = (data: StepData, changes: Partial<CaptionInputs> = {}): CaptionInputs => ({
  step: data,
  responses: responsesOf(data, []),
  row: 2,
  token: 0,
  minibatch: 1,
  config: run.config,
  tokenTexts: [],
  t: translator("en"),
  numbers: numberWriter("en"),
  ...changes,
});

describe("gaeRow", () => {
  it("obeys its own recursion at every token and ends with nothing behind the last one", () => {
    const { gamma, lam } = run.config;
    for (let row = 0; row < 8; row++) {
      const rows = rowsOf(step, row, run.config);
      rows.forEach((line, t) => {
        if (line === null) throw new Error("expected advantages");
        const next = rows[t + 1] ?? null;
        expect(line.nextValue).toBe(next?.value ?? 0);
        expect(line.nextAdvantage).toBe(next?.advantage ?? 0);
        expect(line.delta).toBeCloseTo(line.reward + gamma * line.nextValue - line.value, 5);
        expect(line.advantage).toBeCloseTo(line.delta + gamma * lam * line.nextAdvantage, 5);
        expect(line.ret).toBeCloseTo(line.advantage + line.value, 5);
      });
    }
  });

  it.each([
    { ppoWhitenRewards: false, noRemaskAfterWhitening: false },
    { ppoWhitenRewards: true, noRemaskAfterWhitening: false },
    { ppoWhitenRewards: true, noRemaskAfterWhitening: true },
  ])("unrolls what the trainer computes, $ppoWhitenRewards $noRemaskAfterWhitening", ({ ppoWhitenRewards, noRemaskAfterWhitening }) => {
    const { scoring, credit, record } = step;
    if (scoring === null || credit === null || record === null) throw new Error("expected a whole step");
    const { gamma, lam } = run.config;
    const credits = { values: credit.values, rewards: scoring.rewards, mask: scoring.mask, batch: record.batch, gamma, lam };
    const computed = unwhitenedAdvantages({ ...credits, whitenRewards: ppoWhitenRewards, noRemaskAfterWhitening, baseline: "valueHead" });
    const data: StepData = { ...step, credit: { ...credit, returns: computed.returns, values: computed.values } };
    const columns = scoring.seq - 1;
    for (let row = 0; row < 8; row++)
      rowsOf(data, row, { ...run.config, ppoWhitenRewards }).forEach((line, t) => {
        if (line === null) throw new Error("expected advantages");
        const at = row * columns + (record.queries[row]?.length ?? 1) - 1 + t;
        expect(line.advantage).toBeCloseTo(computed.advantages[at] ?? Number.NaN, 5);
        if (!ppoWhitenRewards) expect(line.reward).toBe(scoring.rewards[at]);
        expect(line.reward + gamma * line.nextValue - line.value + line.carried).toBeCloseTo(line.advantage, 5);
      });
  });
});

describe("advantageMoments", () => {
  it("whiten the advantages to those that the losses used", () => {
    const moments = advantageMoments(step);
    if (moments === null) throw new Error("expected moments");
    for (let row = 0; row < 8; row++)
      for (const line of rowsOf(step, row, run.config))
        expect(((line?.advantage ?? Number.NaN) - moments.mean) / moments.deviation).toBeCloseTo(line?.whitened ?? 0, 4);
    expect(moments.deviation ** 2).toBeCloseTo(step.record?.stats["lab/advantage_variance/value_head"] ?? 0, 5);
  });
});

describe("a record kept in part", () => {
  /** NaN for every token but those of the first rows. */
  const thinned = (rows: number): StepData => {
    const { record } = step;
    if (record === null) throw new Error("expected a record");
    const columns = record.seq - 1;
    const cut = (array: Float32Array): Float32Array => array.map((x, i) => (i < rows * columns ? x : Number.NaN));
    const { logprobs, refLogprobs, kl, rewards, values, advantages, returns } = record;
    const tokens = { logprobs, refLogprobs, kl, rewards, values, advantages, returns };
    const minibatches = record.minibatches.map((minibatch) => ({
      ...minibatch,
      ratio: minibatch.ratio.map((x, i) => ((minibatch.rows[Math.floor(i / columns)] ?? 0) < rows ? x : Number.NaN)),
    }));
    return stepDataOf({
      ...record,
      ...Object.fromEntries(Object.entries(tokens).map(([name, array]) => [name, cut(array)])),
      minibatches,
    });
  };

  it("tells the same moments and drift", () => {
    const [whole, part] = [advantageMoments(step), advantageMoments(thinned(2))];
    expect(part?.mean).toBeCloseTo(whole?.mean ?? Number.NaN, 4);
    expect(part?.deviation).toBeCloseTo(whole?.deviation ?? Number.NaN, 4);
    expect(meanResponseKl(thinned(2))).toBe(step.record?.stats["objective/kl"]);
    expect(meanResponseKl({ ...step, record: null })).toBeCloseTo(step.record?.stats["objective/kl"] ?? Number.NaN, 5);
    expect(advantageMoments(thinned(0))).toBeNull();
  });

  it("gives points, passes and captions of what it has", () => {
    const part = thinned(2);
    for (const minibatch of part.minibatches) {
      const kept = ratioPoints(part, minibatch, 0.2);
      expect(kept.every(({ row }) => row < 2)).toBe(true);
      expect(kept.length).toBeLessThan(tokenCount(part, minibatch));
    }
    expect(passesOf(part, 1, 0).length).toBe(2);
    expect(passesOf(part, 5, 0)).toEqual([]);
    for (const phase of STEP_PHASES) for (const { text } of captionsOf(phase, inputs(part))) expect(text).not.toMatch(/NaN|–/);
    expect(captionsOf("advantages", inputs(thinned(0))).map(({ number }) => number)).toEqual([6, 7]);
  });
});

describe("ratioPoints", () => {
  it("are the minibatch's tokens, cut where it counts them as clipped", () => {
    const minibatch = step.minibatches.at(-1) as (typeof step.minibatches)[number];
    const points = ratioPoints(step, minibatch, run.config.cliprange);
    expect(points.filter(({ cut }) => cut).length / points.length).toBeCloseTo(minibatch.stats["policy/clipfrac"], 6);
    expect(points.reduce((sum, { ratio }) => sum + ratio, 0) / points.length).toBeCloseTo(minibatch.meanRatio, 5);
    const { row, token, ratio } = points.at(-1) as (typeof points)[number];
    expect(ratio).toBe(tokenAt(step, row, token, step.minibatches.length - 1)?.update?.ratio);
  });

  it("are none without ratios, and all are cut in a skipped minibatch", () => {
    const minibatch = step.minibatches[0] as (typeof step.minibatches)[number];
    expect(ratioPoints(step, { ...minibatch, ratio: new Float32Array() }, 0.2)).toEqual([]);
    expect(ratioPoints(step, { ...minibatch, skipped: true }, 0.2).every(({ cut }) => cut)).toBe(true);
  });

  it("reach at least twice the clip range and at most 1", () => {
    const at = (ratio: number) => ({ row: 0, token: 0, ratio, advantage: 0, cut: false });
    expect([ratioReach([], 0.2), ratioReach([at(1.6)], 0.2), ratioReach([at(9)], 0.2)]).toEqual(
      [0.4, 0.63, 1].map((x) => expect.closeTo(x, 6)),
    );
  });
});

describe("phases", () => {
  /** The step under way after each of its events. */
  const states = (): StepData[] => {
    const seen: StepData[] = [];
    for (const event of run.events) {
      seen.push(withEvent(seen.at(-1) ?? null, event));
      if (event.phase === "step") break;
    }
    return seen;
  };

  it("become known in their order", () => {
    const reached = states().map(phaseReached);
    expect(reached.filter((phase, i) => phase !== reached[i - 1])).toEqual([...STEP_PHASES]);
    expect(phaseKnown(states()[0] as StepData, "score")).toBe(false);
  });

  it("Next leads through the step, on to a later kept step, or onwards with the run", () => {
    const place = { step, phase: "rollout", earlier: 0, later: 4, canAdvance: false } as const;
    expect(nextPhase(place)).toEqual({ phase: "score", step: 1 });
    expect(nextPhase({ ...place, phase: "update" })).toEqual({ phase: "rollout", step: 4 });
    expect(nextPhase({ ...place, phase: "update", later: null })).toBeNull();
    expect(nextPhase({ ...place, phase: "update", later: null, canAdvance: true })).toBe("advance");
    const begun = states()[0] as StepData;
    expect(nextPhase({ ...place, step: begun, later: null, canAdvance: true })).toBe("advance");
    expect(nextPhase({ ...place, step: begun })).toBeNull();
  });

  it("Previous leads back, across steps too", () => {
    const place = { step, phase: "score", earlier: 0, later: null, canAdvance: true } as const;
    expect(previousPhase(place)).toEqual({ phase: "rollout", step: 1 });
    expect(previousPhase({ ...place, phase: "rollout" })).toEqual({ phase: "update", step: 0 });
    expect(previousPhase({ ...place, phase: "rollout", earlier: null })).toBeNull();
  });
});

describe("captionsOf", () => {
  it("are numbered through the four phases", () => {
    const numbered = STEP_PHASES.flatMap((phase) => captionsOf(phase, inputs(step)).map((caption) => caption.number));
    expect(numbered).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("have every number filled in, in both languages", () => {
    for (const language of ["en", "vi"] as const)
      for (const phase of STEP_PHASES)
        for (const { text } of captionsOf(phase, inputs(step, { t: translator(language), numbers: numberWriter(language) })))
          expect(text).not.toMatch(/[{}]|NaN|undefined/);
  });

  it("tell what is going on while tokens are picked, and nothing of phases to come", () => {
    const begun = withEvent(null, run.events[0] as (typeof run.events)[number]);
    expect(captionsOf("rollout", inputs(begun))[0]?.text).toContain("reads prompt 3");
    expect(captionsOf("score", inputs(begun))).toEqual([]);
  });

  it("tell of the drift that the statistics hold, and of the chosen minibatch", () => {
    const kl = numberWriter("en").value(step.record?.stats["objective/kl"] ?? Number.NaN);
    expect(captionsOf("score", inputs(step))[1]?.text).toContain(`KL ${kl} `);
    expect(captionsOf("update", inputs(step))[0]?.text).toContain("Epoch 1, minibatch 2: 4 responses");
    const minibatches = step.minibatches.map((minibatch) => ({ ...minibatch, skipped: true, gradNorm: null }));
    const texts = captionsOf("update", inputs({ ...step, minibatches })).map(({ text }) => text);
    expect(texts[1]).toContain("skipped");
    expect(texts[2]).toContain("kept");
  });

  it("say when a gradient was cut", () => {
    const minibatches = step.minibatches.map((minibatch) => ({ ...minibatch, gradNorm: 3 }));
    expect(captionsOf("update", inputs({ ...step, minibatches }, { config: { ...run.config, maxGradNorm: 1 } }))[2]?.text).toContain(
      "cut to 1",
    );
    expect(captionsOf("update", inputs({ ...step, minibatches }, { config: { ...run.config, maxGradNorm: null } }))[2]?.text).not.toContain(
      "cut",
    );
  });
});
