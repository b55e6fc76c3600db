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
