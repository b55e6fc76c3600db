// A model that survives the loss of its engine's device: what the host gave it is given again to a model of the new engine.

import { DeviceLostError, EngineError } from "../errors";
import type { LossHead } from "../loss/lossHead";
import type {
  AdamWStep,
  Engine,
  EngineModel,
  Evaluation,
  EvaluateRequest,
  GenerateRequest,
  LoraParametrisation,
  ModelSpec,
  OftParametrisation,
  TokenBatch,
  TokenBlock,
  TrainingState,
  UpdateLog,
  ValueHead,
} from "./engine";
import { type NamedTensor, type NamedTensors, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "./layout";
import type { LlamaConfig } from "./llamaConfig";

/** What a model needs of its engine. */
interface Owner {
  /** Makes good an earlier loss, then calls. */
  call<T>(use: (engine: Engine) => Promise<T>): Promise<T>;
  forget(model: RecoveringModel): void;
}

/** A model inside the present engine. */
interface Inner {
  readonly model: EngineModel;
  /** false: made again after a loss and still without the state it had. */
  knows: boolean;
}

interface Adapter {
  readonly parametrisation: LoraParametrisation | OftParametrisation;
  readonly tensors: NamedTensors;
}

/**
 * Adapters, the one in force, and head buffers come back with it. A trained model forgets what it learned: it refuses every call
 * that depends on that with DeviceLostError until restoreState gives it a state, so nobody goes on from wrong weights. A head that
 * was stored after training is lost too: its buffer refuses to be loaded until a head is stored in it again.
 */
export class RecoveringModel implements EngineModel {
  readonly config: LlamaConfig;
  private readonly engine: Owner;
  private readonly spec: ModelSpec;
  private readonly adapters = new Map<string, Adapter>();
  /** What setAdapter was last told. */
  private inForce: { readonly name: string | null } | null = null;
  /** The value head as far as the host knows it; null: known to the device alone. */
  private head: ValueHead | null = null;
  /** Head buffers likewise. */
  private readonly headBuffers = new Map<string, ValueHead | null>();
  private readonly lostHeads = new Set<string>();
  private inner: Inner | null = null;

  constructor(engine: Owner, spec: ModelSpec) {
    this.engine = engine;
    this.spec = spec;
    this.config = spec.config;
  }

  /** Makes the model inside `engine`, and gives it everything that the host knows. */
  async build(engine: Engine): Promise<void> {
    const { spec } = this;
    const again = this.inner !== null;
    const weights = again && spec.trainable === null ? withHead(spec.weights, this.head) : spec.weights;
    const model = await engine.createModel({ ...spec, weights });
    this.inner = { model, knows: !again || spec.trainable === null };
    if (!again) this.head = headOf(spec.weights);
    for (const [name, { parametrisation, tensors }] of this.adapters) await model.addAdapter(name, parametrisation, tensors);
    if (this.inForce) await model.setAdapter(this.inForce.name);
    for (const [name, head] of this.headBuffers) {
      await model.createHeadBuffer(name, head);
      if (head === null) this.lostHeads.add(name);
    }
  }

  async *generate(request: GenerateRequest): AsyncGenerator<TokenBlock, void, void> {
    const blocks = await this.call(async (model) => model.generate(request));
    let yielding = false;
    try {
      for (;;) {
        const { value } = await this.call(() => blocks.next());
        if (!value) break;
        yielding = true;
        yield value;
        yielding = false;
      }
    } finally {
      if (yielding) await blocks.return();
    }
  }

  evaluate(request: EvaluateRequest): Promise<Evaluation> {
    return this.call((model) => model.evaluate(request));
  }

  scoreLastToken(batch: TokenBatch): Promise<Float32Array> {
    return this.call((model) => model.scoreLastToken(batch));
  }

  accumulate(batch: TokenBatch, head: LossHead, gradScale: number): Promise<void> {
    return this.call((model) => model.accumulate(batch, head, gradScale));
  }

  applyAdamW(step: AdamWStep): Promise<void> {
    return this.call(async (model) => {
      this.head = null;
      await model.applyAdamW(step);
    });
  }

  zeroGradients(): Promise<void> {
    return this.call((model) => model.zeroGradients());
  }

  readUpdates(): Promise<UpdateLog> {
    return this.call((model) => model.readUpdates());
  }

  readParameters(): Promise<NamedTensors> {
    return this.call((model) => model.readParameters());
  }

  readGradients(): Promise<NamedTensors> {
    return this.call((model) => model.readGradients());
  }

  saveState(): Promise<TrainingState> {
    return this.call((model) => model.saveState());
  }

  restoreState(state: TrainingState): Promise<void> {
    return this.whetherItKnowsOrNot(async (inner) => {
      await inner.model.restoreState(state);
      inner.knows = true;
      this.head = headOf(state.parameters);
    });
  }

  addAdapter(name: string, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): Promise<void> {
    return this.whetherItKnowsOrNot(async ({ model }) => {
      await model.addAdapter(name, parametrisation, tensors);
      const copies = [...tensors].map(([key, { shape, data }]): [string, NamedTensor] => [key, { shape, data: data.slice() }]);
      this.adapters.set(name, { parametrisation, tensors: new Map(copies) });
    });
  }

  setAdapter(name: string | null): Promise<void> {
    return this.whetherItKnowsOrNot(async ({ model }) => {
      await model.setAdapter(name);
      this.inForce = { name };
    });
  }

  createHeadBuffer(name: string, head: ValueHead | null): Promise<void> {
    return this.whetherItKnowsOrNot(async ({ model }) => {
      await model.createHeadBuffer(name, head);
      const { weight, bias } = head ?? { weight: new Float32Array(this.config.hiddenSize), bias: 0 };
      this.headBuffers.set(name, { weight: weight.slice(), bias });
    });
  }

  storeHead(name: string): Promise<void> {
    return this.call(async (model) => {
      await model.storeHead(name);
      this.headBuffers.set(name, this.head);
      this.lostHeads.delete(name);
    });
  }

  loadHead(name: string): Promise<void> {
    return this.call(async (model) => {
      if (this.lostHeads.has(name))
        throw new DeviceLostError(`${this.spec.label}: the head in buffer "${name}" was lost with the device. Store a head in it first.`);
      await model.loadHead(name);
      this.head = this.headBuffers.get(name) ?? null;
    });
  }

  dispose(): void {
    this.engine.forget(this);
    this.inner?.model.dispose();
    this.inner = null;
  }

  private call<T>(use: (model: EngineModel) => Promise<T>): Promise<T> {
    return this.whetherItKnowsOrNot(({ model, knows }) => {
      if (!knows)
        throw new DeviceLostError(`${this.spec.label}: what it had learned was lost with the device. Restore a saved state first.`);
      return use(model);
    });
  }

  private whetherItKnowsOrNot<T>(use: (inner: Inner) => Promise<T>): Promise<T> {
    return this.engine.call(async () => {
      if (!this.inner) throw new EngineError(`${this.spec.label}: the model has been disposed. Create it again.`);
      return use(this.inner);
    });
  }
}

function headOf(tensors: NamedTensors): ValueHead {
  const [weight, bias] = [tensors.get(VALUE_HEAD_WEIGHT), tensors.get(VALUE_HEAD_BIAS)] as [NamedTensor, NamedTensor];
  return { weight: weight.data.slice(), bias: bias.data[0] as number };
}

function withHead(weights: NamedTensors, head: ValueHead | null): NamedTensors {
  if (head === null) return weights;
  return new Map([
    ...weights,
    [VALUE_HEAD_WEIGHT, { shape: [1, head.weight.length], data: head.weight }],
    [VALUE_HEAD_BIAS, { shape: [1], data: Float32Array.of(head.bias) }],
  ]);
}
