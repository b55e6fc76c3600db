// What the pipeline diagram says: the state of each phase, and what flows along its arrows.

import { describe, expect, it } from "vitest";
import { pipelineFacts, shapeText } from "../../app/pipeline/facts";
import { phaseStates } from "../../app/pipeline/phaseStates";
import { type StepData, stepDataOf, withEvent } from "../../app/run/stepData";
import { fakeRecord, fakeRollout, fakeScore } from "./fakeRun";

describe("phaseStates", () => {
  it.each([
    ["ready", null, ["next", "waiting", "waiting", "waiting"]],
    ["running", null, ["active", "waiting", "waiting", "waiting"]],
    ["running", 1, ["done", "active", "waiting", "waiting"]],
    ["paused", 2, ["done", "done", "next", "waiting"]],
    ["running", 4, ["active", "waiting", "waiting", "waiting"]],
    ["paused", 4, ["done", "done", "done", "done"]],
    ["finished", 4, ["done", "done", "done", "done"]],
  ] as const)("%s after %s phases", (status, done, states) => {
    expect(phaseStates(status, done === null ? null : { step: 0, done, epochs: 0 })).toEqual(states);
  });
});

const TEXTS = ["end", " good", " bad", " film"];

describe("pipelineFacts", () => {
  it("knows nothing without a step", () => {
    const facts = pipelineFacts(null, TEXTS);
    expect(facts).toMatchObject({ ids: null, perToken: null, prompt: null, response: null, score: null, kl: null, minibatchesDone: 0 });
    expect(facts.rewards).toEqual([]);
  });

  it("writes the first response while it grows", () => {
    const tokens = { phase: "tokens", step: 0, rowOffset: 0, rows: 2, count: 1 } as const;
    const one = withEvent(null, { ...tokens, first: 0, tokens: Int32Array.of(1, 2) });
    const two = withEvent(one, { ...tokens, first: 1, tokens: Int32Array.of(3, 0) });
    expect(pipelineFacts(two, TEXTS).response).toBe("good film");
  });

  it("gives shapes after the rollout and samples of the first row after scoring", () => {
    const rolledOut = withEvent(null, fakeRollout(0));
    expect(pipelineFacts(rolledOut, TEXTS)).toMatchObject({
      ids: [4, 5],
      perToken: [4, 4],
      prompt: "prompt 0",
      response: "answer 0",
      score: null,
    });
    const facts = pipelineFacts(withEvent(rolledOut, fakeScore(0)), TEXTS);
    expect(facts).toMatchObject({ score: 0, klCoef: 0.5, refLogprob: -2 });
    // Row 0, response columns 2 and 3: 0.2 + 0.3; the 99 of other columns is not read.
    expect(facts.kl).toBeCloseTo(0.5, 6);
    expect(facts.rewards).toHaveLength(2);
    expect(facts.advantages).toEqual([]);
  });

  it("takes the newest gradient norm, past minibatches that only accumulate", () => {
    const minibatch = (gradNorm: number | null) => ({ gradNorm }) as StepData["minibatches"][number];
    const step: StepData = {
      ...stepDataOf(fakeRecord(0, 1, { learningRate: 1 })),
      minibatches: [minibatch(0.5), minibatch(0.7), minibatch(null)],
    };
    expect(pipelineFacts(step, TEXTS)).toMatchObject({ gradNorm: 0.7, minibatchesDone: 3 });
  });

  it("writes shapes as the trainers print them", () => {
    expect(shapeText([128, 37])).toBe("[128, 37]");
  });
});
