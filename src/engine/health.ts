// What an engine's device tells besides the answers to calls: it is lost, or an error came that no call reported.

import type { DeviceLostError, EngineError } from "../errors";

export interface EngineHealth {
  /** Set once and for good when the device is lost. */
  loss(): DeviceLostError | null;
  /** The first error since the last call of this; null when all is well. */
  takeError(): EngineError | null;
  /** Calls `listener` when the device is lost. @returns a function that ends that */
  onLoss(listener: (loss: DeviceLostError) => void): () => void;
}
