// One model's parameters on the GPU: theta, gradients and AdamW's moments as flat blocks, and the step that runs on them.

import { pow } from "../../elementary";
import { EngineError } from "../../errors";
import type { AdamWStep, TrainingState } from "../engine";
import type { NamedTensor, NamedTensors } from "../layout";
import type { Packing } from "../packing";
import { pack, unpack } from "../packing";
import { STATUS, STATUS_WORDS } from "./kernels/lossHeads";
import { adamW, gradientNorm, NORM_BLOCK, stepDecision } from "./kernels/optimizer";
import type { Buffer } from "./buffers";
import type { Recorder } from "./recorder";

interface Optimizer {
  readonly gradients: Buffer;
  readonly firstMoments: Buffer;
  readonly secondMoments: Buffer;
  /** Flags that loss heads set and AdamW obeys; words as in STATUS. */
  readonly status: Buffer;
  readonly norms: Buffer;
}

export class Parameters {
  readonly theta: Buffer;
  private readonly optimizer: Optimizer | null;
  private readonly recorder: Recorder;
  private readonly packing: Packing;
  /** Optimizer steps taken before the status buffer began to count. */
  private stepsBefore = 0;
  /** Steps since then that the host has read of. */
  private confirmed = 0;
  /** Steps asked for that the host has not read of yet. */
  private unread = 0;

  constructor(recorder: Recorder, packing: Packing, weights: NamedTensors, trainable: boolean) {
    this.recorder = recorder;
    this.packing = packing;
    const { size } = packing;
    this.theta = recorder.allocate("parameters", size);
    this.optimizer = trainable
      ? {
          gradients: recorder.allocate("gradients", size),
          firstMoments: recorder.allocate("first moments", size),
          secondMoments: recorder.allocate("second moments", size),
          status: recorder.allocate("status", STATUS_WORDS),
          norms: recorder.allocate("gradient norms", 2 * this.normBlocks),
        }
      : null;
    this.write(this.theta, weights);
  }

  private get normBlocks(): number {
    return Math.ceil(this.packing.size / 4 / NORM_BLOCK);
  }
  get gradients(): Buffer {
    return this.trained().gradients;
  }
  get status(): Buffer {
    return this.trained().status;
  }

  private write(target: Buffer, tensors: NamedTensors): void {
    const block = new Float32Array(this.packing.size);
    pack(this.packing, tensors, block);
    this.recorder.write(target, block);
  }
  private part(buffer: Buffer): { buffer: Buffer; word: number; words: number } {
    return { buffer, word: 0, words: this.packing.size };
  }

  async read(): Promise<Map<string, NamedTensor>> {
    return unpack(this.packing, await this.recorder.read([this.part(this.theta)]));
  }
  async readGradients(): Promise<Map<string, NamedTensor>> {
    return unpack(this.packing, await this.recorder.read([this.part(this.gradients)]));
  }

  /** Drops gradients and what loss heads noted about them. */
  zeroGradients(): void {
    this.recorder.clear(this.gradients);
    this.recorder.clear(this.status, STATUS.nonFinite, 3);
  }

  /**
   * Records clipping, the decision and one AdamW step (fact sheet 5.9); gradients are zero afterwards.
   * @param journalAt word of the journal where the decision is written down
   */
  adamW(step: AdamWStep, journal: Buffer, journalAt: number): void {
    const { recorder } = this;
    const { gradients, firstMoments, secondMoments, status, norms } = this.trained();
    const { size, noDecaySize } = this.packing;
    const blocks = this.normBlocks;
    recorder.dispatch(gradientNorm, { gradients, norms }, { blocks, size4: size / 4 }, blocks * 64);
    recorder.dispatch(
      stepDecision,
      { norms, status, journal },
      {
        blocks,
        at: journalAt,
        confirmed: this.confirmed,
        stepWhenSkipped: step.stepWhenSkipped ? 1 : 0,
        maxGradNorm: step.maxGradNorm ?? -1,
      },
      64,
    );
    const { learningRate, beta1, beta2, epsilon, weightDecay } = step;
    recorder.dispatch(
      adamW,
      { status, theta: this.theta, gradients, first: firstMoments, second: secondMoments },
      {
        size4: size / 4,
        noDecay4: noDecaySize / 4,
        keepNoDecay: 1 - learningRate * weightDecay.noDecay,
        keepDecay: 1 - learningRate * weightDecay.decay,
        beta1,
        beta2,
        oneMinusBeta1: 1 - beta1,
        oneMinusBeta2: 1 - beta2,
        epsilon,
        corrections: recorder.upload(this.corrections(step)),
      },
      size / 4,
    );
    this.unread++;
  }

  /** Bias corrections for every step count that may be due: only the GPU knows which unread steps were held back. */
  private corrections({ learningRate, beta1, beta2 }: AdamWStep): Float32Array {
    const pairs = new Float32Array(2 * (this.unread + 1));
    for (let i = 0; i <= this.unread; i++) {
      const k = this.stepsBefore + this.confirmed + i + 1;
      pairs[2 * i] = learningRate / (1 - pow(beta1, k));
      pairs[2 * i + 1] = 1 / Math.sqrt(1 - pow(beta2, k));
    }
    return pairs;
  }

  /** The host has read all decisions so far; `stepped` of them were steps. */
  confirm(stepped: number): void {
    this.confirmed += stepped;
    this.unread = 0;
  }

  async saveState(): Promise<TrainingState> {
    const { firstMoments, secondMoments, status } = this.trained();
    const { size } = this.packing;
    const words = await this.recorder.read([
      this.part(this.theta),
      this.part(firstMoments),
      this.part(secondMoments),
      { buffer: status, word: 0, words: STATUS_WORDS },
    ]);
    const block = (i: number) => unpack(this.packing, words.subarray(i * size, (i + 1) * size));
    const steps = new Uint32Array(words.buffer)[3 * size + STATUS.steps] as number;
    return { parameters: block(0), firstMoments: block(1), secondMoments: block(2), optimizerSteps: this.stepsBefore + steps };
  }

  /** The caller has read all decisions or drops them. */
  restoreState(state: TrainingState): void {
    const { firstMoments, secondMoments, status } = this.trained();
    this.write(this.theta, state.parameters);
    this.write(firstMoments, state.firstMoments);
    this.write(secondMoments, state.secondMoments);
    this.zeroGradients();
    this.recorder.clear(status);
    this.stepsBefore = state.optimizerSteps;
    this.confirmed = 0;
    this.unread = 0;
  }

  /** Name of the tensor that holds the flat index. */
  nameAt(index: number): string {
    const found = this.packing.placements.find(({ base, stride, rows, cols }) =>
      Array.from(rows).some((row) => Array.from(cols).some((col) => base + row * stride + col === index)),
    );
    return found ? found.name : "padding";
  }

  dispose(): void {
    this.recorder.free(this.theta);
    if (this.optimizer) for (const buffer of Object.values(this.optimizer)) this.recorder.free(buffer);
  }

  private trained(): Optimizer {
    if (!this.optimizer)
      throw new EngineError("A frozen model was asked for gradients or an optimizer step. Create it with `trainable` set.");
    return this.optimizer;
  }
}
