// Generation with caches: the prompts once, then one position of every row at a time; tokens are drawn and rows end on the GPU.

import { ShapeError } from "../../errors";
import { hashKey, Stream } from "../../random";
import type { GenerateRequest, TokenBlock } from "../engine";
import { lastRows, packBatch } from "../packedBatch";
import { forward } from "./forward";
import { logitsOf } from "./heads";
import { sampleToken } from "./kernels/sampleToken";
import type { Network } from "./network";
import type { PassInputs } from "./passInputs";
import { uploadPass } from "./passInputs";
import type { Buffer } from "./buffers";

/** What lives on the GPU as long as one generation. */
interface Rollout {
  /** Positions per row. */
  readonly capacity: number;
  /** Per layer [batch, capacity, qkvStride]: stored q | k | v rows. */
  readonly caches: readonly Buffer[];
  /** [maxNewTokens, batch] */
  readonly tokens: Buffer;
  /** [batch] 1 in rows that have ended. */
  readonly ended: Buffer;
  /** [batch, seenWords] one bit per token that the row holds. */
  readonly seen: Buffer;
  readonly seenWords: number;
}

/** See EngineModel.generate. A block is one submit and one readback. */
export async function* generate(net: Network, request: GenerateRequest): AsyncGenerator<TokenBlock, void, void> {
  const { prompts, maxNewTokens, padTokenId } = request;
  const { batch, seq } = prompts;
  if (!prompts.end.every((end) => end === seq))
    throw new ShapeError(`Generation: expected left-padded prompts that end in the last column ${seq - 1}. Pad prompts on the left.`);
  const { recorder } = net;
  const stops = new Set(request.stopTokenIds);
  const live = new Set(Array.from({ length: batch }, (_, row) => row));
  const held: Buffer[] = [];
  try {
    const rollout = allocateRollout(net, request, held);
    let logits = prefill(net, request, rollout);
    for (let first = 0; first < maxNewTokens && live.size > 0; ) {
      const planned = Math.max(1, Math.min(request.tokensPerBlock, maxNewTokens - first));
      const inputs = uploadStep(net, request, rollout.capacity);
      const stopIds = recorder.upload(Uint32Array.from(request.stopTokenIds));
      for (let index = first; index < first + planned; index++) {
        if (index > 0) logits = decodeStep(net, inputs, rollout, index - 1, batch);
        drawTokens(net, request, rollout, logits, index, stopIds);
      }
      const drawn = new Int32Array((await recorder.read([{ buffer: rollout.tokens, word: first * batch, words: planned * batch }])).buffer);
      let count = 0;
      while (count < planned && live.size > 0) {
        for (const row of live) if (stops.has(drawn[count * batch + row] as number)) live.delete(row);
        count++;
      }
      const tokens = new Int32Array(batch * count).fill(padTokenId);
      for (let column = 0; column < count; column++)
        for (let row = 0; row < batch; row++) tokens[row * count + column] = drawn[column * batch + row] as number;
      yield { first, count, tokens };
      first += count;
    }
  } finally {
    for (const buffer of held) recorder.free(buffer);
  }
}

/** Every buffer also goes to `held`, for whoever frees them. */
function allocateRollout(net: Network, { prompts, maxNewTokens, sampling }: GenerateRequest, held: Buffer[]): Rollout {
  const { recorder, dims } = net;
  const { batch, seq } = prompts;
  const capacity = seq + maxNewTokens;
  const seenWords = Math.ceil(dims.vocab / 32);
  const allocate = (label: string, words: number) => {
    const buffer = recorder.allocate(label, words);
    held.push(buffer);
    return buffer;
  };
  const rollout = {
    capacity,
    caches: net.packing.layers.map((_, layer) => allocate(`cache ${layer}`, batch * capacity * dims.qkvStride)),
    tokens: allocate("tokens", maxNewTokens * batch),
    ended: allocate("ended", batch),
    seen: allocate("seen", batch * seenWords),
    seenWords,
  };
  if (sampling.repetitionPenalty !== 1) {
    const bits = new Uint32Array(batch * seenWords);
    prompts.ids.forEach((id, i) => {
      const word = Math.floor(i / seq) * seenWords + (id >>> 5);
      bits[word] = (bits[word] as number) | (1 << (id & 31));
    });
    recorder.write(rollout.seen, new Float32Array(bits.buffer));
  }
  return rollout;
}

/** Logits [batch, vocabStride] after the prompts; fills the caches. */
function prefill(net: Network, { prompts }: GenerateRequest, { capacity, caches }: Rollout): Buffer {
  const packed = packBatch(prompts, null);
  const inputs = uploadPass(net.recorder, packed, lastRows(packed), (b, place) => b * capacity + place);
  const pass = forward(net, inputs, { keep: false, positions: capacity, caches });
  return logitsOf(net, pass.hidden, { first: 0, rows: prompts.batch });
}

/** One row per sequence, standing at its first new position. */
function uploadStep(net: Network, { prompts }: GenerateRequest, capacity: number): PassInputs {
  const { batch, seq, start } = prompts;
  const info = new Int32Array(4 * batch);
  for (let row = 0; row < batch; row++) {
    const length = seq - (start[row] as number);
    const stored = row * capacity + length;
    info.set([length, stored, row * capacity, stored + 1], 4 * row);
  }
  const rowInfo = net.recorder.upload(info);
  const outputRows = net.recorder.upload(Uint32Array.from({ length: batch }, (_, row) => row));
  return { rows: batch, outputs: batch, ids: 0, rowInfo, outputInfo: rowInfo, outputRows };
}

/** Logits [batch, vocabStride] after the token at response index `index` of every row. Rows that ended are computed along. */
function decodeStep(net: Network, inputs: PassInputs, { capacity, caches, tokens }: Rollout, index: number, batch: number): Buffer {
  const pass = forward(net, inputs, {
    keep: false,
    positions: capacity,
    caches,
    shift: index,
    tokens: { buffer: tokens, first: index * batch },
  });
  return logitsOf(net, pass.hidden, { first: 0, rows: batch });
}

function drawTokens(net: Network, request: GenerateRequest, rollout: Rollout, logits: Buffer, index: number, stopIds: number): void {
  const { prompts, sampling, stopTokenIds, padTokenId } = request;
  const { tokens, ended, seen, seenWords } = rollout;
  const { vocab, vocabStride } = net.dims;
  net.recorder.dispatch(
    sampleToken[net.tuning.rowSharing],
    { logits, tokens, ended, seen },
    {
      rows: prompts.batch,
      vocab,
      stride: vocabStride,
      tokensAt: index * prompts.batch,
      responseIndex: index,
      firstRow: sampling.rowOffset,
      keyPrefix: hashKey(sampling.seed, Stream.sample, sampling.step),
      doSample: sampling.doSample ? 1 : 0,
      temperature: sampling.temperature,
      topK: sampling.topK,
      topP: sampling.topP,
      repetitionPenalty: sampling.repetitionPenalty,
      seenWords,
      stops: stopIds,
      stopCount: stopTokenIds.length,
      padToken: padTokenId,
    },
    net.rowThreads(prompts.batch),
  );
}
