// One Llama model as tfjs tensors: answers the requests of the engine interface with the pieces beside this file.

import * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../../errors";
import { checkHead } from "../../loss/checkLossHead";
import type { LossHead, LossResult } from "../../loss/lossHead";
import type {
  AdamWStep,
  EngineModel,
  EvaluateRequest,
  Evaluation,
  GenerateRequest,
  ModelSpec,
  StepResult,
  TokenBatch,
  TokenBlock,
  TrainingState,
  UpdateLog,
} from "../engine";
import { checkWeights, type NamedTensor, type NamedTensors, parameterSpecs } from "../layout";
import { type LlamaConfig, validateLlamaConfig } from "../llamaConfig";
import { checkBatch } from "../tokenBatch";
import { adamwStep, squaredNorms, type TrainedParameter } from "./adamw";
import { evaluateColumns } from "./evaluate";
import { generateTokens } from "./generate";
import type { Weights } from "./llama";
import { lastTokenValues, lossReport, reaches, readReport, reportLength, REPORT_ACTIVE, REPORT_LOSS } from "./lossHeads";
import type { TfjsRuntime } from "./runtime";

/** tfjs wants every variable's name only once per page. */
let modelsMade = 0;

/** Optimizer state and what has been accumulated since the last step. */
interface Training {
  readonly parameters: readonly TrainedParameter[];
  /** [2]: sum of the losses, number of minibatches that the ratio guard let through. */
  readonly sinceStep: tf.Variable;
  minibatchesSinceStep: number;
  /** Steps taken, k in AdamW's bias correction. */
  steps: number;
}

export class TfjsModel implements EngineModel {
  readonly config: LlamaConfig;
  private readonly label: string;
  private readonly runtime: TfjsRuntime;
  private readonly weights: Weights;
  private readonly training: Training | null;
  private readonly onDispose: () => void;
  private pendingLosses: { head: LossHead; report: tf.Tensor }[] = [];
  private finishedSteps: StepResult[] = [];
  private disposed = false;

  /** @throws ConfigError or ShapeError when config and weights do not describe a Llama model. */
  constructor(runtime: TfjsRuntime, spec: ModelSpec, onDispose: () => void) {
    validateLlamaConfig(spec.config);
    checkWeights(spec.config, spec.weights);
    this.runtime = runtime;
    this.config = spec.config;
    this.label = spec.label;
    this.onDispose = onDispose;
    const prefix = `${spec.label}-${modelsMade++}`;
    const specs = parameterSpecs(spec.config);
    if (spec.trainable) {
      const parameters = runtime.run(() =>
        specs.map(({ name, shape, decayGroup }) => {
          const initial = runtime.upload((spec.weights.get(name) as NamedTensor).data.slice(), [...shape]);
          const zeros = (kind: string) => tf.variable(tf.zeros([...shape]), false, `${prefix}/${kind}/${name}`);
          return {
            name,
            decayGroup,
            value: tf.variable(initial, true, `${prefix}/${name}`),
            gradient: zeros("gradient"),
            firstMoment: zeros("firstMoment"),
            secondMoment: zeros("secondMoment"),
          };
        }),
      );
      const sinceStep = runtime.run(() => tf.variable(tf.zeros([2]), false, `${prefix}/sinceStep`));
      this.training = { parameters, sinceStep, minibatchesSinceStep: 0, steps: 0 };
      this.weights = new Map(parameters.map(({ name, value }) => [name, value]));
    } else {
      this.training = null;
      const tensors = runtime.run(() =>
        specs.map(({ name, shape }) => runtime.upload((spec.weights.get(name) as NamedTensor).data.slice(), [...shape])),
      );
      this.weights = new Map(specs.map(({ name }, index) => [name, tensors[index] as tf.Tensor]));
    }
  }

  generate(request: GenerateRequest): AsyncGenerator<TokenBlock, void, void> {
    return generateTokens(this.runtime, this.config, this.weights, request);
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
    const training = this.needTraining();
    checkBatch(batch, this.config);
    checkHead(head, batch);
    const report = this.runtime.run((): tf.Tensor => {
      const trained = training.parameters.filter(({ name }) => reaches(head, name));
      // dReport is gradScale at the loss and 0 elsewhere, so the gradients are those of gradScale * loss.
      const length = reportLength(head, batch.batch);
      const dReport = tf.mul(tf.oneHot(tf.scalar(REPORT_LOSS, "int32"), length), gradScale);
      const { value, grads } = tf.valueAndGrads((): tf.Tensor => lossReport(this.inputs(batch), head))(
        trained.map((parameter) => parameter.value),
        dReport,
      );
      for (const [index, { gradient }] of trained.entries()) gradient.assign(tf.add(gradient, grads[index] as tf.Tensor));
      training.sinceStep.assign(tf.add(training.sinceStep, tf.slice(value, REPORT_LOSS, REPORT_ACTIVE + 1)));
      return value;
    });
    training.minibatchesSinceStep++;
    this.pendingLosses.push({ head, report });
  }

  async applyAdamW(step: AdamWStep): Promise<void> {
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
    return this.download(this.weights);
  }

  async readGradients(): Promise<NamedTensors> {
    return this.download(new Map(this.needTraining().parameters.map(({ name, gradient }) => [name, gradient])));
  }

  async saveState(): Promise<TrainingState> {
    const { parameters, steps } = this.needTraining();
    return {
      parameters: await this.readParameters(),
      firstMoments: await this.download(new Map(parameters.map(({ name, firstMoment }) => [name, firstMoment]))),
      secondMoments: await this.download(new Map(parameters.map(({ name, secondMoment }) => [name, secondMoment]))),
      optimizerSteps: steps,
    };
  }

  async restoreState(state: TrainingState): Promise<void> {
    const training = this.needTraining();
    for (const tensors of [state.parameters, state.firstMoments, state.secondMoments]) checkWeights(this.config, tensors);
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
    await this.zeroGradients();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const { report } of this.pendingLosses) report.dispose();
    for (const tensor of this.weights.values()) tensor.dispose();
    for (const { gradient, firstMoment, secondMoment } of this.training?.parameters ?? [])
      tf.dispose([gradient, firstMoment, secondMoment]);
    this.training?.sinceStep.dispose();
    this.onDispose();
  }

  private inputs(tokens: TokenBatch) {
    return { runtime: this.runtime, config: this.config, weights: this.weights, tokens };
  }

  private needTraining(): Training {
    if (!this.training)
      throw new EngineError(`Model "${this.label}" is frozen: expected a trainable model here. Create it with a parametrisation.`);
    return this.training;
  }

  private async download(tensors: ReadonlyMap<string, tf.Tensor>): Promise<NamedTensors> {
    const named = new Map<string, NamedTensor>();
    for (const [name, tensor] of tensors) named.set(name, { shape: tensor.shape, data: await this.runtime.download(tensor) });
    return named;
  }
}
