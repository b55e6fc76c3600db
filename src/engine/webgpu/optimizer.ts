// Theta and what trains it: gradients and AdamW's moments as flat blocks, and the step that runs on them.

import { pow } from "../../elementary";
import type { AdamWStep, TrainingState } from "../engine";
import type { NamedTensor, NamedTensors } from "../layout";
import { pack, unpack } from "../packing";
import type { Block } from "../thetaPacking";
import type { Buffer } from "./buffers";
import { STATUS, STATUS_WORDS } from "./kernels/lossHeads";
import { adamW, gradientNorm, NORM_BLOCK, stepDecision } from "./kernels/optimizer";
import type { Recorder } from "./recorder";

export class Optimizer {
  readonly theta: Buffer;
  /** dLoss/dtheta */
  readonly gradients: Buffer;
  /** Flags that loss heads set and AdamW obeys; words as in STATUS. */
  readonly status: Buffer;
  private readonly firstMoments: Buffer;
  private readonly secondMoments: Buffer;
  private readonly norms: Buffer;
  private readonly recorder: Recorder;
  private readonly block: Block;
  /** Optimizer steps taken before the status buffer began to count. */
  private stepsBefore = 0;
  /** Steps since then that the host has read of. */
  private confirmed = 0;
  /** Steps asked for that the host has not read of yet. */
  private unread = 0;

  /** @param block how theta lies in `theta`, and its gradients in `gradients`; both stay the caller's */
  constructor(recorder: Recorder, block: Block, { theta, gradients }: { readonly theta: Buffer; readonly gradients: Buffer }) {
    this.recorder = recorder;
    this.block = block;
    this.theta = theta;
    this.gradients = gradients;
    this.firstMoments = recorder.allocate("first moments", block.size);
    this.secondMoments = recorder.allocate("second moments", block.size);
    this.status = recorder.allocate("status", STATUS_WORDS);
    this.norms = recorder.allocate("gradient norms", 2 * this.normBlocks);
  }

  private get normBlocks(): number {
    return Math.ceil(this.block.size / 4 / NORM_BLOCK);
  }

  private write(target: Buffer, tensors: NamedTensors): void {
    const words = new Float32Array(this.block.size);
    pack(this.block, tensors, words);
    this.recorder.write(target, words);
  }
  private part(buffer: Buffer): { buffer: Buffer; word: number; words: number } {
    return { buffer, word: 0, words: this.block.size };
  }

  async readGradients(): Promise<Map<string, NamedTensor>> {
    return unpack(this.block, await this.recorder.read([this.part(this.gradients)]));
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
    const { recorder, theta, gradients, firstMoments, secondMoments, status, norms } = this;
    const { size, noDecaySize } = this.block;
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
      { status, theta, gradients, first: firstMoments, second: secondMoments },
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
    const { size } = this.block;
    const words = await this.recorder.read([
      this.part(this.theta),
      this.part(this.firstMoments),
      this.part(this.secondMoments),
      { buffer: this.status, word: 0, words: STATUS_WORDS },
    ]);
    const block = (i: number) => unpack(this.block, words.subarray(i * size, (i + 1) * size));
    const steps = new Uint32Array(words.buffer)[3 * size + STATUS.steps] as number;
    return { parameters: block(0), firstMoments: block(1), secondMoments: block(2), optimizerSteps: this.stepsBefore + steps };
  }

  /** The caller has read all decisions or drops them. */
  restoreState(state: TrainingState): void {
    this.write(this.theta, state.parameters);
    this.write(this.firstMoments, state.firstMoments);
    this.write(this.secondMoments, state.secondMoments);
    this.zeroGradients();
    this.recorder.clear(this.status);
    this.stepsBefore = state.optimizerSteps;
    this.confirmed = 0;
    this.unread = 0;
  }

  /** Name of the tensor that holds the flat index. */
  nameAt(index: number): string {
    const found = this.block.placements.find(({ base, stride, rows, cols }) =>
      Array.from(rows).some((row) => Array.from(cols).some((col) => base + row * stride + col === index)),
    );
    return found ? found.name : "padding";
  }

  dispose(): void {
    for (const buffer of [this.firstMoments, this.secondMoments, this.status, this.norms]) this.recorder.free(buffer);
  }
}
