// The three loss heads: per-row statistics in, gradients with respect to log-probability and value out, and what the optimizer
// has to know. Every kernel is one workgroup.

import type { Binding, Kernel, Scalar } from "../kernel";
import { read, readWrite } from "../kernel";
import { IS_NON_FINITE, LANES, NATURAL_LOG, sharedRows } from "./helpers";

/** What can be not finite in a minibatch; the code of each is its place here plus one, the lowest wins. */
export const WATCHED = ["logprobs", "scores", "values", "loss/total", "loss", "dLogprobs", "dValues"] as const;
const codeOf = (name: (typeof WATCHED)[number]) => `${WATCHED.indexOf(name) + 1}.0`;
const NO_CODE = `${WATCHED.length + 1}.0`;

/** Words of a model's status buffer. */
export const STATUS = {
  /** Code of the first non-finite array since the last step, or 0. */
  nonFinite: 0,
  minibatches: 1,
  skipped: 2,
  /** Optimizer steps taken since the host last set the count. */
  steps: 3,
  outcome: 4,
  /** Factor on the gradients, as bits. */
  clip: 5,
  /** Steps taken before this one, counted from the host's last confirmed count. */
  correction: 6,
} as const;
export const STATUS_WORDS = 8;

const workgroup = sharedRows("together");

interface Head<P extends string> {
  readonly name: string;
  readonly parameters: Readonly<Record<P, Scalar>>;
  readonly helpers?: readonly string[];
  /** Sets `code`, `loss` and, for the ratio guard, `guard` and `skipped`; see the snippets below. */
  readonly measure: string;
  /** Sets `slopes` (before gradScale) of row `i`. */
  readonly slopes: string;
}

const common = { count: "u32", at: "u32", headerAt: "u32", gradScale: "f32" } as const;
type HeadBuffer = "inputs" | "journal" | "status" | "coefficients";

/**
 * Journal header at `headerAt`: code, skipped, guarded mean ratio, loss. Statistics of row i at `at` + 4 i; coefficients
 * [count] = gradScale * (dLogprob, dValue), all zero when something is not finite or the ratio guard holds the step back.
 */
function lossKernel<const P extends string>({
  name,
  parameters,
  helpers = [],
  measure,
  slopes,
}: Head<P>): Kernel<HeadBuffer, keyof typeof common | P> {
  return {
    name,
    buffers: {
      inputs: read("u32"),
      journal: readWrite("f32"),
      status: readWrite("u32"),
      coefficients: readWrite("vec2<f32>"),
    } satisfies Record<HeadBuffer, Binding>,
    parameters: { ...common, ...parameters },
    workgroupSize: workgroup.workgroupSize,
    shared: workgroup.shared,
    helpers: [
      IS_NON_FINITE,
      ...workgroup.helpers,
      ...helpers,
      `fn given(at: u32) -> f32 { return bitcast<f32>(inputs[at]); }`,
      `fn slopesOf(i: u32) -> vec2<f32> {\n  let row = p.at + i * 4u;\n${slopes}\n}`,
    ],
    body: `
  var code = ${NO_CODE};
  var loss = 0.0;
  var guard = 0.0;
${measure}
  loss = sumOfRow(lane, loss);
  guard = sumOfRow(lane, guard);
  for (var i = lane; i < p.count; i += ${LANES}u) {
    let slopes = slopesOf(i);
    if (isNonFinite(slopes.x)) { code = min(code, ${codeOf("dLogprobs")}); }
    if (isNonFinite(slopes.y)) { code = min(code, ${codeOf("dValues")}); }
  }
  let skipped = guard > guardLimit();
  if (!skipped && isNonFinite(loss)) { code = min(code, lossCode()); }
  if (skipped && code >= ${codeOf("loss/total")}) { code = ${NO_CODE}; }
  code = -largestOfRow(lane, -code);
  let spoiled = code < ${NO_CODE};
  for (var i = lane; i < p.count; i += ${LANES}u) {
    var v = vec2<f32>(0.0);
    if (!skipped && !spoiled) { v = slopesOf(i) * p.gradScale; }
    coefficients[i] = v;
  }
  if (lane == 0u) {
    journal[p.headerAt] = select(0.0, code, spoiled);
    journal[p.headerAt + 1u] = select(0.0, 1.0, skipped);
    journal[p.headerAt + 2u] = guard;
    journal[p.headerAt + 3u] = loss;
    if (spoiled && status[${STATUS.nonFinite}] == 0u) { status[${STATUS.nonFinite}] = u32(code); }
    status[${STATUS.minibatches}] += 1u;
    status[${STATUS.skipped}] += select(0u, 1u, skipped);
  }`,
  };
}

/**
 * PPO (see ppoLoss.ts). `given`: offset of [mask, oldLogprobs, oldValues, advantages, returns], `count` floats each;
 * `masked` is the number of mask ones. exp is held below e^80, far above any ratio threshold, so that sums stay finite.
 */
export const ppoLossKernel = lossKernel({
  name: "ppo loss",
  parameters: {
    given: "u32",
    masked: "f32",
    cliprange: "f32",
    cliprangeValue: "f32",
    vfCoef: "f32",
    ratioThreshold: "f32",
  },
  helpers: [
    "fn guardLimit() -> f32 { return p.ratioThreshold; }",
    `fn lossCode() -> f32 { return ${codeOf("loss/total")}; }`,
    "fn ratioOf(i: u32) -> f32 { return exp(min(journal[p.at + i * 4u] - given(p.given + p.count + i), 80.0)); }",
  ],
  measure: `
  for (var i = lane; i < p.count; i += ${LANES}u) {
    let value = journal[p.at + i * 4u + 3u];
    if (isNonFinite(journal[p.at + i * 4u])) { code = min(code, ${codeOf("logprobs")}); }
    if (isNonFinite(value)) { code = min(code, ${codeOf("values")}); }
    if (given(p.given + i) == 0.0) { continue; }
    let ratio = ratioOf(i);
    let advantage = given(p.given + 3u * p.count + i);
    let policy = max(-advantage * ratio, -advantage * clamp(ratio, 1.0 - p.cliprange, 1.0 + p.cliprange));
    let oldValue = given(p.given + 2u * p.count + i);
    let error = value - given(p.given + 4u * p.count + i);
    let clippedError = clamp(value, oldValue - p.cliprangeValue, oldValue + p.cliprangeValue) - given(p.given + 4u * p.count + i);
    loss += (policy + 0.5 * p.vfCoef * max(error * error, clippedError * clippedError)) / p.masked;
    guard += ratio / p.masked;
  }`,
  slopes: `
  if (given(p.given + i) == 0.0) { return vec2<f32>(0.0); }
  var result = vec2<f32>(0.0);
  let ratio = ratioOf(i);
  let advantage = given(p.given + 3u * p.count + i);
  let surrogate = -advantage * ratio;
  if (!(-advantage * clamp(ratio, 1.0 - p.cliprange, 1.0 + p.cliprange) > surrogate)) { result.x = surrogate / p.masked; }
  let value = journal[row + 3u];
  let oldValue = given(p.given + 2u * p.count + i);
  let goal = given(p.given + 4u * p.count + i);
  let clippedError = clamp(value, oldValue - p.cliprangeValue, oldValue + p.cliprangeValue) - goal;
  if (!(clippedError * clippedError > (value - goal) * (value - goal))) { result.y = p.vfCoef * (value - goal) / p.masked; }
  return result;`,
});

const NO_GUARD = "fn guardLimit() -> f32 { return 3.0e38; }";
const LOSS_CODE = `fn lossCode() -> f32 { return ${codeOf("loss")}; }`;

/** Supervised fine-tuning (see sftLoss.ts). `given`: offset of the mask, `count` floats; `masked`: its sum. */
export const sftLossKernel = lossKernel({
  name: "sft loss",
  parameters: { given: "u32", masked: "f32" },
  helpers: [NO_GUARD, LOSS_CODE],
  measure: `
  for (var i = lane; i < p.count; i += ${LANES}u) {
    let logprob = journal[p.at + i * 4u];
    if (isNonFinite(logprob)) { code = min(code, ${codeOf("logprobs")}); }
    loss -= given(p.given + i) * logprob / p.masked;
  }`,
  slopes: "  return vec2<f32>(-given(p.given + i) / p.masked, 0.0 * f32(row));",
});

/** Pairs of rewards (see rewardPairLoss.ts): rows 2i chosen, 2i + 1 rejected; `pairs` of them. */
export const rewardPairLossKernel = lossKernel({
  name: "reward pair loss",
  parameters: { pairs: "f32" },
  helpers: [NO_GUARD, LOSS_CODE, NATURAL_LOG],
  measure: `
  for (var i = lane; i < p.count; i += ${LANES}u) {
    let score = journal[p.at + i * 4u + 3u];
    if (isNonFinite(score)) { code = min(code, ${codeOf("scores")}); }
    if (i % 2u == 1u) { continue; }
    let margin = score - journal[p.at + i * 4u + 7u];
    loss += (naturalLog(1.0 + exp(-abs(margin))) + max(-margin, 0.0)) / p.pairs;
  }`,
  slopes: `
  let odd = i % 2u;
  let margin = journal[row - odd * 4u + 3u] - journal[row - odd * 4u + 7u];
  let tail = exp(-abs(margin));
  let wrong = select(1.0, tail, margin >= 0.0) / (1.0 + tail);
  return vec2<f32>(0.0, select(-wrong, wrong, odd == 1u) / p.pairs);`,
});
