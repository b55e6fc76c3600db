// One PPO step of a replay file. A payload is a u32 length, so many bytes of JSON (replayStepHeader.ts), then arrays in a fixed order.

import type { GoldScores, MinibatchRecord, StepDetail, TopTokens } from "../records";
import { ByteReader, ByteWriter, damaged } from "./replayBytes";
import { fillResponses, gather, paddedLength, type RowLengths, scatter, tokenCount, unknownNumbers } from "./replayColumns";
import { type KeptRows, REPLAY_CAPS, type ReplayMeta, type ReplayStep } from "./replayFormat";
import { checked, jsonBytes, parseJson } from "./replayMeta";
import { MINIBATCH_STATS, readStepHeader, type StepHeader, stepHeader, type WrittenStep } from "./replayStepHeader";
import { joinedTexts } from "./replayText";

/** Per-token arrays of the kept rows, in the file's order. */
const PER_TOKEN = ["logprobs", "refLogprobs", "kl", "rewards", "values", "advantages", "returns"] as const;
const POLICIES = ["rollout", "reference", "updated"] as const;
const PER_MINIBATCH = ["ratio", "newLogprobs", "newValues"] as const;

const firstRows = (count: number): (readonly [number, number])[] => Array.from({ length: count }, (_, row) => [row, row]);

/** Where in a minibatch's arrays those of its rows are that are kept: [place, batch row]. */
function keptPlaces(rows: ArrayLike<number>, kept: number): (readonly [number, number])[] {
  return Array.from(rows, (row, place) => [place, row] as const).filter(([, row]) => row < kept);
}

/**
 * @param keep rows to keep, fewer where the record itself has fewer
 * @throws ReplayError when the step is larger than a reader accepts, or its arrays do not fit each other.
 */
export function encodeStep(record: WrittenStep, { info }: Pick<ReplayMeta, "info">, keep: KeptRows): Uint8Array {
  const header = stepHeader(record, info.tokenTexts, keep);
  const lengths: RowLengths = { queries: record.queries.map(lengthOf), responses: record.responses.map(lengthOf) };
  checkSize(header, lengths);
  if (paddedLength(lengths) !== record.seq) throw damaged(`expected rows of ${paddedLength(lengths)} tokens, got ${record.seq}`);
  const columns = record.seq - 1;
  const out = new ByteWriter();
  const json = jsonBytes(header);
  const ids = (values: ArrayLike<number>): void => (wideIds(info.tokenTexts) ? out.u32(values) : out.u16(values));
  out.u32([json.length]);
  out.raw(json);
  out.u16(lengths.queries);
  out.u16(lengths.responses);
  ids([...record.queries, ...record.responses].flatMap((tokens) => [...tokens]));
  out.f24(record.scores);
  out.f24(record.scaledScores);
  if (record.gold) for (const values of [record.gold.gold, ...Object.values(record.gold.parts)]) out.f24(values);
  for (const name of header.vectors) out.f24(record.vectors[name] ?? new Float32Array(header.batch));
  for (const name of PER_TOKEN) out.f24(gather(record[name], lengths, firstRows(header.keptRows), columns));
  out.f64(Object.values(record.stats));
  writeMinibatches(out, record.minibatches);
  if (record.detail && header.detail) {
    const places = firstRows(header.detail.rows);
    for (const policy of POLICIES) {
      ids(gather(record.detail[policy].ids, lengths, places, columns, header.detail.k));
      out.f16(gather(record.detail[policy].logprobs, lengths, places, columns, header.detail.k));
    }
    out.f24(gather(record.detail.updatedLogprobs, lengths, places, columns));
    out.f24(gather(record.detail.updatedValues, lengths, places, columns));
  }
  if (header.minibatchRows > 0)
    for (const minibatch of record.minibatches) {
      const places = keptPlaces(minibatch.rows, header.minibatchRows);
      for (const name of PER_MINIBATCH) out.f24(gather(minibatch[name], lengths, places, columns));
    }
  return out.finish();
}

/** @throws ReplayError naming what is wrong. */
export function decodeStep(payload: Uint8Array, { info }: Pick<ReplayMeta, "info">): ReplayStep {
  const input = new ByteReader(payload);
  const [jsonLength = 0] = input.u32(1);
  const header = checked(() => readStepHeader(parseJson(input.raw(jsonLength))));
  const { batch } = header;
  const lengths = { queries: input.u16(batch), responses: input.u16(batch) };
  for (let row = 0; row < batch; row++) if (lengths.queries[row] === 0) throw damaged(`expected a prompt in row ${row + 1}, got none`);
  const seq = paddedLength(lengths);
  checkSize(header, lengths);
  const columns = seq - 1;
  const readIds = (count: number): Int32Array => knownIds(wideIds(info.tokenTexts) ? input.u32(count) : input.u16(count), info.tokenTexts);
  const tokens = split(readIds(total(lengths.queries) + total(lengths.responses)), [...lengths.queries, ...lengths.responses]);
  const queries = tokens.slice(0, batch);
  const responses = tokens.slice(batch);
  const { queryTexts, responseTexts } = header.texts ?? joinedTexts(queries, responses, info.tokenTexts);
  const scores = input.f24(batch);
  const scaledScores = input.f24(batch);
  const gold = header.goldParts === null ? null : readGold(input, batch, header.goldParts);
  const vectors = Object.fromEntries(header.vectors.map((name) => [name, input.f24(batch)]));
  const all = firstRows(batch);
  const mask = fillResponses(new Float32Array(batch * columns), 1, lengths, all, columns);
  const kept = firstRows(header.keptRows);
  const keptTokens = tokenCount(
    lengths,
    kept.map(([row]) => row),
  );
  const perToken = Object.fromEntries(
    PER_TOKEN.map((name) => {
      const numbers = input.f24(keptTokens);
      return [name, scatter(numbers, unknownNumbers(batch, lengths, all, columns), lengths, kept, columns)];
    }),
  ) as Record<(typeof PER_TOKEN)[number], Float32Array>;
  const numbers = input.f64(header.stats.length);
  const stats = Object.fromEntries(header.stats.map((name, i) => [name, numbers[i] as number]));
  const minibatches = readMinibatches(input, batch);
  const detail = header.detail === null ? null : readDetail(input, header.detail, lengths, columns, readIds);
  const filled = header.minibatchRows === 0 ? minibatches : fillMinibatches(input, minibatches, header.minibatchRows, lengths, columns);
  input.end();
  return {
    ...header.scalars,
    changes: header.changes,
    batch,
    seq,
    keptRows: header.keptRows === batch ? null : header.keptRows,
    queries,
    responses,
    queryTexts,
    responseTexts,
    scores,
    scaledScores,
    gold,
    mask,
    ...perToken,
    detail,
    minibatches: filled,
    stats,
    vectors,
  };
}

const lengthOf = ({ length }: ArrayLike<unknown>): number => length;
const total = (lengths: ArrayLike<number>): number => Array.from(lengths).reduce((sum, length) => sum + length, 0);
const wideIds = (tokenTexts: readonly string[]): boolean => tokenTexts.length > 2 ** 16;

/** Both sides: what a step may cost to hold. @throws ReplayError */
function checkSize({ batch }: StepHeader, lengths: RowLengths): void {
  const cells = batch * (paddedLength(lengths) - 1);
  if (cells > REPLAY_CAPS.cells) throw damaged(`expected at most ${REPLAY_CAPS.cells} numbers an array, got ${cells}`);
}

/** Both sides. @throws ReplayError */
function checkMinibatches(sizes: ArrayLike<number>): void {
  const { minibatches, minibatchRows } = REPLAY_CAPS;
  if (sizes.length > minibatches) throw damaged(`expected at most ${minibatches} minibatches, got ${sizes.length}`);
  if (total(sizes) > minibatchRows) throw damaged(`expected at most ${minibatchRows} minibatch rows, got ${total(sizes)}`);
}

function knownIds(ids: ArrayLike<number>, tokenTexts: readonly string[]): Int32Array {
  const known = Int32Array.from(ids);
  for (const id of known)
    if (id < 0 || id >= tokenTexts.length) throw damaged(`expected token ids below ${tokenTexts.length}, got ${id >>> 0}`);
  return known;
}

function split(ids: Int32Array, lengths: ArrayLike<number>): Int32Array[] {
  let from = 0;
  return Array.from(lengths, (length) => ids.slice(from, (from += length)));
}

function readGold(input: ByteReader, batch: number, parts: readonly string[]): GoldScores {
  const gold = input.f24(batch);
  return { gold, parts: Object.fromEntries(parts.map((part) => [part, input.f24(batch)])) };
}

const SKIPPED = 1;
const STEPPED = 2;

/** Scalars of all minibatches, number by number, so that alike numbers lie together. */
function writeMinibatches(out: ByteWriter, minibatches: readonly MinibatchRecord[]): void {
  checkMinibatches(minibatches.map(({ rows }) => rows.length));
  out.u16([minibatches.length]);
  out.u16(minibatches.map(({ epoch }) => epoch));
  out.u16(minibatches.map(({ index }) => index));
  out.u16(minibatches.map(({ rows }) => rows.length));
  out.u16(minibatches.map(({ skipped, gradNorm }) => (skipped ? SKIPPED : 0) + (gradNorm === null ? 0 : STEPPED)));
  out.u16(minibatches.flatMap(({ rows }) => [...rows]));
  for (const name of MINIBATCH_STATS) out.f32(minibatches.map(({ stats }) => stats[name]));
  out.f32(minibatches.map(({ meanRatio }) => meanRatio));
  out.f32(minibatches.map(({ gradNorm }) => gradNorm ?? 0));
}

function readMinibatches(input: ByteReader, batch: number): MinibatchRecord[] {
  const [count = 0] = input.u16(1);
  const epochs = input.u16(count);
  const indices = input.u16(count);
  const sizes = input.u16(count);
  checkMinibatches(sizes);
  const flags = input.u16(count);
  const rows = Int32Array.from(input.u16(total(sizes)));
  if (rows.some((row) => row >= batch)) throw damaged(`expected minibatch rows below ${batch}`);
  const stats = MINIBATCH_STATS.map((name) => [name, input.f32(count)] as const);
  const meanRatios = input.f32(count);
  const gradNorms = input.f32(count);
  const none = new Float32Array();
  return split(rows, sizes).map((own, i) => ({
    epoch: epochs[i] as number,
    index: indices[i] as number,
    rows: own,
    stats: Object.fromEntries(stats.map(([name, values]) => [name, values[i]])) as unknown as MinibatchRecord["stats"],
    ratio: none,
    newLogprobs: none,
    newValues: none,
    meanRatio: meanRatios[i] as number,
    skipped: ((flags[i] as number) & SKIPPED) !== 0,
    gradNorm: ((flags[i] as number) & STEPPED) === 0 ? null : (gradNorms[i] as number),
  }));
}

function readDetail(
  input: ByteReader,
  { rows, k }: { readonly rows: number; readonly k: number },
  lengths: RowLengths,
  columns: number,
  readIds: (count: number) => Int32Array,
): StepDetail {
  const places = firstRows(rows);
  const tokens = tokenCount(
    lengths,
    places.map(([row]) => row),
  );
  const cells = rows * columns;
  if (cells * k > REPLAY_CAPS.alternativeCells)
    throw damaged(`expected at most ${REPLAY_CAPS.alternativeCells} alternatives, got ${cells * k}`);
  const read = (): TopTokens => ({
    ids: scatter(readIds(tokens * k), new Int32Array(cells * k), lengths, places, columns, k),
    logprobs: scatter(input.f16(tokens * k), new Float32Array(cells * k), lengths, places, columns, k),
  });
  const policies = { rollout: read(), reference: read(), updated: read() };
  const number = (): Float32Array => scatter(input.f24(tokens), new Float32Array(cells), lengths, places, columns);
  return { rows, k, ...policies, updatedLogprobs: number(), updatedValues: number() };
}

/** The minibatches with the numbers of their kept rows. */
function fillMinibatches(
  input: ByteReader,
  minibatches: readonly MinibatchRecord[],
  kept: number,
  lengths: RowLengths,
  columns: number,
): MinibatchRecord[] {
  const cells = columns * minibatches.reduce((sum, { rows }) => sum + rows.length, 0);
  if (cells > REPLAY_CAPS.minibatchCells) throw damaged(`expected at most ${REPLAY_CAPS.minibatchCells} numbers a step, got ${cells}`);
  return minibatches.map((minibatch) => {
    const { rows } = minibatch;
    const places = keptPlaces(rows, kept);
    const tokens = tokenCount(
      lengths,
      places.map(([, row]) => row),
    );
    const all = Array.from(rows, (row, place) => [place, row] as const);
    const read = (): Float32Array =>
      scatter(input.f24(tokens), unknownNumbers(rows.length, lengths, all, columns), lengths, places, columns);
    return { ...minibatch, ratio: read(), newLogprobs: read(), newValues: read() };
  });
}
