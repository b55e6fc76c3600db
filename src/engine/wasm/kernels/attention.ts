// Causal grouped-query attention over packed rows: sequence b owns rows offsets[b] .. offsets[b + 1] - 1 and may look at its
// keys keyBegin[b] <= s < keyEnd[b]; its queries before queryBegin[b] are not wanted. A row of qkv is [query heads | key heads | value heads], each head headStride floats.

import { exponential, horizontalSum, loadVector, mulAdd, splat } from "./vectorMath";
import { matmul, transpose } from "./matmul";

@inline function int(p: usize, i: i32): i32 { return load<i32>(p + (<usize>i << 2)); }
@inline function at(p: usize, floats: i32): usize { return p + (<usize>floats << 2); }
@inline function padded(n: i32): i32 { return (n + 3) & ~3; }

/** In place: row[lo..hi) = softmax(scale * row[lo..hi)), zero elsewhere in [0, n). An empty range gives zeros. */
@inline function softmaxRange(row: usize, lo: i32, hi: i32, n: i32, scale: f32): void {
  let largest: f32 = -3.0e38;
  for (let s = lo; s < hi; s++) largest = max(largest, load<f32>(at(row, s)));
  const m = splat(largest), c = splat(scale);
  for (let s = 0; s < n; s += 4) v128.store(at(row, s), exponential(f32x4.mul(f32x4.sub(loadVector(at(row, s)), m), c)));
  for (let s = 0; s < min(lo, n); s++) store<f32>(at(row, s), 0);
  for (let s = max(hi, 0); s < n; s++) store<f32>(at(row, s), 0);
  if (hi <= lo) return;
  let sum = splat(0);
  for (let s = 0; s < n; s += 4) sum = f32x4.add(sum, loadVector(at(row, s)));
  const inv = splat(1 / horizontalSum(sum));
  for (let s = 0; s < n; s += 4) v128.store(at(row, s), f32x4.mul(loadVector(at(row, s)), inv));
}

/**
 * out[rows, heads * headStride]; probs [batch, heads, maxLen, padded(maxLen)] is kept for the backward pass. Rows of queries
 * that are not wanted stay as they are, except those in the first wanted block of four.
 * scratch: headStride * padded(maxLen) floats.
 */
export function attention(
  qkv: usize, out: usize, probs: usize, scratch: usize, offsets: usize, queryBegin: usize, keyBegin: usize, keyEnd: usize,
  batch: i32, heads: i32, kvHeads: i32, headStride: i32, maxLen: i32, scale: f32,
): void {
  const row = (heads + 2 * kvHeads) * headStride, outRow = heads * headStride, width = padded(maxLen), group = heads / kvHeads;
  for (let b = 0; b < batch; b++) {
    const first = int(offsets, b), len = int(offsets, b + 1) - first, lo = int(keyBegin, b), end = int(keyEnd, b);
    const base = at(qkv, first * row), from = int(queryBegin, b) & ~3;
    for (let kv = 0; kv < kvHeads; kv++) {
      const values = at(base, (heads + kvHeads + kv) * headStride);
      transpose(at(base, (heads + kv) * headStride), row, scratch, padded(len), len, headStride);
      for (let h = kv * group; h < (kv + 1) * group; h++) {
        const p = at(probs, (b * heads + h) * maxLen * width);
        for (let t = from; t < len; t += 4) {
          const rows = min(4, len - t), n = padded(t + rows);
          matmul(at(base, t * row + h * headStride), row, 1, scratch, padded(len), at(p, t * width), width, rows, n, headStride, false);
          for (let r = 0; r < rows; r++) softmaxRange(at(p, (t + r) * width), lo, min(t + r + 1, end), n, scale);
          matmul(at(p, t * width), width, 1, values, row, at(out, (first + t) * outRow + h * headStride), outRow, rows, headStride, t + rows, false);
        }
      }
    }
  }
}

/**
 * dQkv (overwritten) from dOut, which is zero where queries were not wanted. scratch: headStride * padded(maxLen) floats, then maxLen * padded(maxLen) floats.
 * dS = P * (dP - sum(P * dP)) * scale with dP = dOut V^T; dQ = dS K, dK = dS^T Q, dV = P^T dOut.
 */
export function attentionBackward(
  qkv: usize, probs: usize, dOut: usize, dQkv: usize, scratch: usize, offsets: usize, queryBegin: usize,
  batch: i32, heads: i32, kvHeads: i32, headStride: i32, maxLen: i32, scale: f32,
): void {
  const row = (heads + 2 * kvHeads) * headStride, outRow = heads * headStride, width = padded(maxLen), group = heads / kvHeads;
  const dScores = at(scratch, headStride * width);
  for (let b = 0; b < batch; b++) {
    const first = int(offsets, b), len = int(offsets, b + 1) - first;
    const from = int(queryBegin, b) & ~3;
    const base = at(qkv, first * row), dBase = at(dQkv, first * row), dOutBase = at(dOut, first * outRow);
    for (let kv = 0; kv < kvHeads; kv++) {
      const keyAt = (heads + kv) * headStride, valueAt = (heads + kvHeads + kv) * headStride;
      transpose(at(base, valueAt), row, scratch, padded(len), len, headStride);
      for (let h = kv * group; h < (kv + 1) * group; h++) {
        const p = at(probs, (b * heads + h) * maxLen * width);
        const later = h > kv * group;
        for (let t = 0; t < min(from, len); t++) memory.fill(at(dBase, t * row + h * headStride), 0, <usize>headStride << 2);
        for (let t = from; t < len; t += 4) {
          const rows = min(4, len - t), n = padded(t + rows);
          const ds = at(dScores, t * width);
          matmul(at(dOutBase, t * outRow + h * headStride), outRow, 1, scratch, padded(len), ds, width, rows, n, headStride, false);
          for (let r = 0; r < rows; r++) softmaxRangeBackward(at(p, (t + r) * width), at(ds, r * width), n, scale);
          matmul(ds, width, 1, at(base, keyAt), row, at(dBase, t * row + h * headStride), row, rows, headStride, t + rows, false);
        }
        for (let s = 0; s < len; s += 4) {
          const rows = min(4, len - s), t = max(s, from), terms = max(len - t, 0), corner = t * width + s;
          matmul(at(dScores, corner), 1, width, at(base, t * row + h * headStride), row, at(dBase, s * row + keyAt), row, rows, headStride, terms, later);
          matmul(at(p, corner), 1, width, at(dOutBase, t * outRow + h * headStride), outRow, at(dBase, s * row + valueAt), row, rows, headStride, terms, later);
        }
      }
    }
  }
}

@inline function softmaxRangeBackward(p: usize, ds: usize, n: i32, scale: f32): void {
  let along = splat(0);
  for (let s = 0; s < n; s += 4) along = mulAdd(loadVector(at(p, s)), loadVector(at(ds, s)), along);
  const mean = splat(horizontalSum(along)), c = splat(scale);
  for (let s = 0; s < n; s += 4) {
    const v = f32x4.sub(loadVector(at(ds, s)), mean);
    v128.store(at(ds, s), f32x4.mul(f32x4.mul(loadVector(at(p, s)), v), c));
  }
}

/** Stores the keys and values of whole sequences: position s of sequence b goes to cache slot b, position s (layout as in attentionStep). */
export function fillCache(
  qkv: usize, keyCache: usize, valueCache: usize, offsets: usize, batch: i32, heads: i32, kvHeads: i32, headStride: i32, capacity: i32,
): void {
  const row = (heads + 2 * kvHeads) * headStride, bytes = <usize>headStride << 2;
  for (let b = 0; b < batch; b++) {
    const first = int(offsets, b), len = int(offsets, b + 1) - first;
    for (let kv = 0; kv < kvHeads; kv++)
      for (let s = 0; s < len; s++) {
        const cacheAt = ((b * kvHeads + kv) * capacity + s) * headStride, q = at(qkv, (first + s) * row);
        memory.copy(at(keyCache, cacheAt), at(q, (heads + kv) * headStride), bytes);
        memory.copy(at(valueCache, cacheAt), at(q, (heads + kvHeads + kv) * headStride), bytes);
      }
  }
}

/**
 * One new position for each of `rows` live rows. qkv [rows, ...] holds the new position; its keys and values are stored at
 * cache position lengths[row] and attended to together with the earlier ones. Caches: [slots, kvHeads, capacity, headStride];
 * slots[row] says which cache a live row owns. scratch: capacity + 4 floats.
 */
export function attentionStep(
  qkv: usize, out: usize, keyCache: usize, valueCache: usize, scratch: usize, slots: usize, lengths: usize,
  rows: i32, heads: i32, kvHeads: i32, headStride: i32, capacity: i32, scale: f32,
): void {
  const row = (heads + 2 * kvHeads) * headStride, group = heads / kvHeads;
  for (let i = 0; i < rows; i++) {
    const length = int(lengths, i), slot = int(slots, i), q = at(qkv, i * row);
    for (let kv = 0; kv < kvHeads; kv++) {
      const cacheAt = (slot * kvHeads + kv) * capacity * headStride;
      const keys = at(keyCache, cacheAt), values = at(valueCache, cacheAt);
      memory.copy(at(keys, length * headStride), at(q, (heads + kv) * headStride), <usize>headStride << 2);
      memory.copy(at(values, length * headStride), at(q, (heads + kvHeads + kv) * headStride), <usize>headStride << 2);
      for (let h = kv * group; h < (kv + 1) * group; h++) {
        for (let s = 0; s <= length; s++) {
          let sum = splat(0);
          for (let d = 0; d < headStride; d += 4) sum = mulAdd(loadVector(at(q, h * headStride + d)), loadVector(at(keys, s * headStride + d)), sum);
          store<f32>(at(scratch, s), horizontalSum(sum));
        }
        softmaxRange(scratch, 0, length + 1, padded(length + 1), scale);
        matmul(scratch, 0, 1, values, headStride, at(out, (i * heads + h) * headStride), 0, 1, headStride, length + 1, false);
      }
    }
  }
}
