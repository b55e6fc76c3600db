// The weights that one model's network reads: base tensors, theta's variables, and what the adapter in force makes of them.

import * as tf from "@tensorflow/tfjs-core";
import { DEFAULT_ADAPTER, type LoraParametrisation, type ModelSpec, type OftParametrisation, type ValueHead } from "../engine";
import { type NamedTensor, type NamedTensors, parameterSpecs, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../layout";
import type { Weights } from "./llama";
import { adaptedWeights } from "./parametrisation";
import type { TfjsRuntime } from "./runtime";

interface Adapter {
  readonly parametrisation: LoraParametrisation | OftParametrisation;
  readonly tensors: Weights;
}

export class EffectiveWeights {
  private readonly runtime: TfjsRuntime;
  private readonly names: readonly string[];
  /** Variables of theta by name; none when the model is frozen. */
  private readonly theta: ReadonlyMap<string, tf.Variable>;
  /** What theta does not hold. */
  private readonly base: Map<string, tf.Tensor>;
  private readonly adapters = new Map<string, Adapter>();
  private inForce: Adapter | null = null;
  /** Adapted weights as the present theta makes them. */
  private adapted = new Map<string, tf.Tensor>();
  private present: Weights = new Map();

  constructor(runtime: TfjsRuntime, { config, weights, trainable }: ModelSpec, theta: ReadonlyMap<string, tf.Variable>) {
    this.runtime = runtime;
    this.theta = theta;
    this.names = parameterSpecs(config).map(({ name }) => name);
    this.base = upload(runtime, new Map([...weights].filter(([name]) => this.names.includes(name) && !theta.has(name))));
    if (trainable?.kind === "lora" || trainable?.kind === "oft") {
      this.inForce = { parametrisation: trainable, tensors: theta };
      this.adapters.set(DEFAULT_ADAPTER, this.inForce);
    }
    this.thetaChanged();
  }

  /** W_eff by name; the tensors live until theta, the adapter in force or the value head changes. */
  get current(): Weights {
    return this.present;
  }

  /** W_eff as a function of theta, for a gradient tape; inside `runtime.run`. */
  onTape(): Weights {
    return this.inForce ? this.assemble(this.adaptedNow()) : this.present;
  }

  thetaChanged(): void {
    const before = this.adapted;
    this.adapted = new Map(Object.entries(this.runtime.run(() => Object.fromEntries(this.adaptedNow()))));
    tf.dispose([...before.values()]);
    this.present = this.assemble(this.adapted);
  }

  /** See EngineModel.addAdapter; the tensors have been checked. */
  add(name: string, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): void {
    this.adapters.set(name, { parametrisation, tensors: upload(this.runtime, tensors) });
  }

  put(name: string | null): void {
    this.inForce = name === null ? null : (this.adapters.get(name) ?? null);
    this.thetaChanged();
  }

  async readHead(): Promise<ValueHead> {
    const weight = await this.runtime.download(this.present.get(VALUE_HEAD_WEIGHT) as tf.Tensor);
    const bias = await this.runtime.download(this.present.get(VALUE_HEAD_BIAS) as tf.Tensor);
    return { weight, bias: bias[0] as number };
  }

  writeHead({ weight, bias }: ValueHead): void {
    const head = new Map([
      [VALUE_HEAD_WEIGHT, { shape: [1, weight.length], data: weight }],
      [VALUE_HEAD_BIAS, { shape: [1], data: Float32Array.of(bias) }],
    ]);
    for (const [name, tensor] of upload(this.runtime, head)) {
      const variable = this.theta.get(name);
      if (variable) {
        variable.assign(tensor);
        tensor.dispose();
      } else {
        this.base.get(name)?.dispose();
        this.base.set(name, tensor);
      }
    }
    this.present = this.assemble(this.adapted);
  }

  /** Frees everything but theta. */
  dispose(): void {
    tf.dispose([...this.base.values(), ...this.adapted.values()]);
    for (const { tensors } of this.adapters.values()) if (tensors !== this.theta) tf.dispose([...tensors.values()]);
  }

  private adaptedNow(): Map<string, tf.Tensor> {
    if (!this.inForce) return new Map();
    return adaptedWeights(this.runtime, this.base, this.inForce.parametrisation, this.inForce.tensors);
  }

  private assemble(adapted: ReadonlyMap<string, tf.Tensor>): Weights {
    return new Map(this.names.map((name) => [name, (adapted.get(name) ?? this.theta.get(name) ?? this.base.get(name)) as tf.Tensor]));
  }
}

function upload(runtime: TfjsRuntime, tensors: ReadonlyMap<string, NamedTensor>): Map<string, tf.Tensor> {
  const made = runtime.run(() =>
    Object.fromEntries([...tensors].map(([name, { shape, data }]) => [name, runtime.upload(data.slice(), [...shape])])),
  );
  return new Map(Object.entries(made));
}
