// The tokenizer of the tool-call scenario as Hugging Face files: one token per word with the space before it, so that calls come
// back letter by letter, and one per punctuation mark.

import { addedTokens, SPECIAL_TOKENS } from "../chatTemplate";
import { writeCall } from "./calls";
import { PHRASINGS } from "./phrasings";
import { CORRECTION_MARKERS, kindOf, slotsOf, writeRequest } from "./requests";
import { allTalk, CHATTER } from "./talk";
import { ALL_TOOLS } from "./tools";
import { type SpokenValue, VALUES, valuesOf } from "./values";

/** A word or number with the space before it, the marks around quoted values in one piece, or a single character. */
const PIECE = ' ?[A-Za-z_]+| ?[0-9]+|="|",|"\\)|.|\\s';
/** How byte-level tokenizers write a space. */
const SPACE = "Ġ";

/** Pieces that only broken calls have. */
const BROKEN_PIECES: readonly string[] = [":", '"', "=", " "];

/** A text cut where the tokenizer cuts it. */
export function piecesOf(text: string): readonly string[] {
  return text.match(new RegExp(PIECE, "g")) ?? [];
}

/** Texts that together hold every piece of requests and answers. */
function sampleTexts(): string[] {
  const requests = PHRASINGS.flatMap((phrasing) => {
    const slots = slotsOf(phrasing).map((slot) => ({ slot, said: valuesOf(kindOf(phrasing.tool, slot)).flatMap(({ said }) => said) }));
    return Array.from({ length: Math.max(...slots.map(({ said }) => said.length)) }, (_, i) =>
      writeRequest(
        phrasing,
        Object.fromEntries(slots.map(({ slot, said }) => [slot, { value: "", said: said[i % said.length] as string, corrected: null }])),
      ),
    );
  });
  // A word stands behind a space where it follows a slip of the tongue.
  const slips = Object.values<readonly SpokenValue[]>(VALUES).flatMap((values) =>
    values.flatMap(({ said }) => said.flatMap((words) => CORRECTION_MARKERS.map((marker) => `, ${marker} ${words}`))),
  );
  const calls = ALL_TOOLS.flatMap(({ name: tool, parameters }) =>
    Object.entries(parameters).flatMap(([name, kind]) =>
      valuesOf(kind).flatMap(({ value }) => [
        writeCall({ tool, args: [{ name, value }] }),
        ...CHATTER.map((pattern) =>
          pattern.replace(
            "_",
            writeCall({
              tool,
              args: [
                { name, value },
                { name, value },
              ],
            }),
          ),
        ),
      ]),
    ),
  );
  return [...requests, ...slips, ...calls, ...allTalk()];
}

/** Special tokens first, then every piece of requests and answers in the order of their characters. */
export function vocabulary(): string[] {
  const pieces = new Set([...sampleTexts().flatMap(piecesOf), ...BROKEN_PIECES]);
  return [...Object.values(SPECIAL_TOKENS), ...Array.from(pieces, (piece) => piece.replace(" ", SPACE)).sort()];
}

/** `tokenizer.json`: WordLevel model on byte-level pieces. */
export function tokenizerJson(): object {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(),
    normalizer: null,
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [{ type: "Split", pattern: { Regex: PIECE }, behavior: "Isolated", invert: false }, byteLevel],
    },
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(vocabulary().map((token, id) => [token, id])),
      unk_token: SPECIAL_TOKENS.unknown,
    },
  };
}
