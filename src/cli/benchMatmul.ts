// Speed of an engine's matrix product alone, at the size the bench reports.

import { readFile } from "node:fs/promises";
import { zeroCounters } from "../engine/counters";
import { Heap } from "../engine/wasm/heap";
import { loadKernels } from "../engine/wasm/kernelModule";
import { KERNELS, type NodeEngineName } from "./nodeFiles";

const M = 1024;
const K = 64;
const N = 256;
const REPEATS = 200;

/** GFLOP/s of [1024, 64] x [64, 256], the median of repeated products in a warm process. tfjs must already be on its backend. */
export async function matmulGflops(name: NodeEngineName): Promise<number> {
  const product = name === "wasm" ? await wasmProduct() : await tfjsProduct();
  const times: number[] = [];
  for (let i = 0; i < (name === "tfjs-cpu" ? 3 : REPEATS); i++) {
    const start = performance.now();
    await product();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return (2 * M * N * K) / ((times[times.length >> 1] as number) * 1e6);
}

async function wasmProduct(): Promise<() => Promise<void>> {
  const heap = new Heap();
  const kernels = await loadKernels(await readFile(KERNELS), heap.memory, zeroCounters());
  const [a, b, c] = [heap.allocate(M * K), heap.allocate(K * N), heap.allocate(M * N)] as const;
  return async () => kernels.matmul(a, K, 1, b, N, c, N, M, N, K, false);
}

async function tfjsProduct(): Promise<() => Promise<void>> {
  const tf = await import("@tensorflow/tfjs-core");
  const a = tf.ones([M, K]);
  const b = tf.ones([K, N]);
  return async () => {
    const c = tf.matMul(a, b);
    await c.data();
    c.dispose();
  };
}
