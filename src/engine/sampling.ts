// From logits to a token on every CPU engine: processors in Hugging Face's order, then argmax(logit + Gumbel).

import { gumbelFromHash, hashKey, pcg, Stream, uniformFromHash } from "../random";
import { exp } from "../elementary";

/** Fact sheet 3.1 and 3.2. */
export interface SamplingOptions {
  /** false: argmax of the processed logits. */
  readonly doSample: boolean;
  /** > 0 */
  readonly temperature: number;
  /** 0: off. */
  readonly topK: number;
  /** 1: off. */
  readonly topP: number;
  /** 1: off. */
  readonly repetitionPenalty: number;
  readonly seed: number;
  /** PPO step: draws differ from step to step. */
  readonly step: number;
  /** Row number of the first row inside the PPO batch, so that slicing the batch changes nothing. */
  readonly rowOffset: number;
}

const MAX_FLOAT32 = 3.4028234663852886e38;
/** Largest value gumbelFromHash can return is 16.64; a token further below the best can never win. */
const GUMBEL_BOUND = 16.7;

/**
 * Steps 1 to 3 of fact sheet 3.2, in place: repetition penalty, NaN/Inf clean-up, then (when sampling) temperature, top-k, top-p.
 * @param logits one row, [vocab]
 * @param history every token already in the row: prompt, pads and response
 */
export function processLogits(logits: Float32Array, history: Int32Array, options: SamplingOptions): void {
  const { repetitionPenalty, doSample, temperature, topK, topP } = options;
  if (repetitionPenalty !== 1) penaliseRepetition(logits, history, repetitionPenalty);
  for (let v = 0; v < logits.length; v++) {
    const z = logits[v] as number;
    if (Number.isNaN(z)) logits[v] = 0;
    else if (z === Infinity) logits[v] = MAX_FLOAT32;
    else if (z === -Infinity) logits[v] = -MAX_FLOAT32;
  }
  if (!doSample) return;
  if (temperature !== 1) for (let v = 0; v < logits.length; v++) logits[v] = (logits[v] as number) / temperature;
  if (topK > 0 && topK < logits.length) keepTopK(logits, topK);
  if (topP < 1) keepTopP(logits, topP);
}

function penaliseRepetition(logits: Float32Array, history: Int32Array, penalty: number): void {
  for (const token of new Set(history)) {
    const z = logits[token] as number;
    logits[token] = z < 0 ? z * penalty : z / penalty;
  }
}

/** Logits strictly below the k-th largest become -inf; ties survive. */
function keepTopK(logits: Float32Array, k: number): void {
  const sorted = Float32Array.from(logits).sort();
  const threshold = sorted[sorted.length - k] as number;
  for (let v = 0; v < logits.length; v++) if ((logits[v] as number) < threshold) logits[v] = -Infinity;
}

/** Ascending cumulative softmax mass <= 1 - topP is dropped; the largest always stays. */
function keepTopP(logits: Float32Array, topP: number): void {
  const order = Array.from(logits.keys()).sort((a, b) => (logits[a] as number) - (logits[b] as number) || a - b);
  const largest = logits[order[order.length - 1] as number] as number;
  const masses = order.map((v) => exp((logits[v] as number) - largest));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  let cumulative = 0;
  for (let i = 0; i < order.length - 1; i++) {
    cumulative += (masses[i] as number) / total;
    if (cumulative <= 1 - topP) logits[order[i] as number] = -Infinity;
  }
}

/**
 * The token at `responseIndex` of batch row `row`: argmax of logit + Gumbel noise keyed by (seed, stream, step, row,
 * responseIndex, token id), or plain argmax without sampling. Ties go to the smaller id.
 */
export function drawToken(logits: Float32Array, row: number, responseIndex: number, options: SamplingOptions): number {
  let best = 0;
  for (let v = 1; v < logits.length; v++) if ((logits[v] as number) > (logits[best] as number)) best = v;
  if (!options.doSample) return best;
  const prefix = hashKey(options.seed, Stream.sample, options.step, options.rowOffset + row, responseIndex);
  let bestNoisy = (logits[best] as number) + gumbelFromHash(pcg((prefix ^ best) | 0));
  let winner = best;
  for (let v = 0; v < logits.length; v++) {
    const behind = bestNoisy - (logits[v] as number);
    if (behind >= GUMBEL_BOUND || v === best) continue;
    const hash = pcg((prefix ^ v) | 0);
    // Gumbel > behind needs -log(u) < e^-behind, and -log(u) >= 1 - u: one exponential rules out most tokens.
    if (1 - uniformFromHash(hash) > exp(-behind) * (1 + 1e-9)) continue;
    const candidate = (logits[v] as number) + gumbelFromHash(hash);
    if (candidate > bestNoisy || (candidate === bestNoisy && v < winner)) {
      bestNoisy = candidate;
      winner = v;
    }
  }
  return winner;
}
