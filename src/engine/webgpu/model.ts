// One network on the WebGPU engine: the EngineModel interface over forward, heads, training and generation.

import { EngineError } from "../../errors";
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
import type { ModelRules } from "../modelRules";
import { packingOf } from "../packing";
import { checkBatch, checkLength } from "../tokenBatch";
import { adapterKernels } from "./adapter";
import { evaluate, scoreLastToken } from "./evaluation";
import { generate } from "./generation";
import { Journal } from "./journal";
import { NONE } from "./kernel";
import { WATCHED } from "./kernels/lossHeads";
import { OUTCOMES } from "./kernels/optimizer";
import type { Tuning } from "./network";
import { Network } from "./network";
import { Parameters } from "./parameters";
import type { Recorder } from "./recorder";
import type { PendingLoss } from "./training";
import { accumulate } from "./training";

const STEP_WORDS = 4;

export class WebgpuModel implements EngineModel {
  readonly config: LlamaConfig;
  private readonly recorder: Recorder;
  private readonly rules: ModelRules;
  private readonly net: Network;
  private readonly journal: Journal | null;
  private readonly onDispose: () => void;
  private losses: PendingLoss[] = [];
  /** Words of the journal where optimizer decisions stand. */
  private steps: number[] = [];
  /** How many of them a restored state has undone since. */
  private undone = 0;
  private disposed = false;

  /** The rules are the spec's; the kernels it needs are compiled. */
  constructor(recorder: Recorder, spec: ModelSpec, rules: ModelRules, tuning: Tuning, onDispose: () => void) {
    this.config = spec.config;
    this.recorder = recorder;
    this.rules = rules;
    this.onDispose = onDispose;
    const packing = packingOf(spec.config);
    const parameters = new Parameters(recorder, packing, spec);
    this.net = new Network(recorder, spec.config, packing, parameters, tuning);
    this.journal = spec.trainable === null ? null : new Journal(recorder);
    recorder.flush();
  }

  async *generate(request: GenerateRequest): AsyncGenerator<TokenBlock, void, void> {
    checkBatch(request.prompts, this.config);
    checkLength(request.prompts.seq + request.maxNewTokens, this.config);
    yield* generate(this.net, request);
  }

  async evaluate(request: EvaluateRequest): Promise<Evaluation> {
    checkBatch(request.batch, this.config);
    return evaluate(this.net, request);
  }

  async scoreLastToken(batch: TokenBatch): Promise<Float32Array> {
    checkBatch(batch, this.config);
    return scoreLastToken(this.net, batch);
  }

  async accumulate(batch: TokenBatch, head: LossHead, gradScale: number): Promise<void> {
    checkBatch(batch, this.config);
    checkHead(head, batch);
    this.rules.training();
    // What the last accumulate recorded goes out now; this one may share its submit with the optimizer step that follows.
    this.recorder.flush();
    await this.recorder.room();
    const journal = this.trained();
    this.losses.push(this.recorder.atomically(() => accumulate(this.net, journal, batch, head, gradScale)));
  }

  async applyAdamW(step: AdamWStep): Promise<void> {
    this.rules.training();
    const journal = this.trained();
    const at = journal.reserve(STEP_WORDS);
    this.net.parameters.adamW(step, journal.buffer, at);
    this.steps.push(at);
    this.recorder.flush();
  }

  async zeroGradients(): Promise<void> {
    this.rules.trained();
    this.net.parameters.zeroGradients();
  }

  async readUpdates(): Promise<UpdateLog> {
    const { losses, steps } = this;
    this.losses = [];
    this.steps = [];
    if (losses.length + steps.length === 0) return { losses: [], steps: [] };
    const words = await this.trained().take();
    const stepResults = steps.map((at) => this.stepResult(words.subarray(at, at + STEP_WORDS)));
    this.net.parameters.confirm(stepResults.slice(this.undone).filter(({ outcome }) => outcome === "stepped").length);
    this.undone = 0;
    return {
      losses: losses.map(({ at, count, result }): LossResult => result(words.subarray(at + 4, at + 4 + 4 * count), words[at + 1] === 1)),
      steps: stepResults,
    };
  }

  private stepResult(words: Float32Array): StepResult {
    const [gradNorm, outcome, code] = words as unknown as readonly [number, number, number];
    const badIndex = new Uint32Array(words.buffer, words.byteOffset, STEP_WORDS)[3] as number;
    let nonFinite: string | null = null;
    if (code > 0) nonFinite = WATCHED[code - 1] as string;
    else if (badIndex !== NONE) nonFinite = `gradient of ${this.net.parameters.nameAt(badIndex)}`;
    else if (outcome === OUTCOMES.indexOf("nonFinite")) nonFinite = "gradient norm";
    return { gradNorm, outcome: OUTCOMES[outcome] as StepResult["outcome"], nonFinite };
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
    this.undone = this.steps.length;
    this.recorder.flush();
  }

  async addAdapter(name: string, parametrisation: LoraParametrisation | OftParametrisation, tensors: NamedTensors): Promise<void> {
    this.rules.addAdapter(name, parametrisation, tensors);
    await this.recorder.compile(adapterKernels(parametrisation));
    this.net.parameters.addAdapter(name, parametrisation, tensors);
    this.recorder.flush();
  }
  async setAdapter(name: string | null): Promise<void> {
    this.rules.setAdapter(name);
    this.net.parameters.setAdapter(name);
  }
  async createHeadBuffer(name: string, head: ValueHead | null): Promise<void> {
    this.rules.createHeadBuffer(name, head);
    this.net.parameters.createHeadBuffer(name, head);
  }
  async storeHead(name: string): Promise<void> {
    this.rules.checkHeadBuffer(name);
    this.net.parameters.storeHead(name);
  }
  async loadHead(name: string): Promise<void> {
    this.rules.checkHeadBuffer(name);
    this.net.parameters.loadHead(name);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.recorder.flush();
    this.journal?.dispose();
    this.net.dispose();
    this.onDispose();
  }

  private trained(): Journal {
    if (!this.journal)
      throw new EngineError("A frozen model was asked for gradients or an optimizer step. Create it with `trainable` set.");
    return this.journal;
  }
}
