// Counts of what an engine did; the bench and the page show them.

export interface EngineCounters {
  /** Kernel calls on a CPU engine, dispatches on a GPU. */
  kernelCalls: number;
  /** Command buffers submitted (GPU engines). */
  submits: number;
  /** Times the host waited for results. */
  readbacks: number;
  bytesUp: number;
  bytesDown: number;
}

export function zeroCounters(): EngineCounters {
  return { kernelCalls: 0, submits: 0, readbacks: 0, bytesUp: 0, bytesDown: 0 };
}
