// Option names of LLaMA-Factory and TRL's PPOConfig, as recorded runs state them, to the lab's options.

import { CONFIG_FIELDS, type ConfigField, FIELDS, fieldProblem, type LabConfig, withDefaults } from "../config";
import { ConfigError } from "../errors";

export interface RecordedOptions {
  /** In reference mode. */
  readonly config: LabConfig;
  /** Names unknown to the lab that were left aside because they cannot change a replay's numbers. */
  readonly ignored: readonly string[];
}

/** PPOConfig's names where LLaMA-Factory has its own. */
const PPO_CONFIG_ALIASES: Readonly<Record<string, ConfigField>> = {
  target: "ppoTarget",
  whiten_rewards: "ppoWhitenRewards",
  mini_batch_size: "perDeviceTrainBatchSize",
};

/** Options of ours that a record replaces by what happened: data order, sampled tokens, learning rates, logging. */
const RECORDED_FIELDS: ReadonlySet<ConfigField> = new Set<ConfigField>([
  ...CONFIG_FIELDS.filter((field) => ["run", "sampling", "logging"].includes(FIELDS[field].group)),
  "numTrainEpochs",
  "maxSteps",
  "learningRate",
  "lrSchedulerType",
  "warmupRatio",
  "warmupSteps",
  "finetuningType",
  "rewardModelType",
]);

/** Options of the reference that say where things lie and how they are reported, or that the record replaces. */
const WITHOUT_NUMBERS: ReadonlySet<string> = new Set(
  `model_name_or_path model_name stage do_train do_eval output_dir overwrite_output_dir overwrite_cache dataset dataset_dir template
  reward_model ref_model trust_remote_code preprocessing_num_workers dataloader_num_workers save_steps save_strategy save_total_limit
  save_only_model save_safetensors plot_loss report_to log_with logging_dir logging_strategy logging_first_step run_name exp_name task_name
  query_dataset tracker_kwargs tracker_project_name project_kwargs accelerator_kwargs steps batch_size remove_unused_columns
  optimize_device_cache optimize_cuda_cache gradient_checkpointing disable_gradient_checkpointing push_to_hub_if_best_kwargs compare_steps
  num_beams max_length length_penalty skip_special_tokens num_shared_layers lr_scheduler_kwargs data_seed max_prompt_length
  lora_rank lora_alpha lora_dropout lora_target oft_rank oft_block_size oft_target module_dropout ddp_timeout use_fast_tokenizer
  flash_attn resume_from_checkpoint world_size is_encoder_decoder is_peft_model backward_batch_size global_backward_batch_size
  global_batch_size use_cpu no_cuda include_num_input_tokens_seen disable_tqdm per_device_eval_batch_size`.split(/\s+/),
);

/** Spellings of the one optimizer that both sides have. */
const ADAMW: readonly unknown[] = ["adamw_torch", "adamw_torch_fused", "adamw_hf"];

/**
 * Options of a recorded run in reference mode: `args` on the reference's defaults, `ppo` on top. Names that cannot change the
 * numbers of a replay are ignored; so is any unknown option that is off (null or false).
 * @throws ConfigError on an unknown option that might change numbers, or a value out of range.
 */
export function readRecordedOptions(args: Readonly<Record<string, unknown>>, ppo: Readonly<Record<string, unknown>>): RecordedOptions {
  const changes: Partial<Record<ConfigField, unknown>> = {};
  const ignored: string[] = [];
  for (const [name, value] of [...Object.entries(args), ...Object.entries(ppo)]) {
    const field = PPO_CONFIG_ALIASES[name] ?? CONFIG_FIELDS.find((candidate) => FIELDS[candidate].reference === name);
    if (field && !RECORDED_FIELDS.has(field)) changes[field] = checked(field, name, value);
    else if (field) continue;
    else if (WITHOUT_NUMBERS.has(name) || value === null || value === false) ignored.push(name);
    else if (name !== "optim" || !ADAMW.includes(value))
      throw new ConfigError(
        `Recorded option ${name} = ${JSON.stringify(value)} is not known and might change numbers. Expected options of LLaMA-Factory's PPO stage or PPOConfig; record the run without it.`,
      );
  }
  return { config: { ...withDefaults(changes as Partial<LabConfig>), referenceMode: true }, ignored };
}

function checked(field: ConfigField, name: string, value: unknown): unknown {
  const problem = fieldProblem(field, value);
  if (problem !== null) throw new ConfigError(`Recorded option ${name}: ${problem} Check steps.json.`);
  return value;
}
