// Vocabulary softmax: statistics of logit rows and the gradient of a row's log-probability.

import { exponential, horizontalMax, horizontalSum, loadVector, mulAdd, splat } from "./vectorMath";

@inline function exponentialOf(x: f32): f32 { return f32x4.extract_lane(exponential(splat(x)), 0); }

/** stats[row] = (max m, sum of e^(z - m), sum of e^(z - m) (z - m)) over the first `vocab` of each row of `stride` floats. */
export function softmaxStats(logits: usize, stats: usize, rows: i32, vocab: i32, stride: i32): void {
  const whole = <usize>(vocab & ~3) << 2, all = <usize>vocab << 2;
  for (let row = 0; row < rows; row++) {
    const p = logits + (<usize>(row * stride) << 2);
    let lanes = splat(-3.0e38);
    for (let k: usize = 0; k < whole; k += 16) lanes = f32x4.max(lanes, loadVector(p + k));
    let m = horizontalMax(lanes);
    for (let k = whole; k < all; k += 4) m = max(m, load<f32>(p + k));
    let sums = splat(0), weighted = splat(0);
    for (let k: usize = 0; k < whole; k += 16) {
      const z = f32x4.sub(loadVector(p + k), splat(m));
      const e = exponential(z);
      sums = f32x4.add(sums, e);
      weighted = mulAdd(e, z, weighted);
    }
    let sum = horizontalSum(sums), moment = horizontalSum(weighted);
    for (let k = whole; k < all; k += 4) {
      const z = load<f32>(p + k) - m, e = exponentialOf(z);
      sum += e;
      moment += e * z;
    }
    const q = stats + (<usize>(row * 3) << 2);
    store<f32>(q, m);
    store<f32>(q + 4, sum);
    store<f32>(q + 8, moment);
  }
}

/**
 * In place: logits row -> coefficient * d log p(target) / d logits = coefficient * (onehot(target) - p).
 * logSumExp, coefficients [rows]; targets [rows] int32. Padding columns become zero.
 */
export function logprobBackward(logits: usize, logSumExp: usize, coefficients: usize, targets: usize, rows: i32, vocab: i32, stride: i32): void {
  for (let row = 0; row < rows; row++) {
    const p = logits + (<usize>(row * stride) << 2);
    const lse = splat(load<f32>(logSumExp + (<usize>row << 2)));
    const coefficient = load<f32>(coefficients + (<usize>row << 2));
    const c = splat(-coefficient);
    for (let k: usize = 0; k < (<usize>stride << 2); k += 16) v128.store(p + k, f32x4.mul(c, exponential(f32x4.sub(loadVector(p + k), lse))));
    for (let v = vocab; v < stride; v++) store<f32>(p + (<usize>v << 2), 0);
    const target = p + (<usize>load<i32>(targets + (<usize>row << 2)) << 2);
    store<f32>(target, load<f32>(target) + coefficient);
  }
}
