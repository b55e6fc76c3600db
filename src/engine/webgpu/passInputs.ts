// What a pass over packed rows needs to know about them, as words for the kernels.

import type { PackedBatch } from "../packedBatch";
import { NONE } from "./kernel";
import type { Recorder } from "./recorder";

/** Four words a row: RoPE position, stored row of q | k | v, first stored row it may look at, end of those. */
const INFO_WORDS = 4;

/** Offsets inside the uploaded words. */
export interface PassInputs {
  readonly rows: number;
  readonly outputs: number;
  /** [rows] */
  readonly ids: number;
  /** [rows, 4] */
  readonly rowInfo: number;
  /** [outputs, 4] the same for the outputs alone. */
  readonly outputInfo: number;
  /** [outputs] packed row. */
  readonly outputRows: number;
}

/** For the backward pass. */
export interface BackwardInputs {
  /** [rows] stored row of every row: 0, 1, 2, ... */
  readonly everyRow: number;
  /** [rows] place among the outputs, or NONE. */
  readonly outputOfRow: number;
  /** [rows, 2] first and end query that see a row, among all rows and among the outputs. */
  readonly queryRange: { readonly all: number; readonly outputs: number };
  /** Rows by token id, for the embedding's gradient. */
  readonly byToken: { readonly distinct: number; readonly ids: number; readonly starts: number; readonly places: number };
}

/**
 * @param storedRow stored row of packed row `row` of sequence `b` at place `place`; a sequence's rows follow each other
 */
export function uploadPass(
  recorder: Recorder,
  packed: PackedBatch,
  outputs: Int32Array,
  storedRow: (b: number, place: number, row: number) => number = (_b, _place, row) => row,
): PassInputs {
  const { rows, batch, offsets, positions, keyBegin, keyEnd } = packed;
  const info = new Int32Array(rows * INFO_WORDS);
  for (let b = 0; b < batch; b++) {
    const begin = offsets[b] as number;
    for (let row = begin; row < (offsets[b + 1] as number); row++) {
      const place = row - begin;
      const stored = storedRow(b, place, row);
      const sequence = stored - place;
      const first = keyBegin[b] as number;
      info[row * INFO_WORDS] = positions[row] as number;
      info[row * INFO_WORDS + 1] = stored;
      info[row * INFO_WORDS + 2] = sequence + first;
      info[row * INFO_WORDS + 3] = sequence + Math.max(first, Math.min(place + 1, keyEnd[b] as number));
    }
  }
  const outputInfo = new Int32Array(outputs.length * INFO_WORDS);
  for (let i = 0; i < outputs.length; i++)
    for (let word = 0; word < INFO_WORDS; word++)
      outputInfo[i * INFO_WORDS + word] = info[(outputs[i] as number) * INFO_WORDS + word] as number;
  return {
    rows,
    outputs: outputs.length,
    ids: recorder.upload(packed.ids),
    rowInfo: recorder.upload(info),
    outputInfo: recorder.upload(outputInfo),
    outputRows: recorder.upload(outputs),
  };
}

export function uploadBackward(recorder: Recorder, packed: PackedBatch, outputs: Int32Array): BackwardInputs {
  const { rows, batch, offsets, keyBegin, keyEnd } = packed;
  const outputOfRow = new Uint32Array(rows).fill(NONE);
  for (let i = 0; i < outputs.length; i++) outputOfRow[outputs[i] as number] = i;
  const everyRow = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) everyRow[row] = row;
  const all = new Uint32Array(2 * rows);
  const last = new Uint32Array(2 * rows);
  let outputsBefore = 0;
  for (let b = 0; b < batch; b++) {
    const begin = offsets[b] as number;
    const end = offsets[b + 1] as number;
    let outputsEnd = outputsBefore;
    while (outputsEnd < outputs.length && (outputs[outputsEnd] as number) < end) outputsEnd++;
    let firstOutput = outputsBefore;
    for (let row = begin + (keyBegin[b] as number); row < begin + (keyEnd[b] as number); row++) {
      while (firstOutput < outputsEnd && (outputs[firstOutput] as number) < row) firstOutput++;
      all[2 * row] = row;
      all[2 * row + 1] = end;
      last[2 * row] = firstOutput;
      last[2 * row + 1] = outputsEnd;
    }
    outputsBefore = outputsEnd;
  }
  return {
    everyRow: recorder.upload(everyRow),
    outputOfRow: recorder.upload(outputOfRow),
    queryRange: { all: recorder.upload(all), outputs: recorder.upload(last) },
    byToken: uploadByToken(recorder, packed.ids),
  };
}

/** Counting sort: rows in order of their ids, ascending rows within an id. */
function uploadByToken(recorder: Recorder, ids: Int32Array): BackwardInputs["byToken"] {
  const counts = new Uint32Array(ids.reduce((largest, id) => Math.max(largest, id), 0) + 1);
  for (const id of ids) counts[id] = (counts[id] as number) + 1;
  const distinct = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  const distinctIds = new Uint32Array(distinct);
  const starts = new Uint32Array(distinct + 1);
  /** By id, where its next row goes. */
  const next = new Uint32Array(counts.length);
  let which = 0;
  for (const [id, count] of counts.entries()) {
    if (count === 0) continue;
    next[id] = starts[which] as number;
    distinctIds[which] = id;
    starts[++which] = next[id] + count;
  }
  const places = new Uint32Array(ids.length);
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] as number;
    places[next[id] as number] = row;
    next[id] = (next[id] as number) + 1;
  }
  return { distinct, ids: recorder.upload(distinctIds), starts: recorder.upload(starts), places: recorder.upload(places) };
}
