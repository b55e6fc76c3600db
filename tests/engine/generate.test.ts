// Sampling on every engine: each token must be the one that the oracle's logits give, blocks and stops must not change it.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, EngineModel, GenerateRequest, TokenBlock } from "../../src/engine/engine";
import { drawToken, processLogits, type SamplingOptions } from "../../src/engine/sampling";
import { ConfigError, ShapeError } from "../../src/errors";
import { RandomSource } from "../../src/random";
import { OracleLlama, placeOnTape } from "../oracle/llama";
import { type Scalar, Tape } from "../oracle/tape";
import { frozen, generateRows } from "./driving";
import { ENGINES } from "./engines";
import { MODELS, randomWeights, toFloat64 } from "./fixtures";

const config = MODELS["odd sizes, grouped queries"] as NonNullable<(typeof MODELS)[string]>;
const weights = randomWeights(config, 41);
const PAD = 2;
const PROMPT = 4;

const prompts = {
  batch: 4,
  seq: PROMPT,
  ids: Int32Array.of(PAD, PAD, 5, 6, 7, 8, 9, 10, PAD, 11, 12, 3, PAD, PAD, PAD, 4),
  start: Int32Array.of(2, 0, 1, 3),
  end: new Int32Array(4).fill(PROMPT),
};
const plain: SamplingOptions = { doSample: true, temperature: 1, topK: 0, topP: 1, repetitionPenalty: 1, seed: 7, step: 3, rowOffset: 0 };

function request(changes: Partial<GenerateRequest> = {}, sampling: Partial<SamplingOptions> = {}): GenerateRequest {
  return {
    prompts,
    maxNewTokens: 7,
    sampling: { ...plain, ...sampling },
    stopTokenIds: [],
    padTokenId: PAD,
    tokensPerBlock: Number.POSITIVE_INFINITY,
    ...changes,
  };
}

/** Float64 logits of the next token after a row's real tokens. */
function oracleLogits(tokens: number[]): Float64Array {
  const tape = new Tape();
  const model = new OracleLlama(tape, config, placeOnTape(tape, toFloat64(weights)));
  const row = { batch: 1, seq: tokens.length, ids: Int32Array.from(tokens), start: Int32Array.of(0), end: Int32Array.of(tokens.length) };
  return Float64Array.from(model.logits(model.hiddenStates(row)[0]?.at(-1) as Scalar[]), (z) => tape.value(z));
}

/** Largest difference between engines that a test forgives: draws closer than this to a tie or boundary may differ. */
const CLOSE = 1e-4;

/** The token that the oracle's logits give, and whether it stays the same when they move by up to CLOSE. */
function oracleDraw(row: number, index: number, history: number[], options: SamplingOptions): { token: number; stable: boolean } {
  const real = history.slice(prompts.start[row]);
  const logits = oracleLogits(real);
  const source = new RandomSource(row, index);
  const draw = (noise: number) => {
    const moved = Float32Array.from(logits, (z) => z + noise * (2 * source.uniform() - 1));
    processLogits(moved, Int32Array.from(history), options);
    return drawToken(moved, row, index, options);
  };
  const token = draw(0);
  return { token, stable: Array.from({ length: 16 }, () => draw(CLOSE)).every((other) => other === token) };
}

const SAMPLINGS: readonly (readonly [string, Partial<SamplingOptions>])[] = [
  ["greedy", { doSample: false }],
  ["plain", {}],
  ["temperature and top-k", { temperature: 0.7, topK: 4 }],
  ["top-p", { topP: 0.7 }],
  ["repetition penalty with everything", { temperature: 1.3, topK: 9, topP: 0.9, repetitionPenalty: 1.4 }],
];

describe.each(ENGINES)("generate on %s", (_, create) => {
  let engine: Engine;
  let model: EngineModel;
  beforeAll(async () => {
    engine = await create();
    model = await frozen(engine, config, weights);
  });
  afterAll(() => engine.dispose());

  test.each(SAMPLINGS)("%s: every token is the oracle's", async (_, sampling) => {
    const asked = request({}, sampling);
    const rows = await generateRows(model, asked);
    let stableDraws = 0;
    for (const [row, tokens] of rows.entries()) {
      expect(tokens.length).toBe(7);
      const history = [...prompts.ids.subarray(row * PROMPT, (row + 1) * PROMPT)];
      for (const [index, token] of tokens.entries()) {
        const expected = oracleDraw(row, index, history, asked.sampling);
        if (expected.stable) {
          expect(token, `row ${row}, token ${index}`).toBe(expected.token);
          stableDraws++;
        }
        history.push(token);
      }
    }
    expect(stableDraws).toBeGreaterThanOrEqual(26);
  });

  test("blocks of 1, of 3 and the whole response give the same tokens", async () => {
    const whole = await generateRows(model, request());
    expect(await generateRows(model, request({ tokensPerBlock: 1 }))).toEqual(whole);
    const sizes: number[] = [];
    for await (const { count } of model.generate(request({ tokensPerBlock: 3 }))) sizes.push(count);
    expect(sizes).toEqual([3, 3, 1]);
    expect(await generateRows(model, request({ tokensPerBlock: 3 }))).toEqual(whole);
  });

  test("a stop token ends its row; PAD follows, other rows go on as before", async () => {
    const free = await generateRows(model, request());
    const stopTokenIds = [free[0]?.[2] as number, free[1]?.[4] as number];
    const stopped = await generateRows(model, request({ stopTokenIds }));
    const expected = free.map((tokens) => {
      const stop = tokens.findIndex((token) => stopTokenIds.includes(token));
      return tokens.map((token, index) => (stop >= 0 && index > stop ? PAD : token));
    });
    const length = Math.max(...expected.map((tokens) => tokens.findLastIndex((token) => token !== PAD) + 1));
    expect(expected).not.toEqual(free);
    for (const [row, tokens] of stopped.entries()) {
      expect(tokens.slice(0, length)).toEqual(expected[row]?.slice(0, length));
      expect(tokens.slice(length).every((token) => token === PAD)).toBe(true);
    }
  });

  test("generation ends as soon as every row has", async () => {
    const everyToken = Array.from({ length: config.vocabSize }, (_, id) => id);
    const blocks: TokenBlock[] = [];
    for await (const block of model.generate(request({ stopTokenIds: everyToken, tokensPerBlock: 2 }))) blocks.push(block);
    expect(blocks.map(({ first, count, tokens }) => [first, count, tokens.length])).toEqual([[0, 1, 4]]);
  });

  test("a row alone, with its offset, draws what it drew in the batch; seed and step change the draws", async () => {
    const whole = await generateRows(model, request());
    const alone = { batch: 1, seq: PROMPT, ids: prompts.ids.slice(4, 8), start: Int32Array.of(0), end: Int32Array.of(PROMPT) };
    expect(await generateRows(model, request({ prompts: alone }, { rowOffset: 1 }))).toEqual([whole[1]]);
    expect(await generateRows(model, request({}, { seed: 8 }))).not.toEqual(whole);
    expect(await generateRows(model, request({}, { step: 4 }))).not.toEqual(whole);
  });

  test("a consumer that leaves early leaves nothing behind", async () => {
    for await (const _ of model.generate(request({ tokensPerBlock: 1 }))) break;
    const before = engine.memoryInUse();
    for (let round = 0; round < 5; round++) for await (const _ of model.generate(request({ tokensPerBlock: 1 }))) break;
    expect(engine.memoryInUse()).toBe(before);
  });

  test("bad requests are refused", async () => {
    const rightPadded = { ...prompts, end: Int32Array.of(PROMPT, PROMPT - 1, PROMPT, PROMPT) };
    await expect(generateRows(model, request({ prompts: rightPadded }))).rejects.toThrow(ShapeError);
    await expect(generateRows(model, request({ prompts: { ...prompts, ids: prompts.ids.with(5, 13) } }))).rejects.toThrow(ShapeError);
    await expect(generateRows(model, request({ maxNewTokens: 61 }))).rejects.toThrow(ConfigError);
  });
});
