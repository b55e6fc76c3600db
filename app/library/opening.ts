// Stored runs back to what the page works with: a run that can go on, a replay file, the files of a checkpoint.

import { withDefaults } from "../../src/config";
import { END, openReplay, replayPrefix } from "../../src/interop/replayFile";
import { readChunk } from "../../src/interop/replayChunks";
import { REPLAY_CAPS, type ReplayMeta, type ReplayStep } from "../../src/interop/replayFormat";
import { decodeStep } from "../../src/interop/replayStep";
import { ReplayError } from "../../src/errors";
import type { StepChunk } from "../files/liveRecording";
import { keepRecord } from "../run/history";
import type { ResumableRun } from "../run/runKeeper";
import { countWarning } from "../run/runState";
import type { RunRow } from "./runRow";
import type { FoundSnapshot } from "./runShelf";

/** The description that the run's row begins its replay file with. @throws ReplayError when it is damaged. */
export async function metaOf({ prefix }: RunRow): Promise<ReplayMeta> {
  return (await openReplay(prefix)).meta;
}

/**
 * The run with all that is stored of it, also of what came after its snapshot. A damaged step is missing in its curves.
 * @throws ReplayError when the row's description is damaged.
 */
export async function resumableRun(row: RunRow, chunks: readonly StepChunk[], { snapshot }: FoundSnapshot): Promise<ResumableRun> {
  const meta = await metaOf(row);
  const steps: ReplayStep[] = [];
  let records: ResumableRun["records"] = [];
  for (const { bytes, step } of chunks) {
    const read = await readStep(bytes, meta);
    if (read?.step !== step) continue;
    steps.push(read);
    records = keepRecord(records, read);
  }
  const changes = row.markers.flatMap((marker) => marker.changes);
  // Later steps are done again, and warn again.
  const warnings = steps.filter(({ step }) => step < snapshot.stepsDone).flatMap((step) => step.warnings);
  return {
    scenario: row.shared.scenario ?? meta.scenario,
    engine: row.shared.engine,
    config: withDefaults(row.shared.config),
    runConfig: { ...meta.config, ...Object.fromEntries(changes.map(({ field, to }) => [field, to])) },
    startConfig: meta.config,
    info: { ...meta.info, models: meta.models },
    points: steps.map(({ step, stats }) => ({ step: step + 1, stats })),
    records,
    markers: row.markers,
    warnings: warnings.reduce(countWarning, []),
    snapshot,
  };
}

async function readStep(bytes: Uint8Array, meta: ReplayMeta): Promise<ReplayStep | null> {
  try {
    const chunk = await readChunk(bytes, 0);
    return chunk.kind === "chunk" ? decodeStep(chunk.payload, meta) : null;
  } catch (error) {
    if (error instanceof ReplayError) return null;
    throw error;
  }
}

/**
 * The run as a replay file.
 * @throws ReplayError when the row's description is damaged, or there are more steps than a file may hold.
 */
export async function replayFileOf(row: RunRow, chunks: readonly StepChunk[]): Promise<Uint8Array<ArrayBuffer>> {
  const meta: ReplayMeta = {
    ...(await metaOf(row)),
    steps: row.steps,
    keyframes: chunks.filter(({ full }) => full).map(({ step }) => step),
    reducedFrom: chunks.find(({ reduced }) => reduced)?.step ?? null,
    note: row.name,
  };
  const blob = new Blob([await replayPrefix(meta), ...chunks.map(({ bytes }) => bytes), END]);
  if (blob.size > REPLAY_CAPS.fileBytes)
    throw new ReplayError("tooLarge", `Replay file: expected at most ${REPLAY_CAPS.fileBytes} bytes, got ${blob.size}.`);
  return new Uint8Array(await blob.arrayBuffer());
}
