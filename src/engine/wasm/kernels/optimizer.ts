// The gradient's squared length and one AdamW step over a flat block of parameters.

import { loadVector, mulAdd, splat } from "./vectorMath";

/** Sum of squares of n floats (a multiple of 4), summed in float64. */
export function sumOfSquares(x: usize, n: i32): f64 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  for (let k: usize = 0; k < (<usize>n << 2); k += 16) {
    const v = loadVector(x + k);
    const a = f64x2.promote_low_f32x4(v), b = f64x2.promote_low_f32x4(v128.shuffle<i64>(v, v, 1, 0));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/**
 * theta *= keep; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; theta -= stepSize * m / (sqrt(v) * invRootCorrection2 + eps),
 * with g = gradScale * gradient, keep = 1 - lr wd, stepSize = lr / (1 - b1^k), invRootCorrection2 = 1 / sqrt(1 - b2^k).
 */
export function adamW(
  theta: usize, gradient: usize, first: usize, second: usize, n: i32,
  gradScale: f32, keep: f32, beta1: f32, beta2: f32, oneMinusBeta1: f32, oneMinusBeta2: f32, stepSize: f32, invRootCorrection2: f32, eps: f32,
): void {
  for (let k: usize = 0; k < (<usize>n << 2); k += 16) {
    const g = f32x4.mul(loadVector(gradient + k), splat(gradScale));
    const m = mulAdd(g, splat(oneMinusBeta1), f32x4.mul(loadVector(first + k), splat(beta1)));
    const v = mulAdd(f32x4.mul(g, g), splat(oneMinusBeta2), f32x4.mul(loadVector(second + k), splat(beta2)));
    v128.store(first + k, m);
    v128.store(second + k, v);
    const denominator = mulAdd(f32x4.sqrt(v), splat(invRootCorrection2), splat(eps));
    const decayed = f32x4.mul(loadVector(theta + k), splat(keep));
    v128.store(theta + k, f32x4.sub(decayed, f32x4.mul(splat(stepSize), f32x4.div(m, denominator))));
  }
}
