// The trainer on the wasm engine: order of events, determinism, leaving at any yield, resuming, live options, failures.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine, TrainingState } from "../../src/engine/engine";
import { ConfigError, NonFiniteError, ShapeError } from "../../src/errors";
import { type TrainerInputs, train } from "../../src/ppo/trainer";
import { initialTrainerState, type TrainerState } from "../../src/ppo/trainerState";
import type { PhaseEvent } from "../../src/records";
import { allEvents, disposeRun, oddTokens, quietControl, records, TINY_MODEL, tinyConfig, tinyRun, wasmEngine } from "./tinyRun";

let engine: Engine;
beforeAll(async () => {
  engine = await wasmEngine();
});
afterAll(() => engine.dispose());

/** Runs to the end; events and the policy's final state. */
async function wholeRun(changes: Partial<TrainerInputs> = {}): Promise<{ events: PhaseEvent[]; final: TrainingState }> {
  const inputs = await tinyRun(engine, changes);
  const events = await allEvents(train(inputs));
  const final = await inputs.policy.saveState();
  disposeRun(inputs);
  return { events, final };
}

describe("a run", () => {
  it("plays each step as tokens, rollout, score, advantages, minibatches, step", async () => {
    const { events } = await wholeRun();
    const perStep = ["tokens", "rollout", "score", "advantages", "minibatch", "minibatch", "minibatch", "minibatch", "step"];
    expect(events.map(({ phase }) => phase)).toEqual([...perStep, ...perStep, ...perStep]);
    expect(events.filter(({ phase }) => phase === "step").map(({ step }) => step)).toEqual([0, 1, 2]);
  });

  it("yields one block per token when asked, and the blocks add up to the responses", async () => {
    const { events } = await wholeRun({ control: quietControl({ tokensPerBlock: 1 }), config: tinyConfig({ maxSteps: 1 }) });
    const blocks = events.filter((event) => event.phase === "tokens");
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.every(({ count, rows }) => count === 1 && rows === 8)).toBe(true);
    const rollout = events.find((event) => event.phase === "rollout");
    rollout?.responses.forEach((response, row) => {
      expect([...response]).toEqual(blocks.slice(0, response.length).map(({ tokens }) => tokens[row]));
    });
  });

  it("records arrays of one shape, masks by length and ratios of 1 in the first minibatch", async () => {
    const [first] = records((await wholeRun()).events);
    if (!first) throw new Error("no record");
    const size = first.batch * (first.seq - 1);
    for (const key of ["mask", "logprobs", "refLogprobs", "kl", "rewards", "values", "advantages", "returns"] as const)
      expect(first[key].length, key).toBe(size);
    const tokens = first.responses.reduce((sum, response) => sum + response.length, 0);
    expect(first.mask.reduce((sum, m) => sum + m, 0)).toBe(tokens);
    expect(first.seq).toBe(Math.max(...first.queries.map((query, i) => query.length + (first.responses[i]?.length ?? 0))));
    const opening = first.minibatches[0];
    expect(opening?.meanRatio).toBeCloseTo(1, 5);
    expect(first.stats["objective/kl"]).toBeCloseTo(0, 5);
    expect(first.minibatches.map(({ epoch, index }) => [epoch, index])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const visited = [...(opening?.rows ?? []), ...(first.minibatches[1]?.rows ?? [])];
    expect(visited.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(first.minibatches.every(({ gradNorm }) => gradNorm !== null && gradNorm > 0)).toBe(true);
    expect(first.gold?.gold.length).toBe(8);
    expect(first.stats["lab/gold_length"]).toBeGreaterThan(0);
  });

  it("logs the meters every second step", async () => {
    const steps = records((await wholeRun()).events);
    expect(steps.map(({ log }) => log === null)).toEqual([true, false, true]);
    const rewards = steps.slice(0, 2).map(({ stats }) => stats["env/reward_mean"] as number);
    expect(steps[1]?.log?.reward).toBeCloseTo(((rewards[0] as number) + (rewards[1] as number)) / 2, 6);
  });

  it("learns: more odd tokens after 25 steps", async () => {
    const steps = records((await wholeRun({ config: tinyConfig({ maxSteps: 25, initKlCoef: 0.01, learningRate: 1e-2 }) })).events);
    const mean = (some: typeof steps) => some.reduce((sum, { stats }) => sum + (stats["env/reward_mean"] as number), 0) / some.length;
    expect(mean(steps.slice(-5))).toBeGreaterThan(mean(steps.slice(0, 5)) + 0.5);
  });
});

describe("determinism", () => {
  it("the same seed gives the same bits, another seed does not", async () => {
    const first = await wholeRun();
    const second = await wholeRun();
    expect(records(second.events)).toEqual(records(first.events));
    expect(second.final).toEqual(first.final);
    const other = await wholeRun({ config: tinyConfig({ seed: 8 }) });
    expect(other.final).not.toEqual(first.final);
  });

  it("step by step with every minibatch and token watched equals running through", async () => {
    const through = await wholeRun();
    const inputs = await tinyRun(engine, { control: quietControl({ tokensPerBlock: 2, watchMinibatches: true }) });
    const generator = train(inputs);
    const events: PhaseEvent[] = [];
    for (let next = await generator.next(); !next.done; next = await generator.next()) {
      events.push(next.value);
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(records(events)).toEqual(records(through.events));
    expect(await inputs.policy.saveState()).toEqual(through.final);
    disposeRun(inputs);
  });

  it("a run continued from its state on new models equals an uninterrupted one", async () => {
    const config = tinyConfig({ ppoScoreNorm: true, warmupSteps: 2, lrSchedulerType: "cosine", horizon: 50 });
    const through = await wholeRun({ config });
    const state = initialTrainerState(config);
    const inputs = await tinyRun(engine, { config, state });
    const generator = train(inputs);
    for (let next = await generator.next(); !next.done && state.step < 2; next = await generator.next());
    await generator.return();
    const policyState = await inputs.policy.saveState();
    disposeRun(inputs);

    const resumed = await tinyRun(engine, { config, state: JSON.parse(JSON.stringify(state)) as TrainerState });
    await resumed.policy.restoreState(policyState);
    const events = await allEvents(train(resumed));
    expect(records(events)).toEqual(records(through.events).slice(2));
    expect(await resumed.policy.saveState()).toEqual(through.final);
    disposeRun(resumed);
  });
});

describe("leaving", () => {
  it("at any yield drops the unfinished step, frees everything and can be continued", async () => {
    const config = tinyConfig({ maxSteps: 2 });
    const through = await wholeRun({ config });
    const idle = engine.memoryInUse();
    for (let left = 1; left <= through.events.length; left++) {
      const state = initialTrainerState(config);
      const inputs = await tinyRun(engine, { config, state, control: quietControl({ watchMinibatches: left % 2 === 0 }) });
      const generator = train(inputs);
      for (let i = 0; i < left; i++) await generator.next();
      await generator.return();
      expect((await generator.next()).done).toBe(true);
      const rest = await allEvents(train(inputs));
      expect(records(rest), `left at event ${left}`).toEqual(records(through.events).slice(state.step - records(rest).length));
      expect(await inputs.policy.saveState(), `left at event ${left}`).toEqual(through.final);
      disposeRun(inputs);
      expect(engine.memoryInUse()).toBe(idle);
    }
  });
});

describe("live options", () => {
  it("take effect at the next step and reset the KL coefficient when it is among them", async () => {
    const control = quietControl();
    const inputs = await tinyRun(engine, { control });
    const steps = [];
    for await (const event of train(inputs)) {
      if (event.phase === "score" && event.step === 0) control.pendingConfig = { initKlCoef: 0.5, ppoEpochs: 1, temperature: 0.9 };
      if (event.phase === "step") steps.push(event.record);
    }
    disposeRun(inputs);
    expect(steps.map(({ epochsRun }) => epochsRun)).toEqual([2, 1, 1]);
    expect(steps[0]?.klCoef).toBe(0.2);
    expect(steps[1]?.klCoef).toBe(0.5);
    expect(steps[2]?.klCoef).toBe(steps[1]?.klCoefAfter);
    expect(steps.map(({ warnings }) => warnings.map(({ kind }) => kind))).toEqual([[], ["samplingMismatch"], []]);
    expect(steps[1]?.warnings[0]).toMatchObject({ value: 0.9, limit: 1 });
    expect(control.pendingConfig).toBeNull();
  });

  it("refuse an option that is fixed for the run", async () => {
    const inputs = await tinyRun(engine, { control: quietControl({ pendingConfig: { maxNewTokens: 3 } }) });
    await expect(allEvents(train(inputs))).rejects.toThrow(ConfigError);
    disposeRun(inputs);
  });
});

describe("options", () => {
  it.each([
    ["full KL", { klPenalty: "full" }],
    ["reference mode", { referenceMode: true, gradientAccumulationSteps: 2, ppoBufferSize: 1 }],
    ["all columns", { promptColumnStats: true }],
    ["value dropout", { summaryDropoutProb: 0.3 }],
    ["greedy", { doSample: false }],
    ["repetition penalty", { repetitionPenalty: 1.2 }],
    ["a single sample", { perDeviceTrainBatchSize: 1, ppoBufferSize: 1 }],
    ["a single token", { perDeviceTrainBatchSize: 1, ppoBufferSize: 1, maxNewTokens: 1, ppoWhitenRewards: true }],
  ] as const)("%s runs and keeps the weights finite", async (_, changes) => {
    const { events, final } = await wholeRun({ config: tinyConfig(changes) });
    expect(records(events).length).toBe(3);
    for (const { data } of final.parameters.values()) expect(data.every(Number.isFinite)).toBe(true);
  });

  it("record prompt columns only when asked", async () => {
    const outside = async (promptColumnStats: boolean) => {
      const [record] = records((await wholeRun({ config: tinyConfig({ maxSteps: 1, promptColumnStats }) })).events);
      return record?.logprobs.some((logprob, i) => logprob !== 0 && record.mask[i] === 0);
    };
    expect(await outside(false)).toBe(false);
    expect(await outside(true)).toBe(true);
  });

  it("do not change the weights by recording prompt columns", async () => {
    const plain = await wholeRun();
    const recorded = await wholeRun({ config: tinyConfig({ promptColumnStats: true }) });
    for (const [name, { data }] of plain.final.parameters) {
      const other = recorded.final.parameters.get(name)?.data ?? new Float32Array();
      expect(Math.max(...data.map((w, i) => Math.abs(w - (other[i] ?? Number.NaN))))).toBeLessThan(1e-5);
    }
  });

  it("end at maxLength when maxNewTokens is 0, counting the padded prompt", async () => {
    const [record] = records((await wholeRun({ config: tinyConfig({ maxNewTokens: 0, maxLength: 12, maxSteps: 1 }) })).events);
    const queries = record?.queries ?? [];
    const miniBatch = tinyConfig({}).perDeviceTrainBatchSize;
    const limits = queries.map((_, row) => {
      const first = row - (row % miniBatch);
      return 12 - Math.max(...queries.slice(first, first + miniBatch).map((query) => query.length));
    });
    const lengths = (record?.responses ?? []).map((response) => response.length);
    expect(lengths.every((length, row) => length <= (limits[row] as number))).toBe(true);
    expect(lengths.some((length, row) => length === limits[row])).toBe(true);
  });

  it("warn of a single response token", async () => {
    const config = tinyConfig({ perDeviceTrainBatchSize: 1, ppoBufferSize: 1, maxNewTokens: 1, maxSteps: 1 });
    const [record] = records((await wholeRun({ config })).events);
    expect(record?.warnings.map(({ kind }) => kind)).toEqual(["singleToken"]);
  });

  it("must fit the model's positions and the number of prompts", async () => {
    const inputs = await tinyRun(engine);
    const tooLong = { ...inputs, config: tinyConfig({ maxNewTokens: TINY_MODEL.maxPositionEmbeddings }) };
    await expect(train(tooLong).next()).rejects.toThrow(/positions/);
    const noRoom = { ...inputs, config: tinyConfig({ maxNewTokens: 0, maxLength: 2 }) };
    await expect(train(noRoom).next()).rejects.toThrow(/maxLength must be at least/);
    await expect(train({ ...inputs, config: tinyConfig({ maxSamples: 7 }) }).next()).rejects.toThrow(ConfigError);
    disposeRun(inputs);
  });
});

describe("failures", () => {
  it("a score that is not finite stops before training", async () => {
    const inputs = await tinyRun(engine, {
      rewardModel: { ...oddTokens, score: async (samples) => new Float32Array(samples.length).fill(Number.NaN) },
    });
    const before = await inputs.policy.saveState();
    await expect(allEvents(train(inputs))).rejects.toMatchObject({ name: "NonFiniteError", tensor: "scores" });
    expect(await inputs.policy.saveState()).toEqual(before);
    disposeRun(inputs);
  });

  it("a wrong number of scores is refused", async () => {
    const inputs = await tinyRun(engine, { rewardModel: { ...oddTokens, score: async () => new Float32Array(1) } });
    await expect(allEvents(train(inputs))).rejects.toThrow(ShapeError);
    disposeRun(inputs);
  });

  it("a loss that is not finite in mid-update restores weights and Adam state of the last finished step", async () => {
    const inputs = await tinyRun(engine);
    let accumulated = 0;
    const { policy } = inputs;
    // The third minibatch of the second step gets a poisoned input.
    const poisoned = new Proxy(policy, {
      get(target, key) {
        const member = Reflect.get(target, key, target) as unknown;
        if (key === "accumulate")
          return (...[batch, head, scale]: Parameters<typeof target.accumulate>) => {
            accumulated++;
            const poison = accumulated === 7 && head.kind === "ppo";
            return target.accumulate(batch, poison ? { ...head, returns: head.returns.map(() => Number.NaN) } : head, scale);
          };
        return typeof member === "function" ? (member as (...args: unknown[]) => unknown).bind(target) : member;
      },
    });
    const state = initialTrainerState(inputs.config);
    let afterFirst: TrainingState | undefined;
    const run = async () => {
      for await (const event of train({ ...inputs, policy: poisoned, state }))
        if (event.phase === "step") afterFirst = await policy.saveState();
    };
    const failure = await run().then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(NonFiniteError);
    expect((failure as NonFiniteError).message).toContain("PPO step 2, epoch 2, minibatch 1");
    expect(accumulated).toBeGreaterThanOrEqual(7);
    expect(await policy.saveState()).toEqual(afterFirst);
    expect(state.step).toBe(1);
    // Without the poison the run goes on as if nothing had been.
    const rest = await allEvents(train({ ...inputs, state }));
    const through = await wholeRun();
    expect(records(rest)).toEqual(records(through.events).slice(1));
    disposeRun(inputs);
  });
});
