// Whole rendered texts to scores, as LLaMA-Factory's reward server makes them: tokenised anew, cut on the right, scored in one pass.

import type { Engine } from "../engine/engine";
import { ConfigError } from "../errors";
import { loadModelFolder, loadTokenizerFolder, type ReadFile } from "../model/modelFolder";
import { checkVocabulary, type Tokenizer } from "../model/tokenizer";
import { fullReward } from "../reward/fullReward";
import type { RewardModel, RewardSample } from "../reward/rewardModel";
import { ruleReward } from "../reward/ruleReward";
import { SPECIAL_TOKENS } from "../scenarios/chatTemplate";
import type { RewardEntry, Scenario } from "../scenarios/scenario";

/** Longest text in tokens where no model sets a limit (fact sheet 4.4). */
const DEFAULT_MAX_LENGTH = 1024;

export interface TextScorer {
  /**
   * One raw score per text, [texts].
   * @param maxLength tokens kept of each text; null or 0 for the scorer's own limit
   * @throws ConfigError when a text cannot be scored
   */
  score(texts: readonly string[], maxLength: number | null): Promise<Float32Array>;
  dispose(): void;
}

/**
 * @param rewardModel disposed with the scorer
 * @param positions longest row it can score
 * @param maxLength tokens kept when a request names no limit
 */
export function textScorer(rewardModel: RewardModel, tokenizer: Tokenizer, positions: number, maxLength: number): TextScorer {
  const split = splitter(tokenizer, rewardModel.kind === "rule");
  return {
    score: async (texts, limit) => {
      const kept = Math.min(limit || maxLength, positions);
      return rewardModel.score(texts.map((text, i) => split(tokenizer.encode(text).slice(0, kept), i)));
    },
    dispose: () => rewardModel.dispose(),
  };
}

/** A scenario's reward model of type `full` from its folder, or its rule on the text, ready to score. */
export async function loadTextScorer(
  scenario: Scenario,
  reward: RewardEntry,
  { engine, readFile, maxLength }: { readonly engine: Engine; readonly readFile: ReadFile; readonly maxLength: number | null },
): Promise<TextScorer> {
  switch (reward.type) {
    case "rule": {
      const tokenizer = await loadTokenizerFolder(readFile, scenario.policy);
      return textScorer(
        ruleReward(reward.score, tokenizer.eosTokenId),
        tokenizer,
        Number.POSITIVE_INFINITY,
        maxLength ?? DEFAULT_MAX_LENGTH,
      );
    }
    case "full": {
      const tokenizer = await loadTokenizerFolder(readFile, reward.folder);
      const { config, weights } = await loadModelFolder(readFile, reward.folder, { requireValueHead: true });
      checkVocabulary(tokenizer, config);
      const model = await engine.createModel({ label: "reward model", config, weights, trainable: null });
      const positions = config.maxPositionEmbeddings;
      return textScorer(fullReward(model, tokenizer.padTokenId), tokenizer, positions, maxLength ?? positions);
    }
    case "lora":
    case "oft":
      throw new ConfigError(
        `Reward server: expected a reward model of type full or rule, got ${reward.id} of type ${reward.type}. Choose another --reward.`,
      );
  }
}

/**
 * Splits a text's ids behind the last assistant header that something follows. A network reads both halves joined, so only a rule
 * needs the header.
 */
function splitter(tokenizer: Tokenizer, headerNeeded: boolean): (ids: Int32Array, index: number) => RewardSample {
  const [header, ...rest] = tokenizer.encode(SPECIAL_TOKENS.assistant);
  if (headerNeeded && (header === undefined || rest.length > 0))
    throw new ConfigError(
      `Reward server: expected a tokenizer with the special token ${SPECIAL_TOKENS.assistant}, but it has none. Choose another --reward.`,
    );
  return (ids, index) => {
    if (ids.length === 0) throw new ConfigError(`Message ${index}: expected at least one token, got none. Send no empty texts.`);
    const end = header === undefined || rest.length > 0 || ids.length < 2 ? 0 : ids.lastIndexOf(header, ids.length - 2) + 1;
    if (headerNeeded && end === 0)
      throw new ConfigError(
        `Message ${index}: expected the assistant header ${SPECIAL_TOKENS.assistant} before the response, because a rule scores the response. Render prompts with the template chat.`,
      );
    const query = ids.slice(0, end);
    const response = ids.slice(end);
    return {
      query,
      response,
      queryText: tokenizer.decode(query, { skipSpecialTokens: false }),
      responseText: tokenizer.decode(response, { skipSpecialTokens: true }),
    };
  };
}
