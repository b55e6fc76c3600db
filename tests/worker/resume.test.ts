// A run that was snapshotted and resumed in a fresh worker, through the real protocol, trainer and wasm engine, equals an uninterrupted
// one bit for bit; a snapshot that does not fit is refused, and nothing is changed.

import { afterEach, describe, expect, it } from "vitest";
import { type LabConfig, withDefaults } from "../../src/config";
import { RandomSource } from "../../src/random";
import type { PhaseEvent, StepRecord } from "../../src/records";
import { reviewsScenario } from "../../src/scenarios/reviews/scenario";
import type { LabClient } from "../../src/worker/client";
import type { RunSnapshot } from "../../src/worker/protocol";
import { records } from "../ppo/tinyRun";
import { closeLabs, freshLab } from "./freshLab";

afterEach(closeLabs);

const STEPS = 6;
const SMALL = {
  ...reviewsScenario.defaults,
  seed: 11,
  perDeviceTrainBatchSize: 4,
  gradientAccumulationSteps: 1,
  ppoBufferSize: 2,
  ppoEpochs: 2,
  maxNewTokens: 8,
  maxSteps: STEPS,
  evalSteps: 0,
  loggingSteps: 2,
};
const CASES: readonly (readonly [string, LabConfig])[] = [
  ["full", withDefaults(SMALL)],
  ["LoRA with a reward adapter", withDefaults({ ...SMALL, finetuningType: "lora", rewardModelType: "lora" })],
  ["OFT with a reward adapter", withDefaults({ ...SMALL, finetuningType: "oft", rewardModelType: "oft" })],
];
/** Knobs turned in the middle of these steps (0-based): they count from the next one. */
const TURNS: ReadonlyMap<number, Partial<LabConfig>> = new Map([
  [0, { learningRate: 3e-4, temperature: 0.8 }],
  [3, { initKlCoef: 0.4, cliprange: 0.1 }],
]);

interface Lived {
  readonly events: PhaseEvent[];
  readonly snapshots: RunSnapshot[];
}

/** Pulls until so many steps are done, takes a snapshot after each, turns the knobs on the way. */
async function live(client: LabClient, stepsDone: number): Promise<Lived> {
  const lived: Lived = { events: [], snapshots: [] };
  for (let done = 0; done < stepsDone; ) {
    const { event } = await client.pull();
    if (event === null) throw new Error("the run ended early");
    if (event.phase === "rollout") {
      const turned = TURNS.get(event.step);
      if (turned) client.control({ config: turned });
      expect(await client.snapshot()).toBeNull();
    }
    lived.events.push(event);
    if (event.phase !== "step") continue;
    done = event.step + 1;
    const snapshot = await client.snapshot();
    if (snapshot === null) throw new Error("no snapshot between two steps");
    lived.snapshots.push(snapshot);
  }
  return lived;
}

const savedConfig = ({ state }: RunSnapshot): LabConfig =>
  (JSON.parse(new TextDecoder().decode(state)) as { contents: { config: LabConfig } }).contents.config;

describe.each(CASES)("a run of %s", (_, config) => {
  it("resumed in a fresh worker after any number of steps goes on bit for bit", async () => {
    const whole = await freshLab();
    await whole.start({ config, api: null, resume: null });
    const uninterrupted = await live(whole, STEPS);
    const expected = records(uninterrupted.events);
    expect(expected.length).toBe(STEPS);
    const random = new RandomSource(config.seed + expected.length);
    for (const at of new Set([3, 1 + Math.floor(random.uniform() * (STEPS - 1))])) {
      const snapshot = uninterrupted.snapshots[at - 1] as RunSnapshot;
      expect(snapshot.stepsDone).toBe(at);
      const fresh = await freshLab();
      await fresh.start({ config: savedConfig(snapshot), api: null, resume: structuredClone(snapshot) });
      // Knobs turned in the step before the snapshot were pending there.
      const pending = TURNS.get(at - 1);
      if (pending) fresh.control({ config: pending });
      const resumed = await live(fresh, STEPS);
      expect(records(resumed.events)).toEqual(expected.slice(at) satisfies StepRecord[]);
      const [ended, expectedEnd] = [resumed, uninterrupted].map(({ snapshots }) => Buffer.from(snapshots.at(-1)?.tensors ?? []));
      expect(ended?.length).toBeGreaterThan(100_000);
      expect(ended && expectedEnd?.equals(ended)).toBe(true);
    }
  });
});

describe("a snapshot", () => {
  const config = withDefaults({ ...SMALL, ppoEpochs: 1 });

  it("can be taken before the first step, and costs the run nothing", async () => {
    const client = await freshLab();
    expect(await client.snapshot()).toBeNull();
    await client.start({ config, api: null, resume: null });
    expect((await client.snapshot())?.stepsDone).toBe(0);
    await client.pull();
    expect(await client.snapshot()).toBeNull();
  });

  it("that does not fit is refused with the reason, and the run before it goes on", async () => {
    const client = await freshLab();
    await client.start({ config, api: null, resume: null });
    const { snapshots } = await live(client, 2);
    const [snapshot] = snapshots as [RunSnapshot, RunSnapshot];
    const bad = snapshot.tensors.slice();
    bad[bad.length >> 1] = (bad[bad.length >> 1] as number) ^ 1;
    const json = new TextDecoder().decode(snapshot.state);
    const foreign = new TextEncoder().encode(json.replace('"reviews"', '"sums"'));
    const attempts: [LabConfig, RunSnapshot, RegExp][] = [
      [config, { ...snapshot, tensors: bad }, /CRC-32.*damaged/],
      [config, { ...snapshot, tensors: snapshot.tensors.slice(0, -1) }, /damaged/],
      [config, { ...snapshot, state: snapshot.state.slice(0, 100) }, /ppo_lab_state\.json/],
      [config, { ...snapshot, state: foreign }, /damaged or was changed/],
      [{ ...config, learningRate: 1 }, snapshot, /options.*learningRate 1 instead of/],
    ];
    for (const [options, resume, reason] of attempts) {
      const refusal: unknown = await client.start({ config: options, api: null, resume }).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ name: "CheckpointError", message: expect.stringMatching(reason) });
    }
    expect((await client.pull()).event).toMatchObject({ phase: "tokens", step: 2 });
  });
});
