// WGSL functions that several kernels use.

/** Keeps the first `columns - first` lanes and zeroes the rest: padding columns stay zero. */
export const KEEP_REAL = `
fn keepReal(v: vec4<f32>, first: u32, columns: u32) -> vec4<f32> {
  return select(vec4<f32>(0.0), v, vec4<u32>(first, first + 1u, first + 2u, first + 3u) < vec4<u32>(columns));
}`;

/** True for NaN and both infinities, by bit pattern: comparisons may be optimised away. */
export const IS_NON_FINITE = `
fn isNonFinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u; }`;

/** log(x) for normal x > 0 to about 1 ulp, near 1 too, where the built-in log has only an absolute bound. */
export const NATURAL_LOG = `
fn naturalLog(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  var exponent = f32(i32(bits >> 23u) - 127);
  var mantissa = bitcast<f32>((bits & 0x007fffffu) | 0x3f800000u);
  if (mantissa > 1.41421356) {
    mantissa *= 0.5;
    exponent += 1.0;
  }
  let s = (mantissa - 1.0) / (mantissa + 1.0);
  let z = s * s;
  let series = z * (0.66666667 + z * (0.4 + z * (0.28571429 + z * (0.22222222 + z * 0.18181818))));
  return exponent * 0.69314575 + (exponent * 1.4286068e-6 + (2.0 * s + s * series));
}`;

/** The counter-based generator of random.ts. */
export const PCG = `
fn pcg(word: u32) -> u32 {
  let state = word * 747796405u + 2891336453u;
  let shifted = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (shifted >> 22u) ^ shifted;
}`;

/** Dropout on the value head's input: four features from `first` on; prefix and threshold as in heads.ts. */
export const VALUE_DROPOUT = `
${PCG}
fn kept(prefix: u32, first: u32, threshold: u32, scale: f32) -> vec4<f32> {
  let words = vec4<u32>(pcg(prefix ^ first), pcg(prefix ^ (first + 1u)), pcg(prefix ^ (first + 2u)), pcg(prefix ^ (first + 3u)));
  return select(vec4<f32>(0.0), vec4<f32>(scale), (words >> vec4<u32>(9u)) >= vec4<u32>(threshold));
}`;

/** Turns the pairs (x, y) and (z, w); r holds cosine and sine of each. */
export const ROTATE = `
fn rotate(v: vec4<f32>, r: vec4<f32>) -> vec4<f32> {
  return vec4<f32>(v.x * r.x - v.y * r.y, v.y * r.x + v.x * r.y, v.z * r.z - v.w * r.w, v.w * r.z + v.z * r.w);
}`;

/** A workgroup of this size shares one row in the kernels that reduce. */
export const LANES = 64;

/** Sum over a workgroup's lanes through the shared array `f32Lanes`; every lane gets it. */
export const SUM_OVER_LANES = `
fn sumOverLanes(lane: u32, value: f32) -> f32 {
  f32Lanes[lane] = value;
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < ${LANES}u; i++) { sum += f32Lanes[i]; }
  workgroupBarrier();
  return sum;
}`;

/** Maximum over a workgroup's lanes through `f32Lanes`. */
export const MAX_OVER_LANES = `
fn maxOverLanes(lane: u32, value: f32) -> f32 {
  f32Lanes[lane] = value;
  workgroupBarrier();
  var largest = f32Lanes[0];
  for (var i = 1u; i < ${LANES}u; i++) { largest = max(largest, f32Lanes[i]); }
  workgroupBarrier();
  return largest;
}`;

/** Sum of counts over a workgroup's lanes through `u32Lanes`. */
export const COUNT_OVER_LANES = `
fn countOverLanes(lane: u32, value: u32) -> u32 {
  u32Lanes[lane] = value;
  workgroupBarrier();
  var sum = 0u;
  for (var i = 0u; i < ${LANES}u; i++) { sum += u32Lanes[i]; }
  workgroupBarrier();
  return sum;
}`;

/** Minimum over a workgroup's lanes through `u32Lanes`. */
export const MIN_OVER_LANES = `
fn minOverLanes(lane: u32, value: u32) -> u32 {
  u32Lanes[lane] = value;
  workgroupBarrier();
  var least = u32Lanes[0];
  for (var i = 1u; i < ${LANES}u; i++) { least = min(least, u32Lanes[i]); }
  workgroupBarrier();
  return least;
}`;

/** The lane with the largest value, ties to the smaller id; every lane gets the winner's id. Uses both shared arrays. */
export const BEST_OVER_LANES = `
fn bestOverLanes(lane: u32, value: f32, id: u32) -> u32 {
  f32Lanes[lane] = value;
  u32Lanes[lane] = id;
  workgroupBarrier();
  var best = 0u;
  for (var i = 1u; i < ${LANES}u; i++) {
    if (f32Lanes[i] > f32Lanes[best] || (f32Lanes[i] == f32Lanes[best] && u32Lanes[i] < u32Lanes[best])) { best = i; }
  }
  let winner = u32Lanes[best];
  workgroupBarrier();
  return winner;
}`;

export const F32_LANES = { f32Lanes: `array<f32, ${LANES}>` } as const;
export const U32_LANES = { u32Lanes: `array<u32, ${LANES}>` } as const;
