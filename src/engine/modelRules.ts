// What is allowed when, the same for the models of every engine: checked specs and states, adapters and head buffers by name.

import { EngineError, ShapeError } from "../errors";
import {
  DEFAULT_ADAPTER,
  type LoraParametrisation,
  type ModelSpec,
  type OftParametrisation,
  type Parametrisation,
  type TrainingState,
  type ValueHead,
} from "./engine";
import { checkTensors, checkWeights, type NamedTensors } from "./layout";
import { type LlamaConfig, validateLlamaConfig } from "./llamaConfig";
import { neumannCoefficients } from "./cayley";
import { adapterSpecs, checkTheta, thetaSpecs } from "./theta";

export class ModelRules {
  private readonly label: string;
  private readonly config: LlamaConfig;
  private readonly trainable: Parametrisation | null;
  private readonly adapters = new Set<string>();
  private readonly headBuffers = new Set<string>();
  private active: string | null;

  /**
   * @throws ConfigError or ShapeError when the config, the weights, the parametrisation or the adapter's tensors do not describe
   * one model.
   */
  constructor({ label, config, weights, trainable, adapter }: ModelSpec) {
    validateLlamaConfig(config);
    checkWeights(config, weights);
    this.label = label;
    this.config = config;
    this.trainable = trainable;
    this.active = trainable ? DEFAULT_ADAPTER : null;
    if (trainable?.kind === "lora" || trainable?.kind === "oft") {
      checkAdapter(config, trainable, adapter ?? new Map());
      this.adapters.add(DEFAULT_ADAPTER);
    } else if (trainable) thetaSpecs(config, trainable);
  }

  /** Name of the adapter in force, null for the base weights alone; `DEFAULT_ADAPTER` with full and freeze. */
  get inForce(): string | null {
    return this.active;
  }

  /** @throws EngineError when the model is frozen. */
  trained(): Parametrisation {
    if (!this.trainable)
      throw new EngineError(`Model "${this.label}" is frozen: expected a trainable model here. Create it with a parametrisation.`);
    return this.trainable;
  }

  /** @throws EngineError when the model is frozen or another adapter than the trained one is in force. */
  training(): Parametrisation {
    const trained = this.trained();
    if (this.active !== DEFAULT_ADAPTER)
      throw new EngineError(
        `Model "${this.label}": expected the adapter "${DEFAULT_ADAPTER}" in force for training, got ${quoted(this.active)}. Set it first.`,
      );
    return trained;
  }

  /** @throws EngineError when the model is frozen; ShapeError when the state is not one of its theta. */
  checkState({ parameters, firstMoments, secondMoments }: TrainingState): void {
    const trained = this.trained();
    for (const tensors of [parameters, firstMoments, secondMoments]) checkTheta(this.config, trained, tensors);
  }

  /** @throws as EngineModel.addAdapter */
  addAdapter(name: string, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): void {
    this.checkBase();
    if (this.adapters.has(name))
      throw new EngineError(`Model "${this.label}": expected a new name for an adapter, got "${name}", which is taken. Choose another.`);
    checkAdapter(this.config, parametrisation, tensors);
    this.adapters.add(name);
  }

  /** @throws EngineError when there is no such adapter, or no base weights apart from theta. */
  setAdapter(name: string | null): void {
    this.checkBase();
    if (name !== null && !this.adapters.has(name))
      throw new EngineError(
        `Model "${this.label}": expected one of its adapters (${[...this.adapters].map(quoted).join(", ") || "none yet"}), got "${name}". Add it first.`,
      );
    this.active = name;
  }

  /** @throws EngineError when the name is taken; ShapeError when the head is of another hidden size. */
  createHeadBuffer(name: string, head: ValueHead | null): void {
    if (this.headBuffers.has(name))
      throw new EngineError(`Model "${this.label}": expected a new name for a head buffer, got "${name}", which is taken. Choose another.`);
    const { hiddenSize } = this.config;
    if (head && head.weight.length !== hiddenSize)
      throw new ShapeError(
        `Model "${this.label}": expected a value head of hidden size ${hiddenSize}, got ${head.weight.length}. Use the head of a model of this size.`,
      );
    this.headBuffers.add(name);
  }

  /** @throws EngineError when there is no such buffer. */
  checkHeadBuffer(name: string): void {
    if (!this.headBuffers.has(name))
      throw new EngineError(
        `Model "${this.label}": expected one of its head buffers (${[...this.headBuffers].map(quoted).join(", ") || "none yet"}), got "${name}". Create it first.`,
      );
  }

  private checkBase(): void {
    const kind = this.trainable?.kind;
    if (kind === "full" || kind === "freeze")
      throw new EngineError(
        `Model "${this.label}": expected lora, oft or a frozen model for adapters, got ${kind}, which keeps no base weights. Use a model of its own.`,
      );
  }
}

const quoted = (name: string | null): string => (name === null ? "the base weights" : `"${name}"`);

function checkAdapter(config: LlamaConfig, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): void {
  if (parametrisation.kind === "oft" && parametrisation.cayley.kind === "neumann") neumannCoefficients(parametrisation.cayley.terms);
  checkTensors(adapterSpecs(config, parametrisation), tensors);
}
