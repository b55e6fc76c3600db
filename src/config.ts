// Every option of a PPO run: reference name, default, range, unit and one sentence of help; validation and derived sizes.

import { ConfigError } from "./errors";
import { shownValue } from "./shownValue";

export type KlPenalty = "kl" | "abs" | "mse" | "full";
export type FinetuningType = "full" | "freeze" | "lora" | "oft";
export type RewardModelType = "full" | "lora" | "oft" | "api" | "rule";
/** What an advantage is measured against; `valueHead` is PPO's, the others show what it is good for. */
export type Baseline = "valueHead" | "batchMean" | "none";
/**
 * How prompts are rendered: `chat` as the models were trained, `noHeader` without the assistant header, `empty` the bare words
 * (LLaMA-Factory's pass-through template, fact sheet 1.1).
 */
export type TemplateName = "chat" | "noHeader" | "empty";
export type LrSchedulerType = "linear" | "cosine" | "constant" | "constant_with_warmup";

/** All options of one run. Names are LLaMA-Factory's and PPOConfig's in camelCase; `FIELDS` says the rest. */
export interface LabConfig {
  seed: number;
  maxSamples: number | null;
  cutoffLen: number;

  perDeviceTrainBatchSize: number;
  gradientAccumulationSteps: number;
  ppoBufferSize: number;
  numTrainEpochs: number;
  maxSteps: number;

  doSample: boolean;
  temperature: number;
  topK: number;
  topP: number;
  maxNewTokens: number;
  maxLength: number;
  repetitionPenalty: number;

  template: TemplateName;
  evalTemplate: TemplateName;

  finetuningType: FinetuningType;
  adapterNameOrPath: string;
  createNewAdapter: boolean;
  freezeTrainableLayers: number;
  freezeTrainableModules: string;
  freezeExtraModules: string;
  loraRank: number;
  loraAlpha: number | null;
  useRslora: boolean;
  loraTarget: string;
  oftRank: number;
  oftBlockSize: number;
  oftTarget: string;
  useCayleyNeumann: boolean;
  numCayleyNeumannTerms: number;
  refModel: string;
  summaryDropoutProb: number;

  rewardModelType: RewardModelType;
  rewardModel: string;
  allowVocabularyMismatch: boolean;

  ppoScoreNorm: boolean;
  useScoreScaling: boolean | null;
  useScoreNorm: boolean | null;
  scoreClip: number | null;

  klPenalty: KlPenalty;
  adapKlCtrl: boolean;
  initKlCoef: number;
  ppoTarget: number;
  horizon: number;

  gamma: number;
  lam: number;
  ppoWhitenRewards: boolean;
  baseline: Baseline;

  ppoEpochs: number;
  cliprange: number;
  cliprangeValue: number;
  vfCoef: number;
  ratioThreshold: number;
  earlyStopping: boolean;
  targetKl: number;

  learningRate: number;
  lrSchedulerType: LrSchedulerType;
  warmupRatio: number;
  warmupSteps: number;
  weightDecay: number;
  adamBeta1: number;
  adamBeta2: number;
  adamEpsilon: number;
  maxGradNorm: number | null;

  loggingSteps: number;
  promptColumnStats: boolean;

  evalSteps: number;
  evalSamples: number;
  evalDoSample: boolean;

  referenceMode: boolean;
  q1ClipFirstStepOnly: boolean;
  q2DecayNormsAndBiases: boolean;
  q3StepEveryMinibatchAtLoaderEnd: boolean;
  q7NoRemaskAfterWhitening: boolean;
  q15CeilHorizon: boolean;
  q21CutPromptTail: boolean;
  q27StepOnSkippedMinibatch: boolean;
  q30EarlyStopOnLastMinibatch: boolean;
}

export type ConfigField = keyof LabConfig;
export type FieldGroup =
  | "run"
  | "batch"
  | "sampling"
  | "models"
  | "reward"
  | "score"
  | "kl"
  | "advantages"
  | "losses"
  | "optimizer"
  | "logging"
  | "evaluation"
  | "quirks";

interface FieldCommon<T> {
  readonly group: FieldGroup;
  /** Option name in LLaMA-Factory or TRL's PPOConfig; null for the lab's own. */
  readonly reference: string | null;
  readonly default: T;
  /** One sentence for people; `app` shows it in English from here. */
  readonly help: string;
  /** May change while a run goes on, from the next PPO step. */
  readonly live?: boolean;
}
export interface NumberField extends FieldCommon<number | null> {
  readonly kind: "integer" | "number";
  readonly min: number;
  readonly max: number;
  /** The lower bound itself is not allowed. */
  readonly exclusiveMin?: boolean;
  readonly nullable?: boolean;
  readonly unit: string;
}
export interface BooleanField extends FieldCommon<boolean | null> {
  readonly kind: "boolean";
  readonly nullable?: boolean;
}
export interface ChoiceField extends FieldCommon<string> {
  readonly kind: "choice";
  readonly choices: readonly string[];
}
export interface TextField extends FieldCommon<string> {
  readonly kind: "text";
  /** Characters. */
  readonly maxLength: number;
}
export type Field = NumberField | BooleanField | ChoiceField | TextField;

const quirk = (help: string): BooleanField => ({ kind: "boolean", group: "quirks", reference: null, default: false, help });

/** One row per option. Defaults are the reference's (fact sheet 2.1 to 2.4), except where the help says otherwise. */
// biome-ignore format: one row per option reads as a table
export const FIELDS: { readonly [K in ConfigField]: Field } = {
  seed: { kind: "integer", group: "run", reference: "seed", default: 42, min: 0, max: 4294967295, unit: "", help: "Fixes every random choice: shuffling, sampling, permutations and initial weights." },
  maxSamples: { kind: "integer", group: "run", reference: "max_samples", default: null, nullable: true, min: 1, max: 1_000_000, unit: "prompts", help: "Use only the first so many training prompts." },
  cutoffLen: { kind: "integer", group: "run", reference: "cutoff_len", default: 2048, min: 4, max: 8192, unit: "tokens", help: "Longer prompts lose their head, so that the assistant header survives." },

  perDeviceTrainBatchSize: { kind: "integer", group: "batch", reference: "per_device_train_batch_size", default: 8, min: 1, max: 1024, unit: "samples", help: "Minibatch size: samples per forward and backward pass." },
  gradientAccumulationSteps: { kind: "integer", group: "batch", reference: "gradient_accumulation_steps", default: 1, min: 1, max: 256, unit: "minibatches", help: "Minibatches whose gradients are averaged before one optimizer step." },
  ppoBufferSize: { kind: "integer", group: "batch", reference: "ppo_buffer_size", default: 1, min: 1, max: 256, unit: "", help: "Backward batches per rollout: PPO batch = minibatch x accumulation x buffer." },
  numTrainEpochs: { kind: "number", group: "batch", reference: "num_train_epochs", default: 3, min: 0, max: 10000, exclusiveMin: true, unit: "epochs", help: "Passes over the prompts when no step limit is set." },
  maxSteps: { kind: "integer", group: "batch", reference: "max_steps", default: -1, min: -1, max: 100_000, unit: "PPO steps", help: "Number of PPO steps; -1 derives it from the epochs." },

  doSample: { kind: "boolean", group: "sampling", reference: "do_sample", default: true, live: true, help: "Draw tokens at random; off takes the most probable token." },
  temperature: { kind: "number", group: "sampling", reference: "temperature", default: 0.95, min: 0, exclusiveMin: true, max: 10, unit: "", live: true, help: "Divides the logits before sampling; only 1 samples from the distribution PPO scores." },
  topK: { kind: "integer", group: "sampling", reference: "top_k", default: 50, min: 0, max: 1_000_000, unit: "tokens", live: true, help: "Sample among the k most probable tokens; 0 is off, which PPO wants." },
  topP: { kind: "number", group: "sampling", reference: "top_p", default: 0.7, min: 0, exclusiveMin: true, max: 1, unit: "", live: true, help: "Sample from the smallest set of tokens with this total probability; 1 is off, which PPO wants." },
  maxNewTokens: { kind: "integer", group: "sampling", reference: "max_new_tokens", default: 1024, min: 0, max: 2048, unit: "tokens", help: "Longest response; a row may end earlier with a stop token. 0 lets maxLength decide." },
  maxLength: { kind: "integer", group: "sampling", reference: "max_length", default: 1024, min: 2, max: 8192, unit: "tokens", help: "Longest prompt and response together, the prompt padded to its batch; counts only when maxNewTokens is 0." },
  repetitionPenalty: { kind: "number", group: "sampling", reference: "repetition_penalty", default: 1, min: 0, exclusiveMin: true, max: 10, unit: "", live: true, help: "Above 1 makes tokens that already occurred less likely; 1 is off." },

  template: { kind: "choice", group: "run", reference: "template", default: "chat", choices: ["chat", "noHeader", "empty"], help: "How training prompts are rendered; chat is how the models were trained, the others are mistakes to study." },
  evalTemplate: { kind: "choice", group: "evaluation", reference: null, default: "chat", choices: ["chat", "noHeader", "empty"], help: "How evaluation prompts are rendered; it must be the training template, or the figures are of another task." },

  finetuningType: { kind: "choice", group: "models", reference: "finetuning_type", default: "lora", choices: ["full", "freeze", "lora", "oft"], help: "Which weights PPO trains: all of them, the last layers, or a small adapter (LoRA or OFT); the value head always." },
  adapterNameOrPath: { kind: "text", group: "models", reference: "adapter_name_or_path", default: "", maxLength: 500, help: "Adapter folders to start from, separated by commas; all but the last are merged into the base. LoRA only, as in the reference." },
  createNewAdapter: { kind: "boolean", group: "models", reference: "create_new_adapter", default: false, help: "Merge all given adapters and train a new one; then the reference policy is the merged model and KL starts at 0 (quirk Q5)." },
  freezeTrainableLayers: { kind: "integer", group: "models", reference: "freeze_trainable_layers", default: 2, min: -64, max: 64, unit: "layers", help: "With freeze: train the last so many layers; negative trains the first ones." },
  freezeTrainableModules: { kind: "text", group: "models", reference: "freeze_trainable_modules", default: "all", maxLength: 200, help: "With freeze: which modules of these layers train (for example mlp, self_attn), separated by commas; all for every one." },
  freezeExtraModules: { kind: "text", group: "models", reference: "freeze_extra_modules", default: "", maxLength: 200, help: "With freeze: modules outside the layers that train too (for example embed_tokens, norm, lm_head), separated by commas." },
  loraRank: { kind: "integer", group: "models", reference: "lora_rank", default: 8, min: 1, max: 256, unit: "", help: "With LoRA: rank of the low-rank update B A." },
  loraAlpha: { kind: "integer", group: "models", reference: "lora_alpha", default: null, nullable: true, min: 1, max: 4096, unit: "", help: "With LoRA: the update is scaled by alpha / rank; empty is twice the rank." },
  useRslora: { kind: "boolean", group: "models", reference: "use_rslora", default: false, help: "With LoRA: scale by alpha / sqrt(rank) instead." },
  loraTarget: { kind: "text", group: "models", reference: "lora_target", default: "all", maxLength: 200, help: "With LoRA: adapted linear layers (for example q_proj, v_proj), separated by commas; all for every one but lm_head." },
  oftRank: { kind: "integer", group: "models", reference: "oft_rank", default: 0, min: 0, max: 1024, unit: "blocks", help: "With OFT: number of rotation blocks per layer; exactly one of this and oftBlockSize is above 0." },
  oftBlockSize: { kind: "integer", group: "models", reference: "oft_block_size", default: 32, min: 0, max: 1024, unit: "inputs", help: "With OFT: inputs per rotation block, adjusted to the nearest divisor of the layer's inputs." },
  oftTarget: { kind: "text", group: "models", reference: "oft_target", default: "all", maxLength: 200, help: "With OFT: adapted linear layers, separated by commas; all for every one but lm_head." },
  useCayleyNeumann: { kind: "boolean", group: "models", reference: "use_cayley_neumann", default: true, help: "With OFT: rotations by the Cayley-Neumann series; off solves exactly, and turns the other way (quirk Q37)." },
  numCayleyNeumannTerms: { kind: "integer", group: "models", reference: "num_cayley_neumann_terms", default: 5, min: 1, max: 32, unit: "terms", help: "With OFT: terms of the Cayley-Neumann series." },
  refModel: { kind: "text", group: "models", reference: "ref_model", default: "", maxLength: 500, help: "Folder of the reference policy; empty is the start of the policy. Ignored with LoRA and OFT, whose reference is the base (quirk Q5)." },
  summaryDropoutProb: { kind: "number", group: "models", reference: "summary_dropout_prob", default: 0, min: 0, max: 0.9, unit: "", help: "Dropout before the value head; the reference trains with 0.1 and so scores with noise (quirk Q4), the lab's default is 0." },

  rewardModelType: { kind: "choice", group: "reward", reference: "reward_model_type", default: "lora", choices: ["full", "lora", "oft", "api", "rule"], help: "Who scores a response: a separate network (full), an adapter on the policy's base (lora, oft), a server (api) or a function of the text (rule)." },
  rewardModel: { kind: "text", group: "reward", reference: "reward_model", default: "", maxLength: 2000, help: "Name of one of the scenario's reward models, or the server's full address with api; empty is the scenario's first of that type." },
  allowVocabularyMismatch: { kind: "boolean", group: "reward", reference: null, default: false, help: "Run although the reward model has another tokenizer than the policy, as the reference does; its scores are then noise." },

  ppoScoreNorm: { kind: "boolean", group: "score", reference: "ppo_score_norm", default: false, live: true, help: "Turns scores into z-scores by running moments of the whole run." },
  useScoreScaling: { kind: "boolean", group: "score", reference: "use_score_scaling", default: null, nullable: true, live: true, help: "Divide scores by their running deviation; empty follows ppoScoreNorm." },
  useScoreNorm: { kind: "boolean", group: "score", reference: "use_score_norm", default: null, nullable: true, live: true, help: "Also subtract the running mean when scaling; empty follows ppoScoreNorm." },
  scoreClip: { kind: "number", group: "score", reference: "score_clip", default: null, nullable: true, min: 0, exclusiveMin: true, max: 1000, unit: "score", live: true, help: "Clips scores to plus or minus this value after scaling; empty is off." },

  klPenalty: { kind: "choice", group: "kl", reference: "kl_penalty", default: "kl", choices: ["kl", "abs", "mse", "full"], live: true, help: "How drift from the reference is measured per token: log-ratio, its absolute value, half its square, or the full KL divergence." },
  adapKlCtrl: { kind: "boolean", group: "kl", reference: "adap_kl_ctrl", default: true, help: "Adapt the KL coefficient so that KL approaches the target; off keeps it fixed." },
  initKlCoef: { kind: "number", group: "kl", reference: "init_kl_coef", default: 0.2, min: 0, max: 100, unit: "score/nat", live: true, help: "Price of drifting from the reference: the KL coefficient beta at the start." },
  ppoTarget: { kind: "number", group: "kl", reference: "ppo_target", default: 6, min: 0, exclusiveMin: true, max: 1000, unit: "nats", live: true, help: "KL per response that the adaptive controller aims at." },
  horizon: { kind: "number", group: "kl", reference: "horizon", default: 10000, min: 1, max: 10_000_000, unit: "samples", live: true, help: "How many samples the adaptive controller takes to react; small is fast." },

  gamma: { kind: "number", group: "advantages", reference: "gamma", default: 1, min: 0, max: 1, unit: "", live: true, help: "Discount of later rewards; 1 counts them in full." },
  lam: { kind: "number", group: "advantages", reference: "lam", default: 0.95, min: 0, max: 1, unit: "", live: true, help: "GAE's mix: 0 trusts the value head, 1 trusts the observed rewards." },
  ppoWhitenRewards: { kind: "boolean", group: "advantages", reference: "ppo_whiten_rewards", default: false, live: true, help: "Rescale per-token rewards to unit variance before computing advantages." },
  baseline: { kind: "choice", group: "advantages", reference: null, default: "valueHead", choices: ["valueHead", "batchMean", "none"], help: "What a return is compared with: the value head's estimate, the batch's mean return, or nothing; only the first is PPO." },

  ppoEpochs: { kind: "integer", group: "losses", reference: "ppo_epochs", default: 4, min: 1, max: 64, unit: "epochs", live: true, help: "How often every sample of a rollout is learnt from; start with 2 to 4." },
  cliprange: { kind: "number", group: "losses", reference: "cliprange", default: 0.2, min: 0, exclusiveMin: true, max: 10, unit: "", live: true, help: "The probability ratio gains nothing beyond 1 plus or minus this." },
  cliprangeValue: { kind: "number", group: "losses", reference: "cliprange_value", default: 0.2, min: 0, exclusiveMin: true, max: 1000, unit: "score", live: true, help: "The value may move at most this far from its rollout value before the loss stops rewarding it." },
  vfCoef: { kind: "number", group: "losses", reference: "vf_coef", default: 0.1, min: 0, max: 100, unit: "", live: true, help: "Weight of the value loss in the total loss." },
  ratioThreshold: { kind: "number", group: "losses", reference: "ratio_threshold", default: 10, min: 1, max: 1_000_000, unit: "", live: true, help: "A minibatch whose mean ratio exceeds this is skipped." },
  earlyStopping: { kind: "boolean", group: "losses", reference: "early_stopping", default: false, live: true, help: "End the PPO epochs of a step when the policy moved further than 1.5 times targetKl." },
  targetKl: { kind: "number", group: "losses", reference: "target_kl", default: 1, min: 0, exclusiveMin: true, max: 1000, unit: "nats", live: true, help: "Early stopping's limit on old-to-new KL per token (times 1.5)." },

  learningRate: { kind: "number", group: "optimizer", reference: "learning_rate", default: 5e-5, min: 0, max: 1, unit: "", live: true, help: "Size of AdamW's steps; advice of 1e-6 to 5e-6 is for large models, tiny ones need more." },
  lrSchedulerType: { kind: "choice", group: "optimizer", reference: "lr_scheduler_type", default: "linear", choices: ["linear", "cosine", "constant", "constant_with_warmup"], help: "How the learning rate falls over the run; one tick per PPO step." },
  warmupRatio: { kind: "number", group: "optimizer", reference: "warmup_ratio", default: 0, min: 0, max: 1, unit: "", help: "Share of the run over which the learning rate rises from zero." },
  warmupSteps: { kind: "integer", group: "optimizer", reference: "warmup_steps", default: 0, min: 0, max: 100_000, unit: "PPO steps", help: "PPO steps of warm-up; wins over warmupRatio when above 0." },
  weightDecay: { kind: "number", group: "optimizer", reference: "weight_decay", default: 0, min: 0, max: 10, unit: "", help: "Decoupled weight decay on matrices; norms and biases are spared." },
  adamBeta1: { kind: "number", group: "optimizer", reference: "adam_beta1", default: 0.9, min: 0, max: 0.9999, unit: "", help: "Memory of AdamW's first moment." },
  adamBeta2: { kind: "number", group: "optimizer", reference: "adam_beta2", default: 0.999, min: 0, max: 0.999999, unit: "", help: "Memory of AdamW's second moment." },
  adamEpsilon: { kind: "number", group: "optimizer", reference: "adam_epsilon", default: 1e-8, min: 0, exclusiveMin: true, max: 1, unit: "", help: "Keeps AdamW's division finite." },
  maxGradNorm: { kind: "number", group: "optimizer", reference: "max_grad_norm", default: 1, nullable: true, min: 0, exclusiveMin: true, max: 1_000_000, unit: "", live: true, help: "Gradients longer than this are scaled down to it; empty is off." },

  loggingSteps: { kind: "integer", group: "logging", reference: "logging_steps", default: 500, min: 1, max: 100_000, unit: "PPO steps", help: "The loss and reward meters are averaged over so many steps." },
  promptColumnStats: { kind: "boolean", group: "logging", reference: null, default: false, help: "Also record log-probabilities and ratios of prompt and padding columns, as the reference does; costs time and changes nothing." },

  evalSteps: { kind: "integer", group: "evaluation", reference: null, default: 0, min: 0, max: 100_000, unit: "PPO steps", help: "Evaluate on held-out and hard prompts every so many steps; 0 is off (the reference has no evaluation, quirk Q14)." },
  evalSamples: { kind: "integer", group: "evaluation", reference: null, default: 64, min: 1, max: 1024, unit: "prompts", help: "Prompts of each evaluation set." },
  evalDoSample: { kind: "boolean", group: "evaluation", reference: null, default: false, help: "Evaluate sampled responses; off takes the most probable tokens." },

  referenceMode: { kind: "boolean", group: "quirks", reference: null, default: false, help: "Brings back every quirk of LLaMA-Factory on TRL 0.9.6 below, as the parity check needs." },
  q1ClipFirstStepOnly: quirk("Q1: gradients are clipped at the first optimizer step of the run only, because TRL stores an iterator that is then exhausted."),
  q2DecayNormsAndBiases: quirk("Q2: norms and biases decay with AdamW's own default 0.01, because the no-decay group carries no entry."),
  q3StepEveryMinibatchAtLoaderEnd: quirk("Q3: on the last batch of a dataset epoch every minibatch steps, with gradients still divided by the accumulation."),
  q7NoRemaskAfterWhitening: quirk("Q7: whitened rewards leave a constant in padding columns that leaks into the last tokens' advantages."),
  q15CeilHorizon: quirk("Q15: the scheduler's horizon rounds batches up while steps round down, and warm-up starts at a learning rate of 0."),
  q21CutPromptTail: quirk("Q21: a prompt longer than cutoffLen loses its tail, and with it the assistant header."),
  q27StepOnSkippedMinibatch: quirk("Q27: a minibatch skipped by the ratio guard still moves weights through momentum and decay."),
  q30EarlyStopOnLastMinibatch: quirk("Q30: early stopping looks at the epoch's last minibatch instead of its mean."),
};

export const CONFIG_FIELDS = Object.keys(FIELDS) as readonly ConfigField[];

/** The reference's defaults: first layer; a scenario's own values go on top. */
export const REFERENCE_DEFAULTS: Readonly<LabConfig> = Object.freeze(
  Object.fromEntries(CONFIG_FIELDS.map((field) => [field, FIELDS[field].default])) as unknown as LabConfig,
);

/** A scenario's recommended values on top of the reference's defaults. */
export function withDefaults(overrides: Partial<LabConfig>): LabConfig {
  return { ...REFERENCE_DEFAULTS, ...overrides };
}

/** What is wrong with one field's value, or null. */
export function fieldProblem(name: ConfigField, value: unknown): string | null {
  const field = FIELDS[name];
  if (value === null && "nullable" in field && field.nullable) return null;
  switch (field.kind) {
    case "boolean":
      return typeof value === "boolean" ? null : `${name} must be true or false, got ${shownValue(value)}.`;
    case "choice":
      return typeof value === "string" && field.choices.includes(value)
        ? null
        : `${name} must be one of ${field.choices.join(", ")}, got ${shownValue(value)}.`;
    case "text":
      return typeof value === "string" && value.length <= field.maxLength
        ? null
        : `${name} must be a text of at most ${field.maxLength} characters, got ${typeof value === "string" ? `${value.length}` : shownValue(value)}.`;
    case "integer":
    case "number": {
      const range = `${field.exclusiveMin ? "more than" : "at least"} ${field.min} and at most ${field.max}`;
      if (typeof value !== "number" || !Number.isFinite(value)) return `${name} must be a number ${range}, got ${shownValue(value)}.`;
      if (field.kind === "integer" && !Number.isInteger(value)) return `${name} must be a whole number ${range}, got ${value}.`;
      if (value < field.min || value > field.max || (field.exclusiveMin && value === field.min))
        return `${name} must be ${range}, got ${value}.`;
      return null;
    }
  }
}

/**
 * Checks every field and the rules between fields.
 * @throws ConfigError listing all problems at once.
 */
export function validateConfig(config: LabConfig): void {
  const problems = CONFIG_FIELDS.map((name) => fieldProblem(name, config[name])).filter((problem) => problem !== null);
  if (config.maxSteps === 0) problems.push("maxSteps must be -1 (derive from epochs) or at least 1, got 0.");
  if (problems.length > 0) throw new ConfigError(`The run's options are not valid. ${problems.join(" ")} Correct them and start again.`);
}

/** Which of the reference's quirks are in force: all of them in reference mode, else those switched on by themselves. */
export interface Quirks {
  readonly clipFirstStepOnly: boolean;
  readonly decayNormsAndBiases: boolean;
  readonly stepEveryMinibatchAtLoaderEnd: boolean;
  readonly noRemaskAfterWhitening: boolean;
  readonly ceilHorizon: boolean;
  readonly cutPromptTail: boolean;
  readonly stepOnSkippedMinibatch: boolean;
  readonly earlyStopOnLastMinibatch: boolean;
}

export function quirksOf(config: LabConfig): Quirks {
  const all = config.referenceMode;
  return {
    clipFirstStepOnly: all || config.q1ClipFirstStepOnly,
    decayNormsAndBiases: all || config.q2DecayNormsAndBiases,
    stepEveryMinibatchAtLoaderEnd: all || config.q3StepEveryMinibatchAtLoaderEnd,
    noRemaskAfterWhitening: all || config.q7NoRemaskAfterWhitening,
    ceilHorizon: all || config.q15CeilHorizon,
    cutPromptTail: all || config.q21CutPromptTail,
    stepOnSkippedMinibatch: all || config.q27StepOnSkippedMinibatch,
    earlyStopOnLastMinibatch: all || config.q30EarlyStopOnLastMinibatch,
  };
}

/** Sizes that follow from the options and the number of prompts (fact sheet 2.5). */
export interface RunSizes {
  readonly miniBatchSize: number;
  /** Samples per optimizer step. */
  readonly backwardBatchSize: number;
  /** Samples per PPO step. */
  readonly batchSize: number;
  /** Whole batches per pass over the prompts (the rest is dropped). */
  readonly batchesPerEpoch: number;
  /** PPO steps of the run. */
  readonly totalSteps: number;
  /** PPO steps over which the learning rate falls. */
  readonly schedulerHorizon: number;
}

/** @throws ConfigError when there are fewer prompts than one PPO batch needs (quirk Q28: the reference fails obscurely). */
export function runSizes(config: LabConfig, promptCount: number): RunSizes {
  const samples = config.maxSamples === null ? promptCount : Math.min(promptCount, config.maxSamples);
  const miniBatchSize = config.perDeviceTrainBatchSize;
  const backwardBatchSize = miniBatchSize * config.gradientAccumulationSteps;
  const batchSize = backwardBatchSize * config.ppoBufferSize;
  const batchesPerEpoch = Math.floor(samples / batchSize);
  if (batchesPerEpoch < 1)
    throw new ConfigError(
      `A PPO batch needs ${batchSize} prompts (minibatch ${miniBatchSize} x accumulation ${config.gradientAccumulationSteps} x buffer ${config.ppoBufferSize}), but there are only ${samples}. Make the batch smaller or add prompts.`,
    );
  const totalSteps = config.maxSteps > 0 ? config.maxSteps : Math.ceil(config.numTrainEpochs * batchesPerEpoch);
  const ceilHorizon = Math.floor(config.numTrainEpochs * Math.ceil(samples / batchSize));
  const schedulerHorizon = config.maxSteps > 0 ? config.maxSteps : quirksOf(config).ceilHorizon ? ceilHorizon : totalSteps;
  return { miniBatchSize, backwardBatchSize, batchSize, batchesPerEpoch, totalSteps, schedulerHorizon };
}
