// The bench's page: the WebGPU engine and tfjs, on one device, each roll out and update; times and counters come out.

import type { Engine, EngineModel, TokenBatch } from "../engine/engine";
import type { LlamaConfig } from "../engine/llamaConfig";
import { createTfjsEngine } from "../engine/tfjs/engine";
import { findAdapter, openDevice } from "../engine/webgpu/device";
import { createWebgpuEngine } from "../engine/webgpu/engine";
import type { PpoLossHead } from "../loss/lossHead";
import { initialWeights } from "../model/initialWeights";
import { RandomSource, Stream } from "../random";

export interface BenchSize {
  readonly batch: number;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly ppoEpochs: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly numHiddenLayers: number;
  readonly numAttentionHeads: number;
  readonly vocabSize: number;
}

/** Milliseconds are medians of warm repetitions. */
export interface EngineNumbers {
  /** Forward, loss, backward, clipping and AdamW of one minibatch, until the GPU is done. */
  readonly updateMs: number;
  readonly rolloutMs: number;
  /** Rollout, evaluation of policy and reference, `ppoEpochs` updates. */
  readonly ppoStepMs: number;
  readonly dispatchesPerUpdate: number;
  /** Without the reading of results, which comes once per PPO epoch. null: tfjs does not count its submits. */
  readonly submitsPerUpdate: number | null;
  readonly dispatchesPerToken: number;
  readonly submitsPerRollout: number | null;
  readonly readbacksPerRollout: number;
  /** Time until an update has been handed to the GPU; tfjs waits for the GPU in it. */
  readonly jsMsPerUpdate: number;
}

export interface BenchResult {
  readonly adapter: string;
  readonly size: BenchSize;
  readonly engines: { readonly webgpu: EngineNumbers; readonly tfjs: EngineNumbers };
  readonly ratios: { readonly update: number; readonly rollout: number; readonly ppoStep: number };
}

const SMALL = { hiddenSize: 32, intermediateSize: 64, numHiddenLayers: 2, numAttentionHeads: 2, vocabSize: 64 };
const SIZES: Readonly<Record<string, BenchSize>> = {
  /** Ends within 50 s on a software adapter. */
  small: { ...SMALL, batch: 8, promptTokens: 8, newTokens: 8, ppoEpochs: 2 },
  s: {
    batch: 32,
    promptTokens: 17,
    newTokens: 24,
    ppoEpochs: 4,
    hiddenSize: 64,
    intermediateSize: 192,
    numHiddenLayers: 2,
    numAttentionHeads: 4,
    vocabSize: 300,
  },
  large: {
    batch: 16,
    promptTokens: 16,
    newTokens: 48,
    ppoEpochs: 2,
    hiddenSize: 256,
    intermediateSize: 768,
    numHiddenLayers: 6,
    numAttentionHeads: 8,
    vocabSize: 2048,
  },
};
/** Warm repetitions that are timed: at least, at most, and the time after which no more begin. */
const REPETITIONS = { least: 2, most: 9, enoughMs: 2000 };

function llamaConfig(size: BenchSize): LlamaConfig {
  return {
    ...size,
    numKeyValueHeads: size.numAttentionHeads,
    headDim: size.hiddenSize / size.numAttentionHeads,
    maxPositionEmbeddings: size.promptTokens + size.newTokens,
    rmsNormEps: 1e-6,
    ropeTheta: 10000,
    ropeScaling: { kind: "none" },
    tieWordEmbeddings: false,
    attentionBias: false,
    mlpBias: false,
  };
}

/** Calls of one engine on one size. */
class Workload {
  private readonly size: BenchSize;
  private readonly engine: Engine;
  private readonly policy: EngineModel;
  private readonly reference: EngineModel;
  private readonly prompts: TokenBatch;
  private readonly rows: TokenBatch;
  private readonly columns: Uint8Array;
  private readonly head: PpoLossHead;
  private step = 0;

  private constructor(size: BenchSize, engine: Engine, policy: EngineModel, reference: EngineModel) {
    this.size = size;
    this.engine = engine;
    this.policy = policy;
    this.reference = reference;
    const { batch, promptTokens, newTokens } = size;
    this.prompts = this.tokens(promptTokens);
    this.rows = this.tokens(promptTokens + newTokens);
    const width = promptTokens + newTokens - 1;
    this.columns = Uint8Array.from({ length: batch * width }, (_, i) => (i % width >= promptTokens - 1 ? 1 : 0));
    const source = new RandomSource(2, Stream.corpus);
    const mask = Float32Array.from(this.columns);
    const noise = (centre: number) => mask.map((m) => m * (centre + 0.1 * source.normal()));
    this.head = {
      kind: "ppo",
      mask,
      oldLogprobs: noise(-Math.log(size.vocabSize)),
      oldValues: noise(0),
      advantages: noise(0),
      returns: noise(0),
      cliprange: 0.2,
      cliprangeValue: 0.2,
      vfCoef: 0.1,
      ratioThreshold: 1e6,
      allColumns: false,
    };
  }

  static async start(size: BenchSize, engine: Engine): Promise<Workload> {
    const config = llamaConfig(size);
    const weights = initialWeights(config, 1, { padTokenId: null });
    const policy = await engine.createModel({ label: "policy", config, weights, trainable: { kind: "full" } });
    return new Workload(size, engine, policy, await engine.createModel({ label: "reference", config, weights, trainable: null }));
  }

  private tokens(seq: number): TokenBatch {
    const { batch, vocabSize } = this.size;
    const source = new RandomSource(1, Stream.corpus, seq);
    const ids = Int32Array.from({ length: batch * seq }, () => source.below(vocabSize));
    return { batch, seq, ids, start: new Int32Array(batch), end: new Int32Array(batch).fill(seq) };
  }

  async rollout(): Promise<void> {
    const sampling = { doSample: true, temperature: 1, topK: 0, topP: 1, repetitionPenalty: 1, seed: 1, step: this.step++, rowOffset: 0 };
    const { prompts, size } = this;
    const request = { prompts, maxNewTokens: size.newTokens, sampling, stopTokenIds: [], padTokenId: 0, tokensPerBlock: Infinity };
    for await (const _ of this.policy.generate(request));
  }

  private async enqueueUpdate(): Promise<void> {
    await this.policy.accumulate(this.rows, this.head, 1);
    await this.policy.applyAdamW({
      learningRate: 1e-5,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: { decay: 0, noDecay: 0 },
      maxGradNorm: 1,
      stepWhenSkipped: false,
    });
  }

  async update(): Promise<void> {
    await this.enqueueUpdate();
    await this.policy.readUpdates();
  }

  async ppoStep(): Promise<void> {
    await this.rollout();
    for (const model of [this.policy, this.reference]) await model.evaluate({ batch: this.rows, columns: this.columns });
    for (let epoch = 0; epoch < this.size.ppoEpochs; epoch++) await this.update();
  }

  async measure(): Promise<EngineNumbers> {
    await this.ppoStep();
    const updateMs = await medianMs(() => this.update());
    const rolloutMs = await medianMs(() => this.rollout());
    const ppoStepMs = await medianMs(() => this.ppoStep());
    const update = await this.counted(() => this.enqueueUpdate());
    await this.policy.readUpdates();
    const rollout = await this.counted(() => this.rollout());
    const js: number[] = [];
    for (let i = 0; i < 5; i++) {
      // Nothing is under way, so what is awaited here is the host's own work.
      const start = performance.now();
      await this.enqueueUpdate();
      js.push(performance.now() - start);
      await this.policy.readUpdates();
    }
    const countsSubmits = update.submits > 0;
    return {
      updateMs,
      rolloutMs,
      ppoStepMs,
      dispatchesPerUpdate: update.kernelCalls,
      submitsPerUpdate: countsSubmits ? update.submits : null,
      dispatchesPerToken: rollout.kernelCalls / this.size.newTokens,
      submitsPerRollout: countsSubmits ? rollout.submits : null,
      readbacksPerRollout: rollout.readbacks,
      jsMsPerUpdate: median(js),
    };
  }

  private async counted(work: () => Promise<void>) {
    const before = this.engine.counters();
    await work();
    const after = this.engine.counters();
    return {
      kernelCalls: after.kernelCalls - before.kernelCalls,
      submits: after.submits - before.submits,
      readbacks: after.readbacks - before.readbacks,
    };
  }
}

async function medianMs(work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  const begin = performance.now();
  while (times.length < REPETITIONS.least || (times.length < REPETITIONS.most && performance.now() - begin < REPETITIONS.enoughMs)) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}

/** @returns null when there is no adapter, or only a software adapter and that is not wanted */
async function bench(sizeName: string, software: boolean): Promise<BenchResult | null> {
  const size = SIZES[sizeName];
  if (!size) throw new RangeError(`expected a size of ${Object.keys(SIZES).join(", ")}, got ${sizeName}`);
  const adapter = await findAdapter();
  if (typeof adapter === "string" || (adapter.software && !software)) return null;
  const gpu = await openDevice(adapter);
  const numbers: EngineNumbers[] = [];
  for (const create of [() => createWebgpuEngine(gpu), () => createTfjsEngine("webgpu", { gpu })]) {
    const engine = await create();
    console.log(`${engine.name} ...`);
    const measured = await (await Workload.start(size, engine)).measure();
    console.log(JSON.stringify(measured));
    numbers.push(measured);
    engine.dispose();
    const error = gpu.health.loss() ?? gpu.health.takeError();
    if (error) throw error;
  }
  const [webgpu, tfjs] = numbers as [EngineNumbers, EngineNumbers];
  return {
    adapter: gpu.adapterName,
    size,
    engines: { webgpu, tfjs },
    ratios: {
      update: tfjs.updateMs / webgpu.updateMs,
      rollout: tfjs.rolloutMs / webgpu.rolloutMs,
      ppoStep: tfjs.ppoStepMs / webgpu.ppoStepMs,
    },
  };
}

Object.assign(globalThis, { bench });
