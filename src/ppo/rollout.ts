// Rollout: prompts go in, the policy answers them in left-padded slices, token blocks and trimmed responses come out.

import type { EngineModel } from "../engine/engine";
import { leftPad } from "../engine/tokenBatch";
import type { LabConfig } from "../config";
import type { Tokenizer } from "../model/tokenizer";
import type { TokensEvent } from "../records";
import { trimQuery, trimResponse } from "./trimming";

/** Rows generated together where slicing cannot change a response. */
const ROWS_PER_SLICE = 128;

export interface RolloutInputs {
  readonly config: LabConfig;
  readonly step: number;
  readonly policy: EngineModel;
  readonly tokenizer: Tokenizer;
  /** Tokenised prompts of this PPO batch, unpadded. */
  readonly prompts: readonly Int32Array[];
  readonly tokensPerBlock: number;
}

export interface Rollout {
  readonly queries: readonly Int32Array[];
  readonly responses: readonly Int32Array[];
}

/**
 * Generates one response per prompt and yields every block of tokens on the way (fact sheet 3). Draws are keyed by
 * (seed, step, batch row, response index), so they do not depend on how rows are sliced.
 */
export async function* rollout(inputs: RolloutInputs): AsyncGenerator<TokensEvent, Rollout, void> {
  const { config, step, policy, tokenizer, prompts } = inputs;
  const { padTokenId, eosTokenId } = tokenizer;
  const stopTokenIds = [...new Set([eosTokenId, ...tokenizer.stopTokenIds])];
  const sliceRows = slicingMatters(config, tokenizer)
    ? config.perDeviceTrainBatchSize
    : Math.max(config.perDeviceTrainBatchSize, ROWS_PER_SLICE);
  const responses: Int32Array[] = [];
  for (let first = 0; first < prompts.length; first += sliceRows) {
    const slice = prompts.slice(first, first + sliceRows);
    const padded = leftPad(slice, padTokenId);
    const limit = responseLimit(config, padded.seq);
    const blocks = policy.generate({
      prompts: padded,
      maxNewTokens: limit,
      sampling: {
        doSample: config.doSample,
        temperature: config.temperature,
        topK: config.topK,
        topP: config.topP,
        repetitionPenalty: config.repetitionPenalty,
        seed: config.seed,
        step,
        rowOffset: first,
      },
      stopTokenIds,
      padTokenId,
      tokensPerBlock: inputs.tokensPerBlock,
    });
    const generated = slice.map(() => new Int32Array(limit).fill(padTokenId));
    let width = 0;
    for await (const { first: column, count, tokens } of blocks) {
      generated.forEach((row, i) => {
        row.set(tokens.subarray(i * count, (i + 1) * count), column);
      });
      width = column + count;
      yield { phase: "tokens", step, rowOffset: first, rows: slice.length, first: column, count, tokens };
    }
    for (const row of generated) responses.push(trimResponse(row.subarray(0, width), padTokenId, eosTokenId));
  }
  return { queries: prompts.map((prompt) => trimQuery(prompt, padTokenId)), responses };
}

/** Most new tokens after a padded prompt of so many columns; maxLength counts only without maxNewTokens (fact sheet 2.2). */
export function responseLimit({ maxNewTokens, maxLength }: LabConfig, promptColumns: number): number {
  return maxNewTokens > 0 ? maxNewTokens : maxLength - promptColumns;
}

/**
 * The reference generates minibatch by minibatch. That shows in three cases only: the repetition penalty sees the slice's left
 * pads, maxLength counts them, and with EOS = PAD another stop token gets an EOS appended when its slice ran on.
 */
function slicingMatters(config: LabConfig, tokenizer: Tokenizer): boolean {
  const otherStops = tokenizer.stopTokenIds.some((id) => id !== tokenizer.eosTokenId);
  return config.repetitionPenalty !== 1 || config.maxNewTokens === 0 || (tokenizer.padTokenId === tokenizer.eosTokenId && otherStops);
}
