// A stored skew block to its rotation: the Cayley-Neumann polynomial or the exact Cayley transform, in float64.

import { neumannCoefficients, upperTriangle } from "../../engine/cayley";
import type { OftParametrisation } from "../../engine/engine";

/**
 * R [b, b], row-major, of one row of `oft_R` [b (b - 1) / 2] (fact sheet 6.4): Q = U - U^T, then the series' polynomial in Q or
 * (I - Q)(I + Q)^-1. The two turn opposite ways (quirk Q37).
 */
export function rotationOf(row: ArrayLike<number>, blockSize: number, cayley: OftParametrisation["cayley"]): Float64Array {
  const skew = new Float64Array(blockSize * blockSize);
  upperTriangle(blockSize).forEach(([i, j], place) => {
    const value = row[place] as number;
    skew[i * blockSize + j] = value;
    skew[j * blockSize + i] = -value;
  });
  return cayley.kind === "exact" ? exactCayley(skew, blockSize) : polynomial(skew, blockSize, neumannCoefficients(cayley.terms));
}

/** Horner: R = c_0 I + Q (c_1 I + Q (c_2 I + ...)). */
function polynomial(q: Float64Array, size: number, coefficients: readonly number[]): Float64Array {
  let result = new Float64Array(size * size);
  for (const coefficient of coefficients.toReversed()) {
    result = product(q, result, size);
    for (let i = 0; i < size; i++) result[i * size + i] = (result[i * size + i] as number) + coefficient;
  }
  return result;
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k] as number;
      for (let j = 0; j < size; j++) result[i * size + j] = (result[i * size + j] as number) + factor * (b[k * size + j] as number);
    }
  return result;
}

/** (I - Q)(I + Q)^-1 = (I + Q)^-1 (I - Q), since they commute: Gauss-Jordan elimination with pivoting on (I + Q) R = I - Q. */
function exactCayley(q: Float64Array, size: number): Float64Array {
  const width = 2 * size;
  const rows = Array.from({ length: size }, (_, i) => {
    const row = new Float64Array(width);
    for (let j = 0; j < size; j++) {
      const identity = i === j ? 1 : 0;
      row[j] = identity + (q[i * size + j] as number);
      row[size + j] = identity - (q[i * size + j] as number);
    }
    return row;
  });
  const at = (row: number, column: number): number => rows[row]?.[column] as number;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) if (Math.abs(at(i, column)) > Math.abs(at(pivot, column))) pivot = i;
    [rows[column], rows[pivot]] = [rows[pivot] as Float64Array<ArrayBuffer>, rows[column] as Float64Array<ArrayBuffer>];
    const top = rows[column] as Float64Array;
    const divisor = top[column] as number;
    for (let j = column; j < width; j++) top[j] = (top[j] as number) / divisor;
    rows.forEach((row, i) => {
      const factor = row[column] as number;
      if (i === column || factor === 0) return;
      for (let j = column; j < width; j++) row[j] = (row[j] as number) - factor * (top[j] as number);
    });
  }
  const result = new Float64Array(size * size);
  rows.forEach((row, i) => {
    result.set(row.subarray(size), i * size);
  });
  return result;
}
