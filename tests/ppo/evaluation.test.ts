// Evaluation during training on the wasm engine: when, what, with which draws; training does not notice it; the best policy is kept.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine, EngineModel, TrainingState } from "../../src/engine/engine";
import { ConfigError } from "../../src/errors";
import type { Tokenizer } from "../../src/model/tokenizer";
import { evaluatePolicy } from "../../src/ppo/evaluation";
import { type TrainerInputs, train } from "../../src/ppo/trainer";
import { initialTrainerState, type TrainerState } from "../../src/ppo/trainerState";
import type { EvaluationRecord, PhaseEvent, StepRecord } from "../../src/records";
import {
  allEvents,
  disposeRun,
  quietControl,
  records,
  TINY_MODEL,
  tinyConfig,
  tinyEvaluation,
  tinyRun,
  tinyTokenizer,
  wasmEngine,
} from "./tinyRun";

let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine();
});
afterAll(() => engine.dispose());

interface Finished {
  readonly events: PhaseEvent[];
  readonly steps: StepRecord[];
  readonly final: TrainingState;
  readonly state: TrainerState;
}

async function wholeRun(changes: Partial<TrainerInputs> = {}): Promise<Finished> {
  const config = changes.config ?? tinyConfig({ evalSteps: 2 });
  const state = initialTrainerState(config);
  const inputs = await tinyRun(engine, { config, state, ...changes });
  const events = await allEvents(train(inputs));
  const final = await inputs.policy.saveState();
  disposeRun(inputs);
  return { events, steps: records(events), final, state };
}

/** A record without what evaluation adds. */
function withoutEvaluation(record: StepRecord): StepRecord {
  const stats = Object.fromEntries(Object.entries(record.stats).filter(([key]) => !key.startsWith("lab/eval/")));
  return { ...record, stats, initialEvaluation: null, evaluation: null };
}

describe("when", () => {
  it.each([
    [1, 3, [1, 2, 3]],
    [2, 5, [2, 4, 5]],
    [9, 2, [2]],
    [0, 2, []],
  ])("every %i of %i steps, before the first and after the last", async (evalSteps, maxSteps, expected) => {
    const { events, steps, state } = await wholeRun({ config: tinyConfig({ evalSteps, maxSteps, ppoEpochs: 1 }) });
    expect(steps.map(({ initialEvaluation }) => initialEvaluation?.stepsDone ?? null)).toEqual(
      steps.map(({ step }) => (step === 0 && evalSteps > 0 ? 0 : null)),
    );
    expect(steps.flatMap(({ evaluation }) => evaluation?.stepsDone ?? [])).toEqual(expected);
    expect(steps.filter(({ evaluation }) => evaluation).map(({ step }) => step + 1)).toEqual(expected);
    const announced = events.flatMap((event) => (event.phase === "evaluation" ? [event.evaluation] : []));
    expect(announced).toEqual(
      steps.flatMap(({ initialEvaluation, evaluation }) => [initialEvaluation, evaluation].filter((e) => e !== null)),
    );
    if (evalSteps === 0) expect(state.best).toBeNull();
  });

  it("comes first in the first step and last before a step's record", async () => {
    const { events } = await wholeRun({ config: tinyConfig({ evalSteps: 1, maxSteps: 1, ppoEpochs: 1, ppoBufferSize: 1 }) });
    const phases = ["evaluation", "tokens", "rollout", "score", "advantages", "minibatch", "evaluation", "step"];
    expect(events.map(({ phase }) => phase)).toEqual(phases);
  });
});

describe("training does not notice it", () => {
  it.each([
    ["greedy", {}],
    [
      "sampled, with score normalisation, dropout and all columns",
      { evalDoSample: true, ppoScoreNorm: true, summaryDropoutProb: 0.2, promptColumnStats: true },
    ],
    ["full KL", { klPenalty: "full", evalDoSample: true }],
  ] as const)("%s", async (_, changes) => {
    const without = await wholeRun({ config: tinyConfig(changes) });
    const evaluated = await wholeRun({ config: tinyConfig({ ...changes, evalSteps: 1 }) });
    expect(evaluated.final).toEqual(without.final);
    expect(evaluated.steps.map(withoutEvaluation)).toEqual(without.steps);
    const { config: _a, best: _b, ...rest } = evaluated.state;
    const { config: _c, best: _d, ...expected } = without.state;
    expect(rest).toEqual(expected);
  });
});

describe("figures", () => {
  it("are means over the prompts of each set; before training there is no drift", async () => {
    const { steps } = await wholeRun({ config: tinyConfig({ evalSteps: 3, evalSamples: 5 }) });
    const { initialEvaluation, evaluation } = { initialEvaluation: steps[0]?.initialEvaluation, evaluation: steps[2]?.evaluation };
    if (!initialEvaluation || !evaluation) throw new Error("not evaluated");
    for (const figures of [initialEvaluation.heldout, initialEvaluation.hard, evaluation.heldout, evaluation.hard]) {
      expect(figures.queryTexts.length).toBe(5);
      expect(figures.responseTexts.length).toBe(5);
      const mean = (of: ArrayLike<number>) => Array.from(of).reduce((sum, x) => sum + x, 0) / 5;
      expect(figures.proxy).toBe(mean(figures.scores));
      expect(figures.gold).toBe(mean(figures.verdicts?.gold ?? []));
      expect(figures.goldParts["length"]).toBe(mean(figures.verdicts?.parts["length"] ?? []));
      expect(figures.responseLength).toBeGreaterThanOrEqual(1);
    }
    expect(initialEvaluation.hard.queryTexts[0]).toBe("3 18 5 17 6");
    expect(initialEvaluation.heldout.kl).toBeCloseTo(0, 5);
    expect(evaluation.heldout.kl).toBeGreaterThan(1e-3);
    const stats = steps[2]?.stats ?? {};
    expect(stats["lab/eval/heldout/gold"]).toBe(evaluation.heldout.gold);
    expect(stats["lab/eval/hard/kl"]).toBe(evaluation.hard.kl);
  });

  it("measure drift over the whole vocabulary, as a pass over each response by itself does", async () => {
    // Texts that spell every id.
    const tokenizer: Tokenizer = { ...tinyTokenizer, decode: (ids) => Array.from(ids).join(" ") };
    const inputs = await tinyRun(engine, { config: tinyConfig({ maxSteps: 1 }), tokenizer });
    await allEvents(train(inputs));
    const { heldout } = await evaluatePolicy({ ...inputs, prompts: tinyEvaluation }, 1);
    let total = 0;
    for (const [i, query] of tinyEvaluation.heldout.entries()) {
      const response = (heldout.responseTexts[i] as string).split(" ").map(Number);
      const seq = query.length + response.length;
      const batch = { batch: 1, seq, ids: Int32Array.of(...query, ...response), start: Int32Array.of(0), end: Int32Array.of(seq) };
      const columns = Uint8Array.from({ length: seq - 1 }, (_, t) => (t + 1 < query.length ? 0 : 1));
      const request = { batch, columns, distribution: true };
      const ours = (await inputs.policy.evaluate(request)).distribution ?? new Float32Array();
      const theirs = (await inputs.reference.evaluate(request)).distribution ?? new Float32Array();
      ours.forEach((logp, j) => {
        if (columns[Math.floor(j / TINY_MODEL.vocabSize)] === 1) total += Math.exp(logp) * (logp - (theirs[j] as number));
      });
    }
    expect(heldout.kl).toBeGreaterThan(1e-3);
    expect(heldout.kl).toBeCloseTo(total / tinyEvaluation.heldout.length, 5);
    disposeRun(inputs);
  });

  it("without a judge there is no gold and no best policy", async () => {
    const { steps, state } = await wholeRun({ judge: null });
    expect(steps[2]?.evaluation?.heldout).toMatchObject({ gold: null, goldParts: {}, verdicts: null });
    expect(Object.keys(steps[2]?.stats ?? {}).some((key) => key.startsWith("lab/eval/heldout/gold"))).toBe(false);
    expect(state.best).toBeNull();
  });
});

describe("draws", () => {
  it("are the same at every evaluation and never training's", async () => {
    const inputs = await tinyRun(engine, { config: tinyConfig({ evalSteps: 1, evalDoSample: true, learningRate: 0 }) });
    const drawn: number[] = [];
    const policy = new Proxy(inputs.policy, {
      get(target, key) {
        const member = Reflect.get(target, key, target) as unknown;
        if (key === "generate")
          return (...[request]: Parameters<EngineModel["generate"]>) => {
            drawn.push(request.sampling.step);
            return target.generate(request);
          };
        return typeof member === "function" ? (member as (...args: unknown[]) => unknown).bind(target) : member;
      },
    });
    const steps = records(await allEvents(train({ ...inputs, policy })));
    disposeRun(inputs);
    const answers = (evaluation: EvaluationRecord | null | undefined) => [
      evaluation?.heldout.responseTexts,
      evaluation?.hard.responseTexts,
    ];
    for (const { evaluation } of steps) expect(answers(evaluation)).toEqual(answers(steps[0]?.initialEvaluation));
    const unseen = [2 ** 32 - 1, 2 ** 32 - 2];
    expect(drawn).toEqual([...unseen, 0, ...unseen, 1, ...unseen, 2, ...unseen]);
  });

  it("are greedy unless evalDoSample, whatever training does", async () => {
    const answers = async (changes: Parameters<typeof tinyConfig>[0]) => {
      const { steps } = await wholeRun({ config: tinyConfig({ evalSteps: 9, maxSteps: 1, ...changes }) });
      return steps[0]?.initialEvaluation?.heldout.responseTexts;
    };
    const greedy = await answers({});
    expect(await answers({ seed: 8 })).toEqual(greedy);
    const sampled = await answers({ evalDoSample: true });
    expect(sampled).not.toEqual(greedy);
    expect(await answers({ evalDoSample: true, seed: 8 })).not.toEqual(sampled);
  });
});

describe("the best policy", () => {
  it("is the one with the most held-out gold, with the state to return to it", async () => {
    const config = tinyConfig({ evalSteps: 1, maxSteps: 5, learningRate: 3e-2 });
    // Rewards odd tokens; the judge counts even ones, so that gold falls while the policy learns.
    const judge = ({ responseText }: { responseText: string }) => ({
      gold: responseText.split(" ").filter((id) => Number(id) % 2 === 0).length / 5,
      parts: {},
    });
    const { steps, state } = await wholeRun({ config, judge });
    const evaluations = steps.flatMap(({ initialEvaluation, evaluation }) => [initialEvaluation, evaluation].filter((e) => e !== null));
    const golds = evaluations.map(({ heldout }) => heldout.gold as number);
    expect(new Set(golds).size).toBeGreaterThan(1);
    const best = golds.indexOf(Math.max(...golds));
    expect(state.best).toMatchObject({ stepsDone: best, heldoutGold: golds[best] });
    const again = await tinyRun(engine, { config, judge });
    await again.policy.restoreState(state.best?.policy as TrainingState);
    const repeated = await evaluatePolicy({ ...again, prompts: tinyEvaluation }, best);
    expect(repeated).toEqual(evaluations[best]);
    disposeRun(again);
  });
});

describe("leaving", () => {
  it("at any yield, evaluations included, drops the unfinished step and can be continued", async () => {
    const config = tinyConfig({ maxSteps: 2, evalSteps: 1, ppoEpochs: 1 });
    const through = await wholeRun({ config });
    for (let left = 1; left <= through.events.length; left++) {
      const state = initialTrainerState(config);
      const inputs = await tinyRun(engine, { config, state });
      const generator = train(inputs);
      for (let i = 0; i < left; i++) await generator.next();
      await generator.return();
      const rest = records(await allEvents(train(inputs)));
      expect(rest, `left at event ${left}`).toEqual(through.steps.slice(through.steps.length - rest.length));
      expect(await inputs.policy.saveState(), `left at event ${left}`).toEqual(through.final);
      expect(state.best, `left at event ${left}`).toEqual(through.state.best);
      disposeRun(inputs);
    }
  });

  it("by a failure in the evaluation leaves the policy as before the step", async () => {
    const inputs = await tinyRun(engine, { config: tinyConfig({ evalSteps: 1 }) });
    const state = initialTrainerState(inputs.config);
    let calls = 0;
    // Two sets before the first step, the step's own batch, then the first evaluation after it.
    const rewardModel = {
      ...inputs.rewardModel,
      score: async (samples: Parameters<typeof inputs.rewardModel.score>[0]) =>
        ++calls === 4 ? new Float32Array(samples.length).fill(Number.NaN) : inputs.rewardModel.score(samples),
    };
    const before = await inputs.policy.saveState();
    await expect(allEvents(train({ ...inputs, rewardModel, state }))).rejects.toMatchObject({ name: "NonFiniteError" });
    expect(await inputs.policy.saveState()).toEqual(before);
    expect(state.step).toBe(0);
    disposeRun(inputs);
  });
});

describe("needs", () => {
  it("prompts of both sets that fit the model", async () => {
    const inputs = await tinyRun(engine);
    const attempt = (changes: Partial<TrainerInputs>) => train({ ...inputs, config: tinyConfig({ evalSteps: 2 }), ...changes }).next();
    await expect(attempt({ evaluation: null })).rejects.toThrow(ConfigError);
    await expect(attempt({ evaluation: { ...tinyEvaluation, hard: [] } })).rejects.toThrow(/got 6 and 0/);
    const long = new Int32Array(TINY_MODEL.maxPositionEmbeddings - 2).fill(3);
    await expect(attempt({ evaluation: { ...tinyEvaluation, hard: [long] } })).rejects.toThrow(/positions/);
    const off = train({ ...inputs, evaluation: { heldout: [], hard: [long] }, control: quietControl() });
    expect((await off.next()).done).toBe(false);
    await off.return();
    disposeRun(inputs);
  });
});
