// The reference's two logs: step records go in, the text of trainer_log.jsonl and trainer_state.json comes out (fact sheet 7.5).

import type { LabConfig } from "../config";
import type { StepRecord } from "../records";

/** The meters at a log interval's end. */
export interface LogEntry {
  /** 0-based, as the reference logs it (quirk Q16). */
  readonly step: number;
  /** NaN where the meter is. */
  readonly loss: number;
  readonly reward: number;
  readonly learningRate: number;
  readonly epoch: number;
  /** Since the run began. */
  readonly elapsedSeconds: number;
}

/** Plain data; what the logs of a run need to remember. */
export interface RunLog {
  /** PPO steps of the run; 0 before the first was done. */
  readonly totalSteps: number;
  /** Seconds of the steps so far, pauses left out. */
  readonly elapsedSeconds: number;
  readonly entries: readonly LogEntry[];
}

export const EMPTY_RUN_LOG: RunLog = { totalSteps: 0, elapsedSeconds: 0, entries: [] };

/** Counts one step's record in. With a step limit the logged epoch is the share of that limit (LF train/ppo/trainer.py:216). */
export function logStep(log: RunLog, record: StepRecord, { maxSteps }: LabConfig): RunLog {
  const elapsedSeconds = log.elapsedSeconds + (record.seconds["total"] ?? 0);
  const { step, totalSteps, learningRate } = record;
  if (!record.log) return { ...log, totalSteps, elapsedSeconds };
  const epoch = maxSteps > 0 ? step / maxSteps : record.epoch;
  return { totalSteps, elapsedSeconds, entries: [...log.entries, { step, ...record.log, learningRate, epoch, elapsedSeconds }] };
}

/** trainer_log.jsonl: one line per entry, steps counted from 1; null for NaN (quirk Q16). */
export function trainerLogText({ totalSteps, entries }: RunLog): string {
  return entries
    .map(({ step, loss, reward, learningRate, epoch, elapsedSeconds }) => {
      const done = step + 1;
      const line = {
        current_steps: done,
        total_steps: totalSteps,
        loss: rounded(loss, 4),
        reward: rounded(reward, 4),
        lr: learningRate,
        epoch: rounded(epoch, 2),
        percentage: rounded((done / totalSteps) * 100, 2),
        elapsed_time: duration(elapsedSeconds),
        remaining_time: duration(((totalSteps - done) * elapsedSeconds) / done),
      };
      return `${JSON.stringify(line)}\n`;
    })
    .join("");
}

/** What Python writes for an unlimited number of epochs: more digits than a number here can hold. */
const PYTHON_MAX_INTEGER = "9223372036854775807";

/** trainer_state.json as Hugging Face's TrainerState writes it: keys sorted, some of them never set by the reference. */
export function trainerStateText({ totalSteps, entries }: RunLog, stepsDone: number, config: LabConfig): string {
  const state = {
    best_global_step: null,
    best_metric: null,
    best_model_checkpoint: null,
    epoch: null,
    eval_steps: 500,
    global_step: stepsDone,
    is_hyper_param_search: false,
    is_local_process_zero: true,
    is_world_process_zero: true,
    log_history: entries.map(({ step, loss, reward, learningRate, epoch }) => ({
      epoch: rounded(epoch, 2),
      learning_rate: learningRate,
      loss: rounded(loss, 4),
      reward: rounded(reward, 4),
      step,
    })),
    logging_steps: 500,
    max_steps: totalSteps,
    num_input_tokens_seen: 0,
    num_train_epochs: config.maxSteps > 0 ? PYTHON_MAX_INTEGER : config.numTrainEpochs,
    save_steps: 500,
    stateful_callbacks: {},
    total_flos: 0,
    train_batch_size: null,
    trial_name: null,
    trial_params: null,
  };
  return `${JSON.stringify(state, null, 2).replace(`"${PYTHON_MAX_INTEGER}"`, PYTHON_MAX_INTEGER)}\n`;
}

/** NaN and infinities become null when written. */
function rounded(x: number, digits: number): number {
  return Number(x.toFixed(digits));
}

/** Whole seconds as Python writes a timedelta: `0:01:05`, `1 day, 2:00:00`. */
function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const days = Math.floor(whole / 86400);
  const two = (x: number): string => String(x).padStart(2, "0");
  const clock = `${Math.floor((whole % 86400) / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return days > 0 ? `${days} day${days > 1 ? "s" : ""}, ${clock}` : clock;
}
