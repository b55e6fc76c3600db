// Text of tokenizer.json and tokenizer_config.json to a tokenizer: text to ids, ids to text, and the special ids PPO needs.

import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import type { LlamaConfig } from "../engine/llamaConfig";
import { CheckpointError, ConfigError } from "../errors";
import { shownText, shownValue } from "../shownValue";
import { isJsonObject, parseJsonObject, type JsonObject } from "./jsonText";

export interface Tokenizer {
  /** Largest id + 1, added tokens included. */
  readonly vocabSize: number;
  readonly bosTokenId: number | null;
  readonly eosTokenId: number;
  /** The EOS id when the tokenizer has no PAD (fact sheet 1.1 step 2c). */
  readonly padTokenId: number;
  /** EOS and every additional special token (quirk Q19): each of them ends a response. */
  readonly stopTokenIds: readonly number[];
  /**
   * Ids of `text`. No special tokens are added; special tokens written in the text are recognised. A piece that is not in the
   * vocabulary becomes the unknown token; without one, byte-pair tokenizers leave it out, as Hugging Face does.
   * @throws ConfigError when a word-level tokenizer meets an unknown word and has no unknown token.
   */
  encode(text: string): Int32Array;
  /** Text of `ids`; ids that the vocabulary does not have are left out, as Hugging Face does. */
  decode(ids: ArrayLike<number>, options: { readonly skipSpecialTokens: boolean }): string;
  /** One token as people should see it: its vocabulary entry with the word-start mark as a space. */
  tokenText(id: number): string;
}

const MAX_TOKEN_ID = 1_048_575;
/** Old files may leave the type out; the library then tells it by the fields. */
const MODEL_TYPES: readonly unknown[] = ["BPE", "WordPiece", "Unigram", "WordLevel", undefined];
/** What LLaMA-Factory makes the EOS of a tokenizer that has none (fact sheet 1.1 step 2b). */
const DEFAULT_EOS = "<|endoftext|>";

/**
 * Builds the tokenizer of a Hugging Face model folder.
 * @throws CheckpointError when a file is damaged, or a special token is not in the vocabulary.
 */
export function loadTokenizer(tokenizerJson: string, tokenizerConfigJson: string): Tokenizer {
  const definition = parseJsonObject("tokenizer.json", tokenizerJson);
  const config = parseJsonObject("tokenizer_config.json", tokenizerConfigJson);
  const addedTokens = checkDefinition(definition);
  const additional = additionalSpecialTokens(config);
  const model = build(definition, addedTokens, { ...config, additional_special_tokens: additional });

  const idOf = (role: string, token: string): number => {
    const id = model.token_to_id(token);
    if (id === undefined)
      throw new CheckpointError(
        `tokenizer_config.json: the ${role} token ${shownValue(token)} is not in the vocabulary of tokenizer.json. Use files of one tokenizer.`,
      );
    return id;
  };
  const optionalId = (role: string, field: string): number | null => {
    const token = tokenContent(config[field]);
    return token === null ? null : idOf(role, token);
  };
  const eosTokenId = optionalId("EOS", "eos_token") ?? idOf("EOS", DEFAULT_EOS);
  return {
    vocabSize: [...model.get_vocab(true).values()].reduce((largest, id) => Math.max(largest, id), 0) + 1,
    bosTokenId: optionalId("BOS", "bos_token"),
    eosTokenId,
    padTokenId: optionalId("PAD", "pad_token") ?? eosTokenId,
    stopTokenIds: [...new Set([eosTokenId, ...additional.map((token) => idOf("additional special", token))])],
    encode: (text) => encode(model, text),
    decode: (ids, { skipSpecialTokens }) => {
      const known = Array.from(ids).filter((id) => model.id_to_token(id) !== undefined);
      return known.length === 0 ? "" : model.decode(known, { skip_special_tokens: skipSpecialTokens });
    },
    tokenText: (id) => model.id_to_token(id)?.replace(/^[Ġ▁]/, " ") ?? `<${id}>`,
  };
}

/**
 * Checks that every id the tokenizer can produce is a row of the model's embedding.
 * @throws ConfigError showing both sizes.
 */
export function checkVocabulary(tokenizer: Tokenizer, config: LlamaConfig): void {
  if (tokenizer.vocabSize > config.vocabSize)
    throw new ConfigError(
      `The tokenizer has ${tokenizer.vocabSize} tokens (ids 0 to ${tokenizer.vocabSize - 1}), but the model knows only ${config.vocabSize}. Use the tokenizer that belongs to the model.`,
    );
}

function damaged(detail: string): CheckpointError {
  return new CheckpointError(`tokenizer.json: ${detail}. Download or export the file again.`);
}

function checkId(token: string, id: unknown): void {
  if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id > MAX_TOKEN_ID)
    throw damaged(`expected an id from 0 to ${MAX_TOKEN_ID} for ${shownValue(token)}, got ${shownValue(id)}`);
}

/** Checks ids before anything is sized by them; returns the added tokens. */
function checkDefinition(definition: JsonObject): readonly JsonObject[] {
  const { model, added_tokens: added = [] } = definition;
  if (!isJsonObject(model)) throw damaged("expected an object under model");
  const { vocab, type } = model;
  if (!MODEL_TYPES.includes(type)) throw damaged(`expected a model of type BPE, WordPiece, Unigram or WordLevel, got ${shownValue(type)}`);
  if (Array.isArray(vocab)) {
    if (vocab.length === 0) throw damaged("the vocabulary is empty");
    checkPieces(vocab, model["unk_id"] ?? null);
  } else {
    if (!isJsonObject(vocab) || Object.keys(vocab).length === 0) throw damaged("expected a vocabulary under model.vocab");
    for (const [token, id] of Object.entries(vocab)) checkId(token, id);
  }
  if (!Array.isArray(added) || !added.every(isJsonObject)) throw damaged("expected a list of objects under added_tokens");
  for (const { id, content } of added) {
    if (typeof content !== "string" || content === "") throw damaged("an added token has no content");
    checkId(content, id);
  }
  return added;
}

/** A Unigram vocabulary: pieces with their log-probabilities, and the place of the unknown one. */
function checkPieces(pieces: readonly unknown[], unknown: unknown): void {
  const isPiece = (piece: unknown): boolean => Array.isArray(piece) && typeof piece[0] === "string" && typeof piece[1] === "number";
  const wrong = pieces.find((piece) => !isPiece(piece));
  if (wrong !== undefined) throw damaged(`expected pieces of a text and a number in the vocabulary, got ${shownValue(wrong)}`);
  if (unknown !== null && !(typeof unknown === "number" && Number.isInteger(unknown) && unknown >= 0 && unknown < pieces.length))
    throw damaged(`expected unk_id from 0 to ${pieces.length - 1}, got ${shownValue(unknown)}`);
}

function build(definition: JsonObject, addedTokens: readonly JsonObject[], config: JsonObject): HuggingFaceTokenizer {
  const parts = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  // The library reads a word-level model's unknown token from the settings, Hugging Face from the model.
  const { model } = definition;
  const unknown = isJsonObject(model) && model["type"] === "WordLevel" ? model["unk_token"] : tokenContent(config["unk_token"]);
  try {
    return new HuggingFaceTokenizer({ ...parts, ...definition, added_tokens: addedTokens }, { ...config, unk_token: unknown });
  } catch (error) {
    throw damaged(`this tokenizer cannot be built (${shownText(error instanceof Error ? error.message : String(error))})`);
  }
}

/** A special token is written as its text or as an object with `content`; null or absent when there is none. */
function tokenContent(value: unknown): string | null {
  const content = isJsonObject(value) ? value["content"] : value;
  return typeof content === "string" && content !== "" ? content : null;
}

/** transformers 5 calls the list `extra_special_tokens`. */
function additionalSpecialTokens(config: JsonObject): string[] {
  const list = config["additional_special_tokens"] ?? config["extra_special_tokens"] ?? [];
  return Array.isArray(list) ? list.map(tokenContent).filter((token) => token !== null) : [];
}

function encode(model: HuggingFaceTokenizer, text: string): Int32Array {
  const { ids, tokens } = model.encode(text, { add_special_tokens: false });
  const unknown = ids.findIndex((id) => !Number.isInteger(id));
  if (unknown >= 0)
    throw new ConfigError(
      `The tokenizer has no token for ${shownValue(tokens[unknown])} and no unknown token. Change the text or use another tokenizer.`,
    );
  return Int32Array.from(ids);
}
