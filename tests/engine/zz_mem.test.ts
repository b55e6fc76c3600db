import { test } from "vitest";
import * as tf from "@tensorflow/tfjs-core";
import { ENGINES, trainable, frozen } from "./engines";
import { randomWeights, TINY, ppoHead, WIDE } from "./fixtures";
const [, create] = ENGINES.find(([n]) => n === "tfjs-wasm")!;
const base = { ...TINY, vocabSize: 64, hiddenSize: 64, intermediateSize: 192, numHiddenLayers: 2, numAttentionHeads: 4, numKeyValueHeads: 4, headDim: 16 };
test("mem", async () => {
  for (const tr of [false, true])
  for (const [config, B, T] of [[TINY, 4, 8],[WIDE, 8, 16], [{...base, numHiddenLayers: 4}, 4, 60],[{ ...base, vocabSize: 1000 }, 8, 32],  [base, 32, 32]] as const) {
  const e = await create();
    (tf.engine() as any).state.activeProfile.kernels = []; (tf.engine() as any).state.activeProfile.peakBytes = 0;
    const m = await (tr ? trainable : frozen)(e, config, randomWeights(config, 1));
    const batch = { batch: B, seq: T, ids: Int32Array.from({ length: B * T }, (_, i) => i % config.vocabSize), start: new Int32Array(B), end: new Int32Array(B).fill(T) };
    const head0 = { ...ppoHead(batch, new Float32Array(B * (T - 1)).fill(-4), 1), mask: new Float32Array(B * (T - 1)).fill(1) };
    const q = await tf.profile(async () => { if (tr) await m.accumulate(batch, head0, 1); else await m.evaluate({ batch, columns: new Uint8Array(B * (T - 1)).fill(1), entropies: true }); return tf.scalar(0); });
    const est = e.estimateMemory({ config, trainable: tr, batch: B, seq: T });
    console.log("MEM", tr, B, T, "peak", q.peakBytes, "est", est, "ratio", (q.peakBytes / est).toFixed(2));
    m.dispose();
  }
});
