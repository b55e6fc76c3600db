// Which places of an array [rows, seq - 1] are about response tokens: the only ones that a replay file keeps.

/** Lengths of queries and responses by row. */
export interface RowLengths {
  readonly queries: ArrayLike<number>;
  readonly responses: ArrayLike<number>;
}

/** Length of the longest row: what every row is padded to. */
export function paddedLength({ queries, responses }: RowLengths): number {
  let seq = 0;
  for (let row = 0; row < queries.length; row++) seq = Math.max(seq, (queries[row] as number) + (responses[row] as number));
  return seq;
}

/** Column t is about token t + 1, so a response of n tokens behind q has columns q - 1 to q + n - 2. */
function firstColumn(lengths: RowLengths, row: number): number {
  return (lengths.queries[row] as number) - 1;
}

export function tokenCount(lengths: RowLengths, rows: Iterable<number>): number {
  let count = 0;
  for (const row of rows) count += lengths.responses[row] as number;
  return count;
}

/**
 * The response columns of `rows`, one row after the other.
 * @param array [places, columns, width]; row `rows[i]` of the batch stands at place i, or at its own place without `rows`
 */
export function gather<A extends Float32Array | Int32Array>(
  array: A,
  lengths: RowLengths,
  places: readonly (readonly [place: number, row: number])[],
  columns: number,
  width = 1,
): A {
  const rows = places.map(([, row]) => row);
  const kept = new (array.constructor as new (length: number) => A)(tokenCount(lengths, rows) * width);
  let to = 0;
  for (const [place, row] of places) {
    const from = (place * columns + firstColumn(lengths, row)) * width;
    const part = array.subarray(from, from + (lengths.responses[row] as number) * width);
    kept.set(part, to);
    to += part.length;
  }
  return kept;
}

/** The way back into `target`, which keeps what it holds elsewhere. */
export function scatter<A extends Float32Array | Int32Array>(
  kept: A,
  target: A,
  lengths: RowLengths,
  places: readonly (readonly [place: number, row: number])[],
  columns: number,
  width = 1,
): A {
  let from = 0;
  for (const [place, row] of places) {
    const part = kept.subarray(from, from + (lengths.responses[row] as number) * width);
    target.set(part, (place * columns + firstColumn(lengths, row)) * width);
    from += part.length;
  }
  return target;
}

/** 0 at every place, NaN at the response columns of `places`. */
export function unknownNumbers(
  rows: number,
  lengths: RowLengths,
  places: readonly (readonly [place: number, row: number])[],
  columns: number,
): Float32Array {
  return fillResponses(new Float32Array(rows * columns), Number.NaN, lengths, places, columns);
}

export function fillResponses(
  target: Float32Array,
  value: number,
  lengths: RowLengths,
  places: readonly (readonly [place: number, row: number])[],
  columns: number,
): Float32Array {
  for (const [place, row] of places) {
    const first = place * columns + firstColumn(lengths, row);
    target.fill(value, first, first + (lengths.responses[row] as number));
  }
  return target;
}
