// The shown run as a replay file: a recording's own bytes, or the live run's steps with a description in front.

import { ReplayError } from "../../src/errors";
import { encodeStepChunk, END, replayPrefix } from "../../src/interop/replayFile";
import { REPLAY_CAPS, type ReplayMeta } from "../../src/interop/replayFormat";
import { configAt } from "../lenses/shownConfig";
import type { Recording } from "../replay/recording";
import { nearestRecord } from "../run/history";
import type { RunState } from "../run/runState";
import { LAB_VERSION } from "./labVersion";
import { changesAt, type LiveRecording, type StepChunk } from "./liveRecording";

export interface RunFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly meta: ReplayMeta;
  /** Steps in it. */
  readonly held: number;
}

/** Longest note that a file takes, in characters. */
export const NOTE_LENGTH = REPLAY_CAPS.textLength;

/** A recording's file is what it was made of, as far as that was good; null while it is still read. */
export function recordedFile({ meta, points, file }: Recording): RunFile | null {
  return file === null ? null : { bytes: file, meta, held: points.length };
}

/**
 * The live run as far as it has come.
 * @param looked 0-based step that is kept in full whatever its number, as far as the page still has it in full
 * @returns null before the first finished step
 * @throws ReplayError when it is larger than a file may be
 */
export async function liveFile(recording: LiveRecording, state: RunState, looked: number | null, note: string): Promise<RunFile | null> {
  const { info, opened, scenario, runConfig, markers, points } = state;
  const last = (points.at(-1)?.step ?? 0) - 1;
  if (info === null || opened === null || scenario === null || runConfig === null || last < 0) return null;
  const { models, ...withoutModels } = info;
  const chunks = (await recording.steps()).filter(({ step }) => step <= last);
  const steps = await withFull(chunks, state, looked === null ? [last] : [last, looked]);
  const meta: ReplayMeta = {
    lab: LAB_VERSION,
    scenario,
    engine: state.engineReport?.engine ?? opened.engine,
    config: configAt(runConfig, markers, -1),
    info: withoutModels,
    models,
    steps: points.length,
    keyframes: steps.filter(({ full }) => full).map(({ step }) => step),
    reducedFrom: steps.find(({ reduced }) => reduced)?.step ?? null,
    note: note.slice(0, NOTE_LENGTH),
  };
  const blob = new Blob([await replayPrefix(meta), ...steps.map(({ bytes }) => bytes), END]);
  if (blob.size > REPLAY_CAPS.fileBytes)
    throw new ReplayError("tooLarge", `Replay file: expected at most ${REPLAY_CAPS.fileBytes} bytes, got ${blob.size}.`);
  return { bytes: new Uint8Array(await blob.arrayBuffer()), meta, held: steps.length };
}

/** The chunks, those of `wanted` steps with everything where the page still has it. */
async function withFull(chunks: readonly StepChunk[], state: RunState, wanted: readonly number[]): Promise<StepChunk[]> {
  const { records, markers, info } = state;
  return Promise.all(
    chunks.map(async (chunk) => {
      const record = wanted.includes(chunk.step) && !chunk.full ? nearestRecord(records, chunk.step) : null;
      if (record === null || info === null || record.step !== chunk.step || record.detail === null) return chunk;
      const bytes = await encodeStepChunk({ ...record, changes: changesAt(markers, chunk.step) }, { info });
      return { step: chunk.step, bytes, full: true, reduced: false };
    }),
  );
}
