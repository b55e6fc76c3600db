// How OFT's skew blocks become rotations: the polynomial of the Cayley-Neumann series, and where a block's numbers stand.

import { ShapeError } from "../errors";

/**
 * Coefficients c_j of R = sum over j of c_j Q^j (fact sheet 6.4, PEFT 0.18 and later): 1, 2, ..., 2, 1. One term gives I, two give
 * I + 2 Q, three the same as four.
 * @throws ShapeError when `terms` is no whole number above 0.
 */
export function neumannCoefficients(terms: number): number[] {
  if (!(Number.isInteger(terms) && terms >= 1))
    throw new ShapeError(`OFT: expected a whole number of Cayley-Neumann terms from 1, got ${terms}. Choose 5, the reference's default.`);
  if (terms <= 2) return [1, terms === 2 ? 2 : 0];
  const last = Math.max(terms, 4) - 1;
  return Array.from({ length: last + 1 }, (_, power) => (power === 0 || power === last ? 1 : 2));
}

/** Row and column of each stored number of a skew block: the strict upper triangle row by row. [b (b - 1) / 2] */
export function upperTriangle(blockSize: number): (readonly [row: number, column: number])[] {
  const cells: [number, number][] = [];
  for (let row = 0; row < blockSize; row++) for (let column = row + 1; column < blockSize; column++) cells.push([row, column]);
  return cells;
}
