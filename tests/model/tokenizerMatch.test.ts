// Tokenizers side by side: equal ones have no differences, others are named.

import { expect, it } from "vitest";
import type { Tokenizer } from "../../src/model/tokenizer";
import { tokenizerDifferences } from "../../src/model/tokenizerMatch";
import { tinyTokenizer } from "../ppo/tinyRun";

const differences = (changes: Partial<Tokenizer>) => tokenizerDifferences(tinyTokenizer, { ...tinyTokenizer, ...changes });

it("finds none between equal tokenizers, whatever the order of stop ids", () => {
  expect(differences({})).toEqual([]);
  const stops = { ...tinyTokenizer, stopTokenIds: [1, 5] };
  expect(tokenizerDifferences(stops, { ...stops, stopTokenIds: [5, 1] })).toEqual([]);
});

it.each<[Partial<Tokenizer>, string]>([
  [{ vocabSize: 12 }, "vocabulary size 20 and 12"],
  [{ bosTokenId: null }, "BOS id 0 and null"],
  [{ eosTokenId: 2 }, "EOS id 1 and 2"],
  [{ padTokenId: 1 }, "PAD id 2 and 1"],
  [{ stopTokenIds: [1, 10, 9] }, "stop ids 1 and 1, 9, 10"],
  [{ tokenText: (id) => (id === 7 ? "seven" : `${id} `) }, 'token 7 "7 " and "seven"'],
])("names what differs: %j", (changes, difference) => expect(differences(changes)).toEqual([difference]));

it("shows three tokens and counts the rest", () => {
  const shifted = differences({ tokenText: (id) => `${id + 1} ` });
  expect(shifted.length).toBe(4);
  expect(shifted.at(-1)).toBe("17 more tokens");
});
