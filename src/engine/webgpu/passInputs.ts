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
  outputs.forEach((row, i) => outputInfo.set(info.subarray(row * INFO_WORDS, (row + 1) * INFO_WORDS), i * INFO_WORDS));
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
  outputs.forEach((row, i) => {
    outputOfRow[row] = i;
  });
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
      all.set([row, end], 2 * row);
      last.set([firstOutput, outputsEnd], 2 * row);
    }
    outputsBefore = outputsEnd;
  }
  return {
    everyRow: recorder.upload(Uint32Array.from({ length: rows }, (_, row) => row)),
    outputOfRow: recorder.upload(outputOfRow),
    queryRange: { all: recorder.upload(all), outputs: recorder.upload(last) },
    byToken: uploadByToken(recorder, packed.ids),
  };
}

function uploadByToken(recorder: Recorder, ids: Int32Array): BackwardInputs["byToken"] {
  const places = Uint32Array.from(ids.keys()).sort((a, b) => (ids[a] as number) - (ids[b] as number) || a - b);
  const distinct: number[] = [];
  const starts: number[] = [];
  places.forEach((row, i) => {
    const id = ids[row] as number;
    if (distinct.at(-1) === id) return;
    distinct.push(id);
    starts.push(i);
  });
  return {
    distinct: distinct.length,
    ids: recorder.upload(Uint32Array.from(distinct)),
    starts: recorder.upload(Uint32Array.from([...starts, ids.length])),
    places: recorder.upload(places),
  };
}
