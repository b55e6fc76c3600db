// Named errors. Each message says what was expected, what came, and what to do.

/** A configuration value is missing, out of range or contradicts another one. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** An array, batch or tensor has another shape than the callee needs. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** A weights, tokenizer or checkpoint file is corrupt, incomplete or of another model. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
}

/** NaN or Inf where a finite number is needed; `tensor` names the culprit. */
export class NonFiniteError extends Error {
  override readonly name = "NonFiniteError";
  readonly tensor: string;
  constructor(tensor: string, message: string) {
    super(message);
    this.tensor = tensor;
  }
}

/** The engine cannot run here (missing capability, failed self-test, out of memory). */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

/** The GPU device is gone, and with it everything that was on it. The step under way is void; a restored state goes on. */
export class DeviceLostError extends Error {
  override readonly name = "DeviceLostError";
}

/**
 * What is wrong with a reward server: its address or the key cannot be used, nobody agreed to send texts there, nothing came back
 * (in time), it refused, or its reply holds no usable scores.
 */
export type RewardApiProblem = "address" | "key" | "consent" | "unreachable" | "timeout" | "status" | "reply";

/** No scores from a reward server. The step under way was not trained; the run can go on once the cause is gone. */
export class RewardApiError extends Error {
  override readonly name = "RewardApiError";
  readonly problem: RewardApiProblem;
  constructor(problem: RewardApiProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** Why a replay file is not read: it is none, of another version, larger than allowed, or damaged. */
export type ReplayProblem = "notReplay" | "version" | "tooLarge" | "damaged";

/** A recorded run cannot be read (or, `tooLarge`, not be written). */
export class ReplayError extends Error {
  override readonly name = "ReplayError";
  readonly problem: ReplayProblem;
  constructor(problem: ReplayProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}
