// One Llama model as tfjs tensors: answers the requests of the engine interface with the pieces beside this file.

import * as tf from "@tensorflow/tfjs-core";
import { checkHead } from "../../loss/checkLossHead";
import type { LossHead, LossResult } from "../../loss/lossHead";
import type {
  AdamWStep,
  EngineModel,
  EvaluateRequest,
  Evaluation,
  GenerateRequest,
  LoraParametrisation,
  ModelSpec,
  OftParametrisation,
  StepResult,
  TokenBatch,
  TokenBlock,
  TrainingState,
  UpdateLog,
  ValueHead,
} from "../engine";
import type { NamedTensor, NamedTensors } from "../layout";
import type { LlamaConfig } from "../llamaConfig";
import { ModelRules } from "../modelRules";
import { checkBatch } from "../tokenBatch";
import { adamwStep, squaredNorms, type TrainedParameter } from "./adamw";
import { makeTraining, type Training } from "./training";
import { evaluateColumns } from "./evaluate";
import { EffectiveWeights } from "./effectiveWeights";
import { generateTokens } from "./generate";
import { lastTokenValues, lossReport, reaches, readReport, reportLength, REPORT_ACTIVE, REPORT_LOSS } from "./lossHeads";
import type { TfjsRuntime } from "./runtime";

export class TfjsModel implements EngineModel {
  readonly config: LlamaConfig;
  private readonly rules: ModelRules;
  private readonly runtime: TfjsRuntime;
  private readonly training: Training | null;
  private readonly weights: EffectiveWeights;
  private readonly headBuffers = new Map<string, ValueHead>();
  private readonly onDispose: () => void;
  private pendingLosses: { head: LossHead; report: tf.Tensor }[] = [];
  private finishedSteps: StepResult[] = [];
  private disposed = false;

  /** @throws ConfigError or ShapeError when config and weights do not describe a Llama model. */
  constructor(runtime: TfjsRuntime, spec: ModelSpec, onDispose: () => void) {
    this.rules = new ModelRules(spec);
    this.runtime = runtime;
    this.config = spec.config;
    this.onDispose = onDispose;
    this.training = spec.trainable ? makeTraining(runtime, spec, spec.trainable) : null;
    const theta = new Map(this.training?.parameters.map(({ name, value }) => [name, value]));
    this.weights = new EffectiveWeights(runtime, spec, theta);
  }

  generate(request: GenerateRequest): AsyncGenerator<TokenBlock, void, void> {
    return generateTokens(this.runtime, this.config, this.weights.current, request);
  }

  async evaluate(request: EvaluateRequest): Promise<Evaluation> {
    checkBatch(request.batch, this.config);
    return evaluateColumns(this.inputs(request.batch), request);
  }

  async scoreLastToken(batch: TokenBatch): Promise<Float32Array> {
    checkBatch(batch, this.config);
    return this.runtime.take(this.runtime.run(() => lastTokenValues(this.inputs(batch))));
  }

  async accumulate(batch: TokenBatch, head: LossHead, gradScale: number): Promise<void> {
    this.rules.training();
    const training = this.needTraining();
    checkBatch(batch, this.config);
    checkHead(head, batch);
    const report = this.runtime.run((): tf.Tensor => {
      const trained = training.parameters.filter(({ name }) => reaches(head, name));
      const compute = () => lossReport({ ...this.inputs(batch), weights: this.weights.onTape() }, head);
      const { value, grads } =
        trained.length === 0 ? { value: compute(), grads: [] } : gradientsOf(compute, trained, gradScale, reportLength(head, batch.batch));
      for (const [index, { gradient }] of trained.entries()) gradient.assign(tf.add(gradient, grads[index] as tf.Tensor));
      training.sinceStep.assign(tf.add(training.sinceStep, tf.slice(value, REPORT_LOSS, REPORT_ACTIVE + 1)));
      return value;
    });
    training.minibatchesSinceStep++;
    this.pendingLosses.push({ head, report });
  }

  async applyAdamW(step: AdamWStep): Promise<void> {
    this.rules.training();
    const training = this.needTraining();
    const { parameters } = training;
    const facts = await this.runtime.take(this.runtime.run(() => tf.concat([training.sinceStep, squaredNorms(parameters)])));
    const [lossSum, active] = [facts[0] as number, facts[1] as number];
    const squares = facts.subarray(2);
    const gradNorm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    const culprit = squares.findIndex((square) => !Number.isFinite(square));
    const nonFinite = Number.isFinite(lossSum) ? (parameters[culprit]?.name ?? null) : "loss";
    const allSkipped = training.minibatchesSinceStep > 0 && active === 0;

    if (nonFinite !== null) this.finishedSteps.push({ gradNorm, outcome: "nonFinite", nonFinite });
    else if (allSkipped && !step.stepWhenSkipped) this.finishedSteps.push({ gradNorm, outcome: "skipped", nonFinite: null });
    else {
      const clipCoefficient = step.maxGradNorm === null ? 1 : Math.min(1, step.maxGradNorm / (gradNorm + 1e-6));
      training.steps++;
      this.runtime.run(() => adamwStep(parameters, step, clipCoefficient, training.steps));
      this.weights.thetaChanged();
      this.finishedSteps.push({ gradNorm, outcome: "stepped", nonFinite: null });
    }
    await this.zeroGradients();
  }

  async zeroGradients(): Promise<void> {
    const training = this.needTraining();
    this.runtime.run(() => {
      for (const { gradient } of training.parameters) gradient.assign(tf.zerosLike(gradient));
      training.sinceStep.assign(tf.zeros([2]));
    });
    training.minibatchesSinceStep = 0;
  }

  async readUpdates(): Promise<UpdateLog> {
    const [pending, steps] = [this.pendingLosses, this.finishedSteps];
    this.pendingLosses = [];
    this.finishedSteps = [];
    const losses: LossResult[] = [];
    for (const { head, report } of pending) losses.push(readReport(head, await this.runtime.take(report)));
    return { losses, steps };
  }

  readParameters(): Promise<NamedTensors> {
    return this.download(this.weights.current);
  }

  async readGradients(): Promise<NamedTensors> {
    return this.download(new Map(this.needTraining().parameters.map(({ name, gradient }) => [name, gradient])));
  }

  async saveState(): Promise<TrainingState> {
    const { parameters, steps } = this.needTraining();
    const all = (part: "value" | "firstMoment" | "secondMoment") =>
      this.download(new Map(parameters.map((parameter) => [parameter.name, parameter[part]])));
    return {
      parameters: await all("value"),
      firstMoments: await all("firstMoment"),
      secondMoments: await all("secondMoment"),
      optimizerSteps: steps,
    };
  }

  async restoreState(state: TrainingState): Promise<void> {
    this.rules.checkState(state);
    const training = this.needTraining();
    this.runtime.run(() => {
      for (const { name, value, firstMoment, secondMoment } of training.parameters) {
        const assign = (variable: tf.Variable, from: NamedTensors) =>
          variable.assign(this.runtime.upload((from.get(name) as NamedTensor).data.slice(), variable.shape));
        assign(value, state.parameters);
        assign(firstMoment, state.firstMoments);
        assign(secondMoment, state.secondMoments);
      }
    });
    training.steps = state.optimizerSteps;
    this.weights.thetaChanged();
    await this.zeroGradients();
  }

  async addAdapter(name: string, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): Promise<void> {
    this.rules.addAdapter(name, parametrisation, tensors);
    this.weights.add(name, parametrisation, tensors);
  }

  async setAdapter(name: string | null): Promise<void> {
    this.rules.setAdapter(name);
    this.weights.put(name);
  }

  async createHeadBuffer(name: string, head: ValueHead | null): Promise<void> {
    this.rules.createHeadBuffer(name, head);
    const { weight, bias } = head ?? { weight: new Float32Array(this.config.hiddenSize), bias: 0 };
    this.headBuffers.set(name, { weight: weight.slice(), bias });
  }

  async storeHead(name: string): Promise<void> {
    this.rules.checkHeadBuffer(name);
    this.headBuffers.set(name, await this.weights.readHead());
  }

  async loadHead(name: string): Promise<void> {
    this.rules.checkHeadBuffer(name);
    this.weights.writeHead(this.headBuffers.get(name) as ValueHead);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const { report } of this.pendingLosses) report.dispose();
    this.weights.dispose();
    for (const { value, gradient, firstMoment, secondMoment } of this.training?.parameters ?? [])
      tf.dispose([value, gradient, firstMoment, secondMoment]);
    this.training?.sinceStep.dispose();
    this.onDispose();
  }

  private inputs(tokens: TokenBatch) {
    return { runtime: this.runtime, config: this.config, weights: this.weights.current, tokens };
  }

  private needTraining(): Training {
    this.rules.trained();
    return this.training as Training;
  }

  private async download(tensors: ReadonlyMap<string, tf.Tensor>): Promise<NamedTensors> {
    const named = new Map<string, NamedTensor>();
    for (const [name, tensor] of tensors) named.set(name, { shape: tensor.shape, data: await this.runtime.download(tensor) });
    return named;
  }
}

/** A report and the gradients of gradScale * its loss. */
function gradientsOf(compute: () => tf.Tensor, parameters: readonly TrainedParameter[], gradScale: number, length: number) {
  // dReport is gradScale at the loss and 0 elsewhere.
  const dReport = tf.mul(tf.oneHot(tf.scalar(REPORT_LOSS, "int32"), length), gradScale);
  return tf.valueAndGrads(compute)(
    parameters.map(({ value }) => value),
    dReport,
  );
}
