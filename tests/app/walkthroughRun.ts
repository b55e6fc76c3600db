// A short real run on the wasm engine, so that what the views compute is checked against what the trainer did.

import type { LabConfig } from "../../src/config";
import { train } from "../../src/ppo/trainer";
import type { PhaseEvent, StepRecord } from "../../src/records";
import { allEvents, disposeRun, quietControl, tinyConfig, tinyRun, wasmEngine } from "../ppo/tinyRun";

export interface RealRun {
  readonly config: LabConfig;
  readonly events: readonly PhaseEvent[];
  readonly records: readonly StepRecord[];
}

/** Alternatives of 3 rows, 4 tokens each. */
export async function realRun(changes: Partial<LabConfig> = {}): Promise<RealRun> {
  const engine = await wasmEngine();
  const config = tinyConfig({ maxSteps: 2, ...changes });
  const run = await tinyRun(engine, {
    config,
    control: quietControl({ watchMinibatches: true, tokensPerBlock: 1, detail: { rows: 3, topK: 4 } }),
  });
  try {
    const events = await allEvents(train(run));
    return { config, events, records: events.flatMap((event) => (event.phase === "step" ? [event.record] : [])) };
  } finally {
    disposeRun(run);
    engine.dispose();
  }
}
