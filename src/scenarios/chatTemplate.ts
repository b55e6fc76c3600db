// The chat template of all scenarios: a user's words in, the prompt as the model reads it out; also as Hugging Face files want it.

import type { TemplateName } from "../config";

export const SPECIAL_TOKENS = {
  pad: "<|pad|>",
  unknown: "<|unk|>",
  begin: "<|begin|>",
  end: "<|endoftext|>",
  user: "<|user|>",
  endOfTurn: "<|end|>",
  assistant: "<|assistant|>",
} as const;

/** One turn of a conversation. Turns alternate, the user's first and last; one system text may stand before all. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** One user turn, ready for the assistant's answer. */
export function renderChat(userText: string, template: TemplateName): string {
  return renderMessages([{ role: "user", content: userText }], template);
}

/**
 * A conversation that ends with a user turn, ready for the assistant's answer. `noHeader` is what a truncation that cuts the tail
 * leaves (quirk Q21). A system text stands bare before the first user turn, and an answer closes with EOS, as LLaMA-Factory has it
 * for templates that say nothing else (data/template.py, `_encode`); `empty` closes nothing.
 */
export function renderMessages(messages: readonly ChatMessage[], template: TemplateName): string {
  const { begin, end, user, endOfTurn, assistant } = SPECIAL_TOKENS;
  if (template === "empty") return messages.map(({ content }) => content).join("");
  const turns = messages.map(({ role, content }) => {
    switch (role) {
      case "system":
        return content;
      case "user":
        return `${user}${content}${endOfTurn}`;
      case "assistant":
        return `${assistant}${content}${end}`;
    }
  });
  return `${begin}${turns.join("")}${template === "chat" ? assistant : ""}`;
}

/** Jinja source of `chat` for tokenizer_config.json. */
const CHAT_TEMPLATE =
  "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'system' %}{{ message['content'] }}" +
  "{% elif message['role'] == 'user' %}{{ '<|user|>' + message['content'] + '<|end|>' }}" +
  "{% elif message['role'] == 'assistant' %}{{ '<|assistant|>' + message['content'] + eos_token }}{% endif %}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

/** Entries of `added_tokens` in tokenizer.json; special tokens hold the first ids. */
export function addedTokens(): object[] {
  return Object.values(SPECIAL_TOKENS).map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
}

export interface TokenizerLimits {
  /** Tokens, prompt and response together. */
  readonly maxLength: number;
  /** Whether decoding removes spaces before punctuation. */
  readonly cleanUpSpaces: boolean;
}

/** `tokenizer_config.json`. Every additional special token also stops a rollout, as in the reference (quirk Q19). */
export function tokenizerConfigJson(limits: TokenizerLimits): object {
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
    clean_up_tokenization_spaces: limits.cleanUpSpaces,
    model_max_length: limits.maxLength,
    padding_side: "left",
  };
}
