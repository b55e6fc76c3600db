// The compiled kernels: bytes in, typed functions over one linear memory out. Pointers are byte offsets, sizes count floats.

import { EngineError } from "../../errors";
import type { EngineCounters } from "../counters";

/** Signatures of `kernels/index.ts`; every number is an i32, f32 or byte offset. */
export interface Kernels {
  matmul(
    a: number,
    aRow: number,
    aCol: number,
    b: number,
    bRow: number,
    c: number,
    cRow: number,
    m: number,
    n: number,
    k: number,
    accumulate: boolean,
  ): void;
  transpose(source: number, sourceStride: number, target: number, targetStride: number, rows: number, cols: number): void;
  rmsNorm(x: number, gain: number, out: number, inverse: number, rows: number, size: number, stride: number, eps: number): void;
  rmsNormBackward(
    x: number,
    gain: number,
    inverse: number,
    dOut: number,
    dx: number,
    dGain: number,
    rows: number,
    size: number,
    stride: number,
  ): void;
  rotate(x: number, rowStride: number, width: number, cos: number, sin: number, positions: number, rows: number, headStride: number): void;
  swiglu(gateUp: number, out: number, rows: number, size: number): void;
  swigluBackward(gateUp: number, dOut: number, dGateUp: number, rows: number, size: number): void;
  attention(
    qkv: number,
    out: number,
    probs: number,
    scratch: number,
    offsets: number,
    queryBegin: number,
    keyBegin: number,
    keyEnd: number,
    batch: number,
    heads: number,
    kvHeads: number,
    headStride: number,
    maxLen: number,
    scale: number,
  ): void;
  attentionBackward(
    qkv: number,
    probs: number,
    dOut: number,
    dQkv: number,
    scratch: number,
    offsets: number,
    queryBegin: number,
    batch: number,
    heads: number,
    kvHeads: number,
    headStride: number,
    maxLen: number,
    scale: number,
  ): void;
  attentionStep(
    qkv: number,
    out: number,
    keyCache: number,
    valueCache: number,
    scratch: number,
    slots: number,
    lengths: number,
    rows: number,
    heads: number,
    kvHeads: number,
    headStride: number,
    capacity: number,
    scale: number,
  ): void;
  fillCache(
    qkv: number,
    keyCache: number,
    valueCache: number,
    offsets: number,
    batch: number,
    heads: number,
    kvHeads: number,
    headStride: number,
    capacity: number,
  ): void;
  softmaxStats(logits: number, stats: number, rows: number, vocab: number, stride: number): void;
  logprobBackward(
    logits: number,
    logSumExp: number,
    coefficients: number,
    targets: number,
    rows: number,
    vocab: number,
    stride: number,
  ): void;
  gatherRows(source: number, indices: number, target: number, rows: number, stride: number): void;
  scatterAddRows(source: number, indices: number, target: number, rows: number, stride: number): void;
  addBias(x: number, bias: number, rows: number, stride: number): void;
  biasBackward(dx: number, dBias: number, rows: number, stride: number): void;
  valueHead(x: number, weight: number, bias: number, values: number, rows: number, stride: number): void;
  valueHeadBackward(
    x: number,
    weight: number,
    dValues: number,
    dx: number,
    dWeight: number,
    dBias: number,
    rows: number,
    stride: number,
  ): void;
  sumOfSquares(x: number, n: number): number;
  adamW(
    theta: number,
    gradient: number,
    first: number,
    second: number,
    n: number,
    gradScale: number,
    keep: number,
    beta1: number,
    beta2: number,
    oneMinusBeta1: number,
    oneMinusBeta2: number,
    stepSize: number,
    invRootCorrection2: number,
    eps: number,
  ): void;
}

/**
 * Compiles and links the kernels; every call is counted in `counters.kernelCalls`.
 * @throws EngineError when the bytes are not our kernels or WebAssembly SIMD is missing.
 */
export async function loadKernels(bytes: BufferSource, memory: WebAssembly.Memory, counters: EngineCounters): Promise<Kernels> {
  let instance: WebAssembly.Instance;
  try {
    instance = (await WebAssembly.instantiate(bytes, { env: { memory, abort: () => {} } })).instance;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      `The wasm engine needs WebAssembly with SIMD and intact kernels; loading them failed: ${reason}. Use a current browser, or rebuild with npm run build.`,
      { cause },
    );
  }
  const counted: Record<string, (...args: number[]) => unknown> = {};
  for (const [name, kernel] of Object.entries(instance.exports)) {
    if (typeof kernel !== "function") continue;
    counted[name] = (...args) => {
      counters.kernelCalls++;
      return kernel(...args);
    };
  }
  return counted as unknown as Kernels;
}
