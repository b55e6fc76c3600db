// Random numbers and draws on the GPU against those of the CPU engines.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SamplingOptions } from "../../src/engine/sampling";
import { drawToken, processLogits } from "../../src/engine/sampling";
import { kernel, read, readWrite } from "../../src/engine/webgpu/kernel";
import { GUMBEL, NATURAL_LOG, PCG } from "../../src/engine/webgpu/kernels/helpers";
import { sampleToken } from "../../src/engine/webgpu/kernels/sampleToken";
import { gumbelFromHash, hashKey, pcg, Stream, uniformFromHash } from "../../src/random";
import { asWords, type KernelLab, noise, openKernelLab } from "./kernelLab";

let lab: KernelLab;
beforeAll(async () => {
  lab = await openKernelLab();
});
afterAll(() => lab.close());

test("uniforms have the same bits, Gumbel noise the same value to 4e-6", async () => {
  const draws = kernel({
    name: "draws",
    buffers: { inputs: read("u32"), uniforms: readWrite("f32"), noise: readWrite("f32") },
    parameters: { count: "u32" },
    workgroupSize: [64, 1],
    helpers: [PCG, NATURAL_LOG, GUMBEL],
    body: `
  if (index >= p.count) { return; }
  // Words above 2^31 stand for hashes themselves: the ends of the range.
  var hash = inputs[index];
  if (hash < 0x80000000u) { hash = pcg(hash); }
  uniforms[index] = uniformFromHash(hash);
  noise[index] = gumbel(hash);`,
  });
  const count = 20_000;
  const words = Uint32Array.from({ length: count }, (_, i) => (i < 19_990 ? i * 7919 : 0xffffffff - (i - 19_990) * 512));
  const out = await lab.run(draws, { inputs: words, uniforms: new Float32Array(count), noise: new Float32Array(count) }, { count }, count);
  const hashes = Array.from(words, (word) => (word < 0x80000000 ? pcg(word) : word));
  expect(out.uniforms).toEqual(Float32Array.from(hashes, uniformFromHash));
  let worst = 0;
  for (const [i, hash] of hashes.entries()) worst = Math.max(worst, Math.abs((out.noise[i] as number) - gumbelFromHash(hash)));
  expect(worst).toBeLessThan(4e-6);
});

const ROWS = 12;
const PLAIN: SamplingOptions = {
  doSample: true,
  temperature: 1,
  topK: 0,
  topP: 1,
  repetitionPenalty: 1,
  seed: 5,
  step: 3,
  rowOffset: 40,
};
const CASES: Readonly<Record<string, Partial<SamplingOptions>>> = {
  greedy: { doSample: false },
  "greedy with repetition penalty": { doSample: false, repetitionPenalty: 1.7 },
  plain: {},
  temperature: { temperature: 0.6 },
  "top-k": { topK: 5 },
  "top-k above the vocabulary": { topK: 1000 },
  "top-p": { topP: 0.7 },
  "a tiny top-p keeps the best": { topP: 1e-4 },
  everything: { temperature: 1.3, topK: 20, topP: 0.8, repetitionPenalty: 1.4 },
};

describe.each(["together", "alone"] as const)("sampling, %s", (sharing) => {
  const [vocab, stride, seenWords] = [131, 132, 5];
  // Rounded logits tie often; the third row holds what the clean-up is for.
  const logits = noise(ROWS * stride, 21, 2).map((z, at) => (at % 3 === 0 ? Math.round(z) : z));
  logits.set([Number.NaN, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], 2 * stride + 50);
  const histories = Array.from({ length: ROWS }, (_, row) => Int32Array.from({ length: 9 }, (_, i) => (row * 17 + i * i * 5) % vocab));
  const seen = new Uint32Array(ROWS * seenWords);
  for (const [row, history] of histories.entries())
    for (const id of history) {
      const word = row * seenWords + (id >>> 5);
      seen[word] = (seen[word] as number) | (1 << (id & 31));
    }
  const run = (options: SamplingOptions, ended: Uint32Array, stops: Uint32Array) =>
    lab.run(
      sampleToken[sharing],
      { inputs: stops, logits, tokens: new Uint32Array(2 + ROWS), ended, seen },
      {
        rows: ROWS,
        vocab,
        stride,
        tokensAt: 2,
        responseIndex: 7,
        firstRow: options.rowOffset,
        keyPrefix: hashKey(options.seed, Stream.sample, options.step),
        doSample: options.doSample ? 1 : 0,
        temperature: options.temperature,
        topK: options.topK,
        topP: options.topP,
        repetitionPenalty: options.repetitionPenalty,
        seenWords,
        stops: 0,
        stopCount: stops.length,
        padToken: 130,
      },
      sharing === "together" ? ROWS * 64 : ROWS,
    );
  const expected = (options: SamplingOptions) =>
    histories.map((history, row) => {
      const own = logits.slice(row * stride, row * stride + vocab);
      processLogits(own, history, options);
      return drawToken(own, row, 7, options);
    });

  test.each(Object.entries(CASES))("%s: the CPU's tokens", async (_name, changes) => {
    for (const seed of [1, 2, 3]) {
      const options = { ...PLAIN, ...changes, seed };
      const { tokens } = await run(options, new Uint32Array(ROWS), new Uint32Array(0));
      expect(Array.from(asWords(tokens).subarray(2))).toEqual(expected(options));
    }
  });

  test("rows that ended get PAD, a stop token ends its row, drawn tokens are seen", async () => {
    const drawn = expected(PLAIN);
    const out = await run(
      PLAIN,
      Uint32Array.from({ length: ROWS }, (_, row) => (row === 3 ? 1 : 0)),
      Uint32Array.of(999, drawn[5] as number),
    );
    const tokens = Array.from(asWords(out.tokens).subarray(2));
    expect(tokens).toEqual(drawn.with(3, 130));
    expect(Array.from(asWords(out.ended))).toEqual(tokens.map((token, row) => (row === 3 || token === drawn[5] ? 1 : 0)));
    for (const [row, token] of tokens.entries())
      expect(((asWords(out.seen)[row * seenWords + (token >>> 5)] as number) >>> (token & 31)) & 1).toBe(1);
  });
});
