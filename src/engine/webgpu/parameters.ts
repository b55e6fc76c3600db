// One model's weights on the GPU: the effective weights W_eff that the network runs on, and all that they are made of.

import { EngineError } from "../../errors";
import {
  type AdamWStep,
  DEFAULT_ADAPTER,
  type LoraParametrisation,
  type ModelSpec,
  type OftParametrisation,
  type TrainingState,
  type ValueHead,
} from "../engine";
import { EMBED_TOKENS, type NamedTensor, type NamedTensors } from "../layout";
import { type Packing, pack, unpack } from "../packing";
import { type AdapterTarget, adapterPackingOf, type Block, extentOf, type ThetaPacking, thetaPackingOf } from "../thetaPacking";
import { type Adapter, createAdapter } from "./adapter";
import type { Buffer } from "./buffers";
import { BIAS_WORDS, HeadBuffers } from "./headBuffers";
import { Optimizer } from "./optimizer";
import type { Recorder } from "./recorder";
import { Workspace } from "./workspace";

/** What a trained model has beside its weights. */
interface Trained {
  /** dLoss/dW_eff, packed like the weights. */
  readonly dWeights: Buffer;
  readonly optimizer: Optimizer;
  /** Theta's own block; null: theta is the weights, and its gradients are dWeights. */
  readonly own: {
    readonly packing: ThetaPacking;
    /** Parts of the weights on which theta's gradients depend. */
    readonly reads: readonly { readonly weights: number; readonly floats: number }[];
    readonly lowestLayer: number;
  } | null;
}

export class Parameters {
  /** W_eff */
  readonly weights: Buffer;
  private readonly heads: HeadBuffers;
  private readonly trained: Trained | null;
  /** W where it does not lie in `weights` or theta. */
  private base: Buffer | null = null;
  private readonly adapters = new Map<string, Adapter>();
  private inForce: string | null;
  private readonly recorder: Recorder;
  private readonly packing: Packing;
  private readonly workspace: Workspace;
  private readonly owned: Buffer[] = [];

  constructor(recorder: Recorder, packing: Packing, spec: Pick<ModelSpec, "weights" | "trainable" | "adapter">) {
    const { weights, trainable, adapter } = spec;
    this.recorder = recorder;
    this.packing = packing;
    this.workspace = new Workspace(recorder);
    this.weights = this.allocate("parameters", packing.size);
    this.write(this.weights, packing, weights);
    this.trained = trainable && this.train(trainable, new Map([...(adapter ?? []), ...weights]));
    this.inForce = trainable && DEFAULT_ADAPTER;
    const theta = this.trained?.own && { buffer: this.trained.optimizer.theta, block: this.trained.own.packing };
    this.heads = new HeadBuffers(recorder, packing.dims, [{ buffer: this.weights, block: packing }, ...(theta ? [theta] : [])]);
    if (theta && (trainable?.kind === "lora" || trainable?.kind === "oft")) {
      this.adapt(DEFAULT_ADAPTER, trainable, theta.block.targets, theta.buffer);
      this.materialise();
    }
  }

  private allocate(label: string, words: number): Buffer {
    const buffer = this.recorder.allocate(label, words);
    this.owned.push(buffer);
    return buffer;
  }

  private write(target: Buffer, block: Block, tensors: NamedTensors): void {
    const words = new Float32Array(block.size);
    pack(block, tensors, words);
    this.recorder.write(target, words);
  }

  private train(trainable: NonNullable<ModelSpec["trainable"]>, tensors: NamedTensors): Trained {
    const { recorder } = this;
    const dWeights = this.allocate("gradients", this.packing.size);
    if (trainable.kind === "full") {
      const optimizer = new Optimizer(recorder, this.packing, { theta: this.weights, gradients: dWeights });
      return { dWeights, optimizer, own: null };
    }
    const packing = thetaPackingOf(this.packing, trainable);
    const theta = this.allocate("theta", packing.size);
    this.write(theta, packing, tensors);
    const optimizer = new Optimizer(recorder, packing, { theta, gradients: this.allocate("theta gradients", packing.size) });
    const adapted = packing.targets.map(({ weight }) => ({ weights: weight.base, floats: extentOf(weight) }));
    return { dWeights, optimizer, own: { packing, reads: [...packing.runs, ...adapted], lowestLayer: lowestLayer(packing) } };
  }

  /** W: until an adapter acts for the first time it is W_eff. */
  private baseWeights(): Buffer {
    if (this.base) return this.base;
    this.base = this.allocate("base weights", this.packing.size);
    this.recorder.copy(this.weights, 0, this.base, 0, this.packing.size);
    return this.base;
  }

  private adapt(
    name: string,
    parametrisation: LoraParametrisation | OftParametrisation,
    targets: readonly AdapterTarget[],
    tensors: Buffer,
  ): void {
    const { recorder, workspace } = this;
    this.adapters.set(name, createAdapter(parametrisation, { recorder, workspace, targets, tensors }));
  }

  get gradients(): Buffer {
    return this.training().dWeights;
  }
  get status(): Buffer {
    return this.training().optimizer.status;
  }

  /** Whether theta depends on any of these words of the weights. */
  trains(first: number, words: number): boolean {
    const { own } = this.training();
    return own === null || own.reads.some(({ weights, floats }) => weights < first + words && first < weights + floats);
  }

  /** The lowest layer that theta reaches down to, -1 for the embedding: what lies below needs no gradient. */
  get lowestLayer(): number {
    return this.training().own?.lowestLayer ?? -1;
  }

  async read(): Promise<Map<string, NamedTensor>> {
    return unpack(this.packing, await this.recorder.read([{ buffer: this.weights, word: 0, words: this.packing.size }]));
  }

  async readGradients(): Promise<Map<string, NamedTensor>> {
    this.pullBack();
    return this.training().optimizer.readGradients();
  }

  /** Drops gradients and what loss heads noted about them. */
  zeroGradients(): void {
    const { optimizer, own, dWeights } = this.training();
    optimizer.zeroGradients();
    if (own) this.recorder.clear(dWeights);
  }

  /** See Optimizer.adamW; W_eff follows theta. */
  adamW(step: AdamWStep, journal: Buffer, journalAt: number): void {
    const { optimizer, own, dWeights } = this.training();
    this.pullBack();
    optimizer.adamW(step, journal, journalAt);
    if (own) this.recorder.clear(dWeights);
    this.materialise();
  }

  /** dtheta = J^T dW, over what was there. */
  private pullBack(): void {
    const { own, dWeights, optimizer } = this.training();
    for (const { theta, weights, floats } of own?.packing.runs ?? [])
      this.recorder.copy(dWeights, weights, optimizer.gradients, theta, floats);
    this.adapters.get(DEFAULT_ADAPTER)?.pullBack(this.baseWeights(), dWeights, optimizer.gradients);
  }

  /** W_eff = f(theta), as far as theta is in force. */
  private materialise(): void {
    const { own, optimizer } = this.training();
    for (const { theta, weights, floats } of own?.packing.runs ?? [])
      this.recorder.copy(optimizer.theta, theta, this.weights, weights, floats);
    if (this.inForce === DEFAULT_ADAPTER) this.adapters.get(DEFAULT_ADAPTER)?.materialise(this.baseWeights(), this.weights);
  }

  confirm(stepped: number): void {
    this.training().optimizer.confirm(stepped);
  }
  nameAt(index: number): string {
    return this.training().optimizer.nameAt(index);
  }

  async saveState(): Promise<TrainingState> {
    return this.training().optimizer.saveState();
  }
  restoreState(state: TrainingState): void {
    const { optimizer, own, dWeights } = this.training();
    optimizer.restoreState(state);
    if (own) this.recorder.clear(dWeights);
    this.materialise();
  }

  /** The kernels for it are compiled. */
  addAdapter(name: string, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): void {
    this.baseWeights();
    const { end, targets } = adapterPackingOf(this.packing, parametrisation);
    const buffer = this.allocate(`adapter ${name}`, end);
    this.write(buffer, { size: end, noDecaySize: 0, placements: targets.flatMap((target) => target.tensors) }, tensors);
    this.adapt(name, parametrisation, targets, buffer);
  }

  /** See EngineModel.setAdapter; the name is known. */
  setAdapter(name: string | null): void {
    if (name === this.inForce) return;
    this.inForce = name;
    const base = this.baseWeights();
    for (const { word, words } of besideHead(this.packing)) this.recorder.copy(base, word, this.weights, word, words);
    if (name !== null) this.adapters.get(name)?.materialise(base, this.weights);
  }

  createHeadBuffer(name: string, head: ValueHead | null): void {
    this.heads.create(name, head);
  }
  storeHead(name: string): void {
    this.heads.store(name);
  }
  loadHead(name: string): void {
    this.heads.load(name);
  }

  dispose(): void {
    this.trained?.optimizer.dispose();
    for (const adapter of this.adapters.values()) adapter.dispose();
    this.workspace.dispose();
    this.heads.dispose();
    for (const buffer of this.owned) this.recorder.free(buffer);
  }

  private training(): Trained {
    if (!this.trained)
      throw new EngineError("A frozen model was asked for gradients or an optimizer step. Create it with `trainable` set.");
    return this.trained;
  }
}

/** All words of the weights but the value head's. */
function besideHead({ size, valueBias, valueWeight, dims }: Packing): { word: number; words: number }[] {
  const behindBias = valueBias + BIAS_WORDS;
  const behindWeight = valueWeight + dims.hiddenStride;
  return [
    { word: 0, words: valueBias },
    { word: behindBias, words: valueWeight - behindBias },
    { word: behindWeight, words: size - behindWeight },
  ].filter(({ words }) => words > 0);
}

function lowestLayer({ placements }: Block): number {
  const layers = placements.map(({ name }) => (name === EMBED_TOKENS ? -1 : /^model\.layers\.(\d+)\./.exec(name)?.[1]));
  return Math.min(...layers.map((layer) => (layer === undefined ? Number.POSITIVE_INFINITY : Number(layer))));
}
