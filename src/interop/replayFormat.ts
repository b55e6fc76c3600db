// The replay file: a run's records as one small file that any lab can play.
//
// Layout, little-endian: the 8 bytes of MAGIC, a u32 version, then chunks. A chunk is a u32 length and the u32 CRC-32 of its stored
// bytes, followed by these bytes: a payload under raw DEFLATE. The first payload is ReplayMeta as JSON; every further one is a PPO
// step (replayStep.ts), in order. A chunk of length 0 with CRC 0 ends the file; a file without it was cut off. Steps may be left out.
//
// Files of version 1 may lack what was added to it later and changes nothing when it is not there: options that took effect at a
// step, and from which step on less was kept.
//
// Kept of every step: all scalar statistics (float64), texts, token ids, scores and gold of all rows, per-token arrays of the first
// rows (float24), the scalars of each minibatch (float32). Keyframes also keep, for fewer rows, the alternatives of three policies
// (log-probabilities as float16), what the update made of each token, and each minibatch's per-token numbers (float24).
// float24 is the upper three bytes of a float32, rounded to nearest: relative error at most 2^-16. float16: at most 2^-11.

import type { LabConfig } from "../config";
import type { EngineName } from "../engine/engine";
import type { LocalText } from "../localText";
import type { StepRecord } from "../records";

/** A byte above 127 and both kinds of line end show a file that was taken for text on its way. */
export const MAGIC = Uint8Array.of(0x89, 0x50, 0x50, 0x4f, 0x4c, 0x0d, 0x0a, 0x1a);
export const VERSION = 1;
export const FILE_EXTENSION = ".ppolab";

/** What a reader accepts and a writer makes; a hostile file can cost no more than these. */
export const REPLAY_CAPS = {
  fileBytes: 64 * 2 ** 20,
  /** One payload, inflated. */
  payloadBytes: 16 * 2 ** 20,
  /** The JSON of one payload; parsed, it can take twenty times as much. */
  jsonBytes: 8 * 2 ** 20,
  /** All payloads of a file, inflated; a run's take about twice the bytes of its file. */
  inflatedBytes: 256 * 2 ** 20,
  steps: 100_000,
  rows: 65_535,
  /** Numbers in one decoded per-token array: rows x (seq - 1). */
  cells: 2 ** 17,
  /** Numbers in one kind of per-token array over all minibatches of a step. */
  minibatchCells: 2 ** 18,
  /** Alternatives of one policy in a step: rows x (seq - 1) x k. */
  alternativeCells: 2 ** 17,
  minibatches: 16_384,
  /** Rows of all minibatches of a step. */
  minibatchRows: 2 ** 19,
  tokenTexts: 2 ** 18,
  /** Names of statistics, vectors, parts and phases. */
  names: 512,
  nameLength: 128,
  /** Characters of a token, a note or a sentence. */
  textLength: 4096,
  /** Characters of all texts of one step. */
  stepTextLength: 2 ** 20,
  alternatives: 64,
} as const;

/** What the page needs to know of a run before its first step (the worker's RunInfo, less `models`, which stand beside it). */
export interface ReplayInfo {
  readonly totalSteps: number;
  readonly batchSize: number;
  readonly miniBatchSize: number;
  readonly parameters: number;
  readonly tokenTexts: readonly string[];
  readonly warnings: readonly LocalText[];
}

export interface ReplayMeta {
  /** Version of the lab that wrote the file. */
  readonly lab: string;
  readonly scenario: string;
  readonly engine: EngineName;
  /** At the start of the run, seed included. */
  readonly config: LabConfig;
  readonly info: ReplayInfo;
  /** `baseHash` of the networks at the start; null where the run had none of its own. */
  readonly models: { readonly policy: string | null; readonly reward: string | null };
  /** How many steps the run had done; the file holds fewer when the writer had no room for them. */
  readonly steps: number;
  /** 0-based steps that are kept in full detail. */
  readonly keyframes: readonly number[];
  /** 0-based step from which on single tokens have no numbers, since the recording had grown large; null: none. */
  readonly reducedFrom: number | null;
  /** Whatever its maker wants to say. */
  readonly note: string;
}

/** An option turned while the run went on. */
export interface OptionChange {
  readonly field: keyof LabConfig;
  readonly from: LabConfig[keyof LabConfig];
  readonly to: LabConfig[keyof LabConfig];
}

/** A step as a file holds it. */
export interface ReplayStep extends StepRecord {
  /** Options that took effect with this step. */
  readonly changes: readonly OptionChange[];
}

/** How much of a step is kept, at most. */
export interface KeptRows {
  /** Rows with per-token arrays. */
  readonly rows: number;
  /** Rows of a keyframe with alternatives and each minibatch's numbers. */
  readonly detailRows: number;
}

export const KEPT_ROWS: KeptRows = { rows: 16, detailRows: 8 };
/** Statistics, texts and scores only. */
export const NO_ROWS: KeptRows = { rows: 0, detailRows: 0 };

/** Steps (0-based) in full detail: the first three, every fifth and the last. */
export function isKeyframe(step: number, totalSteps: number): boolean {
  return step < 3 || (step + 1) % 5 === 0 || step + 1 === totalSteps;
}
