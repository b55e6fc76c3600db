// Which columns of a PPO batch are about response tokens.

/**
 * mask[i, t] = 1 iff token t + 1 of row i belongs to its response: columns |q| - 1 <= t < |q| - 1 + |r| (fact sheet 5.3).
 * Masks go by length, never by token id.
 * @param seq padded row length; the mask has seq - 1 columns
 * @returns [batch, seq - 1], 0/1
 */
export function responseMask(queries: readonly Int32Array[], responses: readonly Int32Array[], seq: number): Float32Array {
  const columns = seq - 1;
  const mask = new Float32Array(queries.length * columns);
  queries.forEach((query, i) => {
    const first = i * columns + query.length - 1;
    mask.fill(1, first, first + (responses[i] as Int32Array).length);
  });
  return mask;
}
