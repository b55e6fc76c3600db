// Generation with key and value caches: prompts once through the full forward pass, then one position of every live row at a time.

import { ShapeError } from "../../errors";
import type { GenerateRequest, TokenBlock } from "../engine";
import { lastRows, packBatch } from "../packedBatch";
import { padded } from "../packing";
import { drawToken, processLogits } from "../sampling";
import { outputAndMlp, queryKeyValue } from "./block";
import { forward } from "./forward";
import type { Network } from "./network";

interface Caches {
  /** Positions per slot. */
  readonly capacity: number;
  /** Per layer [slots, kvHeads, capacity, headStride]. */
  readonly keys: readonly number[];
  readonly values: readonly number[];
  readonly scratch: number;
}

/** See EngineModel.generate. Rows that ended leave the batch, so late positions are cheap. */
export async function* generate(net: Network, request: GenerateRequest): AsyncGenerator<TokenBlock, void, void> {
  const { prompts, maxNewTokens, padTokenId, sampling } = request;
  const { batch, seq } = prompts;
  if (!prompts.end.every((end) => end === seq))
    throw new ShapeError(`Generation: expected left-padded prompts that end in the last column ${seq - 1}. Pad prompts on the left.`);
  const stops = new Set(request.stopTokenIds);
  const caches = allocateCaches(net, batch, seq + maxNewTokens);
  try {
    let logits = prefill(net, request, caches);
    let live = Array.from({ length: batch }, (_, row) => row);
    const lengths = Int32Array.from({ length: batch }, (_, row) => seq - (prompts.start[row] as number));
    // [prompt columns | response columns] per row: the history that the repetition penalty looks at.
    const width = seq + maxNewTokens;
    const history = new Int32Array(batch * width).fill(padTokenId);
    for (let row = 0; row < batch; row++) history.set(prompts.ids.subarray(row * seq, (row + 1) * seq), row * width);

    for (let first = 0; first < maxNewTokens && live.length > 0; ) {
      const columns: Int32Array[] = [];
      while (columns.length < request.tokensPerBlock && first + columns.length < maxNewTokens && live.length > 0) {
        const index = first + columns.length;
        const column = new Int32Array(batch).fill(padTokenId);
        live.forEach((row, i) => {
          const rowLogits = logits.subarray(i * net.dims.vocab, (i + 1) * net.dims.vocab);
          processLogits(rowLogits, history.subarray(row * width, row * width + seq + index), sampling);
          column[row] = history[row * width + seq + index] = drawToken(rowLogits, row, index, sampling);
        });
        columns.push(column);
        live = live.filter((row) => !stops.has(column[row] as number));
        if (live.length === 0 || index + 1 === maxNewTokens) break;
        logits = decodeStep(
          net,
          caches,
          Int32Array.from(live),
          Int32Array.from(live, (row) => column[row] as number),
          lengths,
        );
        for (const row of live) lengths[row] = (lengths[row] as number) + 1;
      }
      const count = columns.length;
      const tokens = new Int32Array(batch * count);
      columns.forEach((column, c) => column.forEach((token, row) => (tokens[row * count + c] = token)));
      yield { first, count, tokens };
      first += count;
    }
  } finally {
    for (const pointer of [...caches.keys, ...caches.values, caches.scratch]) net.heap.free(pointer);
  }
}

function allocateCaches(net: Network, slots: number, capacity: number): Caches {
  const { kvHeads, headStride } = net.dims;
  const perLayer = () => net.packing.layers.map(() => net.heap.allocate(slots * kvHeads * capacity * headStride));
  return { capacity, keys: perLayer(), values: perLayer(), scratch: net.heap.allocate(padded(capacity) + 4) };
}

/** Logits [batch, vocab] (a copy) after the prompts; fills the caches. */
function prefill(net: Network, request: GenerateRequest, caches: Caches): Float32Array {
  const { heads, kvHeads, headStride } = net.dims;
  const packed = packBatch(request.prompts, null);
  net.rotary(caches.capacity);
  const pass = forward(net, packed, lastRows(packed), false, (layer, qkv, offsets) =>
    net.kernels.fillCache(
      qkv,
      caches.keys[layer] as number,
      caches.values[layer] as number,
      offsets,
      packed.batch,
      heads,
      kvHeads,
      headStride,
      caches.capacity,
    ),
  );
  return logitsOf(net, pass.hidden, packed.batch);
}

/** lm_head on [rows, hiddenStride]; returns [rows, vocab] without padding. */
function logitsOf(net: Network, hidden: number, rows: number): Float32Array {
  const { vocab, vocabStride, hiddenStride } = net.dims;
  const logits = net.workspace.get("step logits", rows * vocabStride);
  net.kernels.matmul(
    hidden,
    hiddenStride,
    1,
    net.parameters.transposedHead,
    vocabStride,
    logits,
    vocabStride,
    rows,
    vocabStride,
    net.dims.hidden,
    false,
  );
  const view = net.heap.floats(logits, rows * vocabStride);
  const copy = new Float32Array(rows * vocab);
  for (let row = 0; row < rows; row++) copy.set(view.subarray(row * vocabStride, row * vocabStride + vocab), row * vocab);
  return copy;
}

/**
 * One position of every live row.
 * @param slots batch rows still running
 * @param tokens their newest tokens, [live]
 * @param lengths [batch] positions already in each slot's cache
 */
function decodeStep(net: Network, caches: Caches, slots: Int32Array, tokens: Int32Array, lengths: Int32Array): Float32Array {
  const { kernels, parameters, packing, dims, workspace } = net;
  const { hidden, hiddenStride, qkvStride, attentionStride, innerStride, heads, kvHeads, headStride } = dims;
  const eps = net.config.rmsNormEps;
  const rows = slots.length;
  const rotary = net.rotary(caches.capacity);
  const slotPointer = workspace.putInts("step slots", slots);
  const lengthPointer = workspace.putInts(
    "step lengths",
    slots.map((slot) => lengths[slot] as number),
  );
  const stream = workspace.get("step stream", rows * hiddenStride);
  const normed = workspace.get("step normed", rows * hiddenStride);
  const inverse = workspace.get("step inverse", rows);
  const qkv = workspace.get("step qkv", rows * qkvStride);
  const attended = workspace.get("step attended", rows * attentionStride);
  const gateUp = workspace.get("step gate up", rows * 2 * innerStride);
  const activated = workspace.get("step activated", rows * innerStride);
  kernels.gatherRows(parameters.weight(packing.embed), workspace.putInts("step ids", tokens), stream, rows, hiddenStride);
  packing.layers.forEach((_, i) => {
    queryKeyValue(net, i, { input: stream, normed, inverse, qkv }, rows, rotary, lengthPointer);
    kernels.attentionStep(
      qkv,
      attended,
      caches.keys[i] as number,
      caches.values[i] as number,
      caches.scratch,
      slotPointer,
      lengthPointer,
      rows,
      heads,
      kvHeads,
      headStride,
      caches.capacity,
      net.attentionScale,
    );
    const mlp = { attended, middle: stream, postNormed: normed, postInverse: inverse, gateUp, activated, stream };
    outputAndMlp(net, i, mlp, rows);
  });
  kernels.rmsNorm(stream, parameters.weight(packing.finalNorm), normed, inverse, rows, hidden, hiddenStride, eps);
  return logitsOf(net, normed, rows);
}
