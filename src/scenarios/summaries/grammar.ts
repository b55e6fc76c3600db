// The rules of the summary language: one sentence about an event, plain or padded with empty phrases and repetition.

import type { Alternative, Grammar } from "../grammar";
import { FACT_KINDS, FACTS } from "./lexicon";

type Options = Omit<Alternative, "weight" | "parts">;

/** Longest summary in words; with EOS it fills 28 new tokens. */
const MAX_WORDS = 27;

const rules = new Map<string, Alternative[]>();
const define = (symbol: string, ...alternatives: Alternative[]): void => {
  rules.set(symbol, alternatives);
};
/** `phrase` is split at spaces: words and `<symbols>`. */
const alt = (weight: number, phrase: string, options: Options = {}): Alternative => ({
  weight,
  parts: phrase === "" ? [] : phrase.split(" "),
  ...options,
});

// One symbol per kind of fact; the topic of an alternative is the word that names the fact.
for (const kind of FACT_KINDS) define(kind, ...[...FACTS[kind]].map(([word, phrase]) => alt(1, phrase, { topic: word })));

define("subject", alt(82, "<who>"), alt(18, "somebody"));
define("object", alt(78, "<thing>"), alt(22, "something"));
define("act", alt(1, "<subject> <did> <object>"));
define(
  "core",
  alt(20, "<act> <where> <when>"),
  alt(10, "<act> <when> <where>"),
  alt(8, "<when> , <act> <where>"),
  alt(7, "<where> , <act> <when>"),
  alt(14, "<act> <where>"),
  alt(5, "<where> , <act>"),
  alt(14, "<act> <when>"),
  alt(7, "<when> , <act>"),
  alt(15, "<act>"),
);

define(
  "thatOpening",
  alt(1, "it should be said that"),
  alt(1, "it is worth noting that"),
  alt(1, "we can safely say that"),
  alt(1, "the note tells us that"),
);
define(
  "commaOpening",
  alt(1, "in short ,"),
  alt(1, "as far as we know ,"),
  alt(1, "to put it simply ,"),
  alt(1, "all things considered ,"),
);
define("opening", alt(46, ""), alt(18, "<thatOpening>"), alt(16, "<commaOpening>"), alt(16, "<commaOpening> <thatOpening>"));

define(
  "closing",
  alt(3, ", as the note says"),
  alt(3, ", which is good to know"),
  alt(2, ", and that is all there is to it"),
  alt(2, ", and it really was <who>"),
  alt(2, ", and it was <where>"),
  alt(2, ", and it was <when>"),
  alt(2, ", yes , <thing>"),
);
define("closings", alt(42, ""), alt(27, "<closing>"), alt(17, "<closing> <closing>"), alt(10, "<closing> <closing> <closing>"));

define("summary", alt(1, "<opening> <core> <closings> ."));

export const SUMMARY_GRAMMAR: Grammar = { rules, start: "summary", maxWords: MAX_WORDS };
