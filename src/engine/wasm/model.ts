// One network on the wasm engine: the EngineModel interface over forward, heads, training and generation.

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
import type { NamedTensors } from "../layout";
import type { LlamaConfig } from "../llamaConfig";
import { ModelRules } from "../modelRules";
import type { EngineCounters } from "../counters";
import { checkBatch, checkLength } from "../tokenBatch";
import { evaluate, scoreLastToken } from "./evaluation";
import { generate } from "./generation";
import type { Heap } from "./heap";
import type { Kernels } from "./kernelModule";
import { Network } from "./network";
import { packingOf } from "../packing";
import { Parameters } from "./parameters";
import { accumulate } from "./training";

export class WasmModel implements EngineModel {
  readonly config: LlamaConfig;
  private readonly rules: ModelRules;
  private readonly net: Network;
  private readonly headBuffers = new Map<string, ValueHead>();
  private readonly counters: EngineCounters;
  private readonly onDispose: () => void;
  private losses: LossResult[] = [];
  private steps: StepResult[] = [];
  private nonFinite: string | null = null;
  /** Minibatches since the last optimizer step, and how many of them the ratio guard skipped. */
  private pending = { minibatches: 0, skipped: 0 };
  private disposed = false;

  constructor(heap: Heap, kernels: Kernels, counters: EngineCounters, spec: ModelSpec, onDispose: () => void) {
    this.rules = new ModelRules(spec);
    this.config = spec.config;
    this.counters = counters;
    this.onDispose = onDispose;
    this.net = new Network(heap, kernels, spec.config, new Parameters(heap, kernels, packingOf(spec.config), spec));
  }

  async *generate(request: GenerateRequest): AsyncGenerator<TokenBlock, void, void> {
    checkBatch(request.prompts, this.config);
    checkLength(request.prompts.seq + request.maxNewTokens, this.config);
    for await (const block of generate(this.net, request)) {
      this.counters.readbacks++;
      yield block;
    }
  }

  async evaluate(request: EvaluateRequest): Promise<Evaluation> {
    checkBatch(request.batch, this.config);
    this.counters.readbacks++;
    return evaluate(this.net, request);
  }

  async scoreLastToken(batch: TokenBatch): Promise<Float32Array> {
    checkBatch(batch, this.config);
    this.counters.readbacks++;
    return scoreLastToken(this.net, batch);
  }

  async accumulate(batch: TokenBatch, head: LossHead, gradScale: number): Promise<void> {
    this.rules.training();
    checkBatch(batch, this.config);
    checkHead(head, batch);
    const { result, nonFinite } = accumulate(this.net, batch, head, gradScale);
    this.losses.push(result);
    this.nonFinite ??= nonFinite;
    this.pending.minibatches++;
    if (result.kind === "ppo" && result.skipped) this.pending.skipped++;
  }

  async applyAdamW(step: AdamWStep): Promise<void> {
    this.rules.training();
    this.steps.push(this.stepOrHold(step));
    this.clearPending();
  }

  private stepOrHold(step: AdamWStep): StepResult {
    const { parameters } = this.net;
    const gradNorm = parameters.gradientNorm();
    const nonFinite = this.nonFinite ?? (Number.isFinite(gradNorm) ? null : parameters.nonFiniteGradient());
    if (nonFinite !== null) return { gradNorm, outcome: "nonFinite", nonFinite };
    const { minibatches, skipped } = this.pending;
    if (minibatches > 0 && skipped === minibatches && !step.stepWhenSkipped) return { gradNorm, outcome: "skipped", nonFinite: null };
    const clip = step.maxGradNorm === null ? 1 : Math.min(1, step.maxGradNorm / (gradNorm + 1e-6));
    parameters.adamW(step, clip);
    return { gradNorm, outcome: "stepped", nonFinite: null };
  }

  async zeroGradients(): Promise<void> {
    this.rules.trained();
    this.clearPending();
  }

  private clearPending(): void {
    this.net.parameters.zeroGradients();
    this.nonFinite = null;
    this.pending = { minibatches: 0, skipped: 0 };
  }

  async readUpdates(): Promise<UpdateLog> {
    this.counters.readbacks++;
    const log = { losses: this.losses, steps: this.steps };
    this.losses = [];
    this.steps = [];
    return log;
  }

  async readParameters(): Promise<NamedTensors> {
    return this.net.parameters.read();
  }
  async readGradients(): Promise<NamedTensors> {
    this.rules.trained();
    return this.net.parameters.readGradients();
  }
  async saveState(): Promise<TrainingState> {
    this.rules.trained();
    return this.net.parameters.saveState();
  }
  async restoreState(state: TrainingState): Promise<void> {
    this.rules.checkState(state);
    this.net.parameters.restoreState(state);
    this.clearPending();
  }

  async addAdapter(name: string, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): Promise<void> {
    this.rules.addAdapter(name, parametrisation, tensors);
    this.net.parameters.addAdapter(name, parametrisation, tensors);
  }
  async setAdapter(name: string | null): Promise<void> {
    this.rules.setAdapter(name);
    this.net.parameters.setAdapter(name);
  }

  async createHeadBuffer(name: string, head: ValueHead | null): Promise<void> {
    this.rules.createHeadBuffer(name, head);
    const { weight, bias } = head ?? { weight: new Float32Array(this.config.hiddenSize), bias: 0 };
    this.headBuffers.set(name, { weight: weight.slice(), bias });
  }
  async storeHead(name: string): Promise<void> {
    this.rules.checkHeadBuffer(name);
    this.headBuffers.set(name, this.net.parameters.readHead());
  }
  async loadHead(name: string): Promise<void> {
    this.rules.checkHeadBuffer(name);
    this.net.parameters.writeHead(this.headBuffers.get(name) as ValueHead);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.net.workspace.dispose();
    this.net.parameters.dispose();
    this.onDispose();
  }
}
