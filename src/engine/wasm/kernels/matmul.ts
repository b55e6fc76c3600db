// Matrix product on register tiles of 4 rows by 16 or 4 columns. Strides count floats; the column count n is a multiple of 4.

import { loadVector, mulAdd, splat } from "./vectorMath";

@inline function tile4x16(a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, accumulate: bool): void {
  const zero = splat(0);
  let c00 = zero, c01 = zero, c02 = zero, c03 = zero;
  let c10 = zero, c11 = zero, c12 = zero, c13 = zero;
  let c20 = zero, c21 = zero, c22 = zero, c23 = zero;
  let c30 = zero, c31 = zero, c32 = zero, c33 = zero;
  if (accumulate) {
    let p = c;
    c00 = v128.load(p); c01 = v128.load(p, 16); c02 = v128.load(p, 32); c03 = v128.load(p, 48);
    p += cRow;
    c10 = v128.load(p); c11 = v128.load(p, 16); c12 = v128.load(p, 32); c13 = v128.load(p, 48);
    p += cRow;
    c20 = v128.load(p); c21 = v128.load(p, 16); c22 = v128.load(p, 32); c23 = v128.load(p, 48);
    p += cRow;
    c30 = v128.load(p); c31 = v128.load(p, 16); c32 = v128.load(p, 32); c33 = v128.load(p, 48);
  }
  let a0 = a, a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  for (let i = 0; i < k; i++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    b += bRow;
    let x = v128.load32_splat(a0);
    c00 = mulAdd(x, b0, c00); c01 = mulAdd(x, b1, c01); c02 = mulAdd(x, b2, c02); c03 = mulAdd(x, b3, c03);
    x = v128.load32_splat(a1);
    c10 = mulAdd(x, b0, c10); c11 = mulAdd(x, b1, c11); c12 = mulAdd(x, b2, c12); c13 = mulAdd(x, b3, c13);
    x = v128.load32_splat(a2);
    c20 = mulAdd(x, b0, c20); c21 = mulAdd(x, b1, c21); c22 = mulAdd(x, b2, c22); c23 = mulAdd(x, b3, c23);
    x = v128.load32_splat(a3);
    c30 = mulAdd(x, b0, c30); c31 = mulAdd(x, b1, c31); c32 = mulAdd(x, b2, c32); c33 = mulAdd(x, b3, c33);
    a0 += aCol; a1 += aCol; a2 += aCol; a3 += aCol;
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(c, c02, 32); v128.store(c, c03, 48);
  c += cRow;
  v128.store(c, c10); v128.store(c, c11, 16); v128.store(c, c12, 32); v128.store(c, c13, 48);
  c += cRow;
  v128.store(c, c20); v128.store(c, c21, 16); v128.store(c, c22, 32); v128.store(c, c23, 48);
  c += cRow;
  v128.store(c, c30); v128.store(c, c31, 16); v128.store(c, c32, 32); v128.store(c, c33, 48);
}

@inline function tile1x16(a: usize, aCol: usize, b: usize, bRow: usize, c: usize, k: i32, accumulate: bool): void {
  const zero = splat(0);
  let c0 = zero, c1 = zero, c2 = zero, c3 = zero;
  if (accumulate) { c0 = v128.load(c); c1 = v128.load(c, 16); c2 = v128.load(c, 32); c3 = v128.load(c, 48); }
  for (let i = 0; i < k; i++) {
    const x = v128.load32_splat(a);
    c0 = mulAdd(x, v128.load(b), c0); c1 = mulAdd(x, v128.load(b, 16), c1);
    c2 = mulAdd(x, v128.load(b, 32), c2); c3 = mulAdd(x, v128.load(b, 48), c3);
    a += aCol; b += bRow;
  }
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48);
}

@inline function tile4x4(a: usize, aRow: usize, aCol: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, accumulate: bool): void {
  const zero = splat(0);
  let c0 = zero, c1 = zero, c2 = zero, c3 = zero;
  if (accumulate) { c0 = loadVector(c); c1 = loadVector(c + cRow); c2 = loadVector(c + 2 * cRow); c3 = loadVector(c + 3 * cRow); }
  let a0 = a, a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow;
  for (let i = 0; i < k; i++) {
    const y = loadVector(b);
    c0 = mulAdd(v128.load32_splat(a0), y, c0); c1 = mulAdd(v128.load32_splat(a1), y, c1);
    c2 = mulAdd(v128.load32_splat(a2), y, c2); c3 = mulAdd(v128.load32_splat(a3), y, c3);
    b += bRow; a0 += aCol; a1 += aCol; a2 += aCol; a3 += aCol;
  }
  v128.store(c, c0); v128.store(c + cRow, c1); v128.store(c + 2 * cRow, c2); v128.store(c + 3 * cRow, c3);
}

@inline function tile1x4(a: usize, aCol: usize, b: usize, bRow: usize, c: usize, k: i32, accumulate: bool): void {
  let sum = accumulate ? loadVector(c) : splat(0);
  for (let i = 0; i < k; i++) {
    sum = mulAdd(v128.load32_splat(a), loadVector(b), sum);
    a += aCol; b += bRow;
  }
  v128.store(c, sum);
}

/** C[m, n] = A[m, k] B[k, n], added to C when `accumulate`. A transposed is A with its strides exchanged. */
export function matmul(
  a: usize, aRowStride: i32, aColStride: i32, b: usize, bRowStride: i32, c: usize, cRowStride: i32,
  m: i32, n: i32, k: i32, accumulate: bool,
): void {
  const aRow = <usize>aRowStride << 2, aCol = <usize>aColStride << 2, bRow = <usize>bRowStride << 2, cRow = <usize>cRowStride << 2;
  let j = 0;
  for (; j + 16 <= n; j += 16) {
    const bj = b + (<usize>j << 2), cj = c + (<usize>j << 2);
    let i = 0;
    for (; i + 4 <= m; i += 4) tile4x16(a + <usize>i * aRow, aRow, aCol, bj, bRow, cj + <usize>i * cRow, cRow, k, accumulate);
    for (; i < m; i++) tile1x16(a + <usize>i * aRow, aCol, bj, bRow, cj + <usize>i * cRow, k, accumulate);
  }
  for (; j < n; j += 4) {
    const bj = b + (<usize>j << 2), cj = c + (<usize>j << 2);
    let i = 0;
    for (; i + 4 <= m; i += 4) tile4x4(a + <usize>i * aRow, aRow, aCol, bj, bRow, cj + <usize>i * cRow, cRow, k, accumulate);
    for (; i < m; i++) tile1x4(a + <usize>i * aRow, aCol, bj, bRow, cj + <usize>i * cRow, k, accumulate);
  }
}

/** target[cols, rows] = source[rows, cols]; columns rows .. targetStride - 1 of the target are set to zero. */
export function transpose(source: usize, sourceStride: i32, target: usize, targetStride: i32, rows: i32, cols: i32): void {
  for (let j = 0; j < cols; j++) {
    const out = target + (<usize>(j * targetStride) << 2);
    for (let i = 0; i < rows; i++) store<f32>(out + (<usize>i << 2), load<f32>(source + (<usize>(i * sourceStride + j) << 2)));
    for (let i = rows; i < targetStride; i++) store<f32>(out + (<usize>i << 2), 0);
  }
}
