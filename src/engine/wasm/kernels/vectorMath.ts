// Four-lane float32 helpers. Pointers are byte offsets; every row starts on a multiple of 16 bytes.

@inline export function splat(x: f32): v128 { return f32x4.splat(x); }
@inline export function loadVector(p: usize): v128 { return v128.load(p); }
@inline export function mulAdd(a: v128, b: v128, c: v128): v128 { return f32x4.add(f32x4.mul(a, b), c); }
@inline export function horizontalSum(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}
@inline export function horizontalMax(v: v128): f32 {
  return max(max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)), max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)));
}

/** e^x per lane, relative error about 1e-7, arguments held in [-87, 88]: x = n ln2 + r, degree-7 Taylor polynomial in r, |r| <= ln2 / 2. NaN stays NaN. */
@inline export function exponential(x: v128): v128 {
  const held = f32x4.max(f32x4.min(x, splat(88)), splat(-87));
  const n = f32x4.nearest(f32x4.mul(held, splat(1.44269504088896341)));
  const r = f32x4.sub(f32x4.sub(held, f32x4.mul(n, splat(0.693359375))), f32x4.mul(n, splat(-2.12194440e-4)));
  let p = splat(1.0 / 5040.0);
  p = mulAdd(p, r, splat(1.0 / 720.0));
  p = mulAdd(p, r, splat(1.0 / 120.0));
  p = mulAdd(p, r, splat(1.0 / 24.0));
  p = mulAdd(p, r, splat(1.0 / 6.0));
  p = mulAdd(p, r, splat(0.5));
  p = f32x4.add(mulAdd(f32x4.mul(p, r), r, r), splat(1));
  return f32x4.mul(p, i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23));
}

/** 1 / (1 + e^-x) per lane. */
@inline export function sigmoid(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exponential(f32x4.neg(x))));
}
