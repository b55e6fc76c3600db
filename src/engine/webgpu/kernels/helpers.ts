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

/** Uniform and Gumbel numbers from a hash as in random.ts: the uniform's bits are the same, the noise differs by rounding. */
export const GUMBEL = `
fn uniformFromHash(hash: u32) -> f32 { return (f32(hash >> 9u) + 0.5) * 1.1920928955078125e-7; }
fn gumbel(hash: u32) -> f32 { return -naturalLog(-naturalLog(uniformFromHash(hash))); }`;

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

/** Invocations of a workgroup that reduces. */
export const LANES = 64;

/**
 * How a kernel that reduces rows spreads over invocations: `together` a workgroup shares a row and meets at barriers, `alone`
 * every invocation has a row of its own. Graphics cards want the first; on a CPU adapter a barrier costs more than a short row.
 */
export type RowSharing = "together" | "alone";

interface SharedRows {
  /** Invocations per row. */
  readonly lanes: number;
  readonly workgroupSize: readonly [x: number, y: number];
  readonly shared: Readonly<Record<string, string>>;
  readonly helpers: readonly string[];
  /** WGSL that names the invocation's row `which` and its place `part` among the row's lanes. */
  readonly start: string;
  /** WGSL that makes what lanes wrote to storage visible to each other. */
  readonly meet: string;
}

const reduce = (name: string, type: string, start: string, step: string) => `
fn ${name}(lane: u32, value: ${type}) -> ${type} {
  ${type}Lanes[lane] = value;
  workgroupBarrier();
  var result = ${start};
  for (var i = 0u; i < ${LANES}u; i++) { ${step} }
  workgroupBarrier();
  return result;
}`;

/** Reductions over the lanes of a row; every lane gets the result. `bestOfRow`: id of the largest value, ties to the smaller id. */
export function sharedRows(sharing: RowSharing): SharedRows {
  if (sharing === "alone")
    return {
      lanes: 1,
      workgroupSize: [32, 1],
      shared: {},
      helpers: [
        "fn sumOfRow(lane: u32, value: f32) -> f32 { return value; }",
        "fn countOfRow(lane: u32, value: u32) -> u32 { return value; }",
        "fn leastOfRow(lane: u32, value: u32) -> u32 { return value; }",
        "fn largestOfRow(lane: u32, value: f32) -> f32 { return value; }",
        "fn bestOfRow(lane: u32, value: f32, id: u32) -> u32 { return id; }",
      ],
      start: "  let which = index;\n  let part = 0u;",
      meet: "",
    };
  return {
    lanes: LANES,
    workgroupSize: [LANES, 1],
    shared: { f32Lanes: `array<f32, ${LANES}>`, u32Lanes: `array<u32, ${LANES}>` },
    helpers: [
      reduce("sumOfRow", "f32", "0.0", "result += f32Lanes[i];"),
      reduce("countOfRow", "u32", "0u", "result += u32Lanes[i];"),
      reduce("leastOfRow", "u32", "0xffffffffu", "result = min(result, u32Lanes[i]);"),
      reduce("largestOfRow", "f32", "-3.4028234e38", "result = max(result, f32Lanes[i]);"),
      `
fn bestOfRow(lane: u32, value: f32, id: u32) -> u32 {
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
}`,
    ],
    start: "  let which = group;\n  let part = lane;",
    meet: "  storageBarrier();\n  workgroupBarrier();",
  };
}

/** Both ways of a kernel. */
export function bothWays<K>(make: (sharing: RowSharing) => K): Readonly<Record<RowSharing, K>> {
  return { together: make("together"), alone: make("alone") };
}
