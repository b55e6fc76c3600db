// The word-level tokenizer of the review scenario as Hugging Face files: one token per word or punctuation mark.

import { wordsOf } from "../grammar";
import { REVIEW_GRAMMAR } from "./grammar";
import { promptWords } from "./prompts";

export const SPECIAL_TOKENS = {
  pad: "<|pad|>",
  unknown: "<|unk|>",
  begin: "<|begin|>",
  end: "<|endoftext|>",
  user: "<|user|>",
  endOfTurn: "<|end|>",
  assistant: "<|assistant|>",
} as const;

/** Jinja source; `renderChat` is the same for one user turn. */
const CHAT_TEMPLATE =
  "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}" +
  "{{ '<|user|>' + message['content'] + '<|end|>' }}" +
  "{% elif message['role'] == 'assistant' %}{{ '<|assistant|>' + message['content'] + eos_token }}{% endif %}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

/** One user turn and the assistant header, as the chat template renders it. */
export function renderChat(userText: string): string {
  const { begin, user, endOfTurn, assistant } = SPECIAL_TOKENS;
  return `${begin}${user}${userText}${endOfTurn}${assistant}`;
}

/** Special tokens first, then every word of prompts and reviews in alphabetical order. */
export function vocabulary(): string[] {
  return [...Object.values(SPECIAL_TOKENS), ...new Set([...promptWords(), ...wordsOf(REVIEW_GRAMMAR.rules)].sort())];
}

/** `tokenizer.json`: WordLevel model, split at spaces and punctuation. */
export function tokenizerJson(): object {
  const vocab = Object.fromEntries(vocabulary().map((token, id) => [token, id]));
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: Object.values(SPECIAL_TOKENS).map((content) => ({
      id: vocab[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [{ type: "WhitespaceSplit" }, { type: "Split", pattern: { Regex: "[.,!?]" }, behavior: "Isolated", invert: false }],
    },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: { type: "WordLevel", vocab, unk_token: SPECIAL_TOKENS.unknown },
  };
}

/** `tokenizer_config.json`. Every additional special token also stops a rollout, as in the reference (quirk Q19). */
export function tokenizerConfigJson(): object {
  const { pad, unknown, begin, end, user, endOfTurn, assistant } = SPECIAL_TOKENS;
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    add_bos_token: false,
    add_eos_token: false,
    bos_token: begin,
    eos_token: end,
    pad_token: pad,
    unk_token: unknown,
    additional_special_tokens: [user, endOfTurn, assistant],
    chat_template: CHAT_TEMPLATE,
    clean_up_tokenization_spaces: true,
    model_max_length: 64,
    padding_side: "left",
  };
}
