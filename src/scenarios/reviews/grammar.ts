// The rules of the review language: short film reviews of one or two sentences, warm, cold or in between.

import type { Alternative, Grammar } from "../grammar";
import { ADJECTIVES, ATTITUDES, DEGREES, EFFECTS, FILMS, TOPICS, VERDICTS, type JudgingWords } from "./lexicon";

const MOODS = ["warm", "cold", "mild"] as const;
const NUMBERS = ["singular", "plural"] as const;
type Options = Omit<Alternative, "weight" | "parts">;

/** Longest review in words; with EOS it fills 24 new tokens. */
const MAX_WORDS = 23;

const rules = new Map<string, Alternative[]>();
const define = (symbol: string, ...alternatives: Alternative[]): void => {
  rules.set(symbol, alternatives);
};
/** `phrase` is split at spaces: words and `<symbols>`. */
const alt = (weight: number, phrase: string, options: Options = {}): Alternative => ({ weight, parts: phrase.split(" "), ...options });
const oneOf = (words: readonly string[], options: Options = {}): Alternative[] => words.map((word) => alt(1, word, options));

// Words ------------------------------------------------------------------------------------------------------------------

for (const [name, { polarity, consonant, vowel }] of Object.entries<JudgingWords>(ADJECTIVES)) {
  define(`${name}.consonant`, ...oneOf(consonant, { polarity }));
  define(`${name}.vowel`, ...oneOf(vowel, { polarity }));
  define(name, alt(consonant.length, `<${name}.consonant>`), alt(vowel.length, `<${name}.vowel>`));
  define(`a.${name}`, alt(consonant.length, `a <${name}.consonant>`), alt(vowel.length, `an <${name}.vowel>`));
}
for (const [strength, { polarity, words }] of Object.entries(ATTITUDES)) define(`attitude.${strength}`, ...oneOf(words, { polarity }));
for (const [strength, { polarity, words }] of Object.entries(EFFECTS)) define(`effect.${strength}`, ...oneOf(words, { polarity }));
for (const kind of ["attitude", "effect"] as const) {
  define(`${kind}.warmAny`, alt(2, `<${kind}.strongWarm>`), alt(3, `<${kind}.warm>`));
  define(`${kind}.coldAny`, alt(2, `<${kind}.strongCold>`), alt(3, `<${kind}.cold>`));
}
for (const [mood, { polarity, consonant }] of Object.entries(VERDICTS)) define(`verdict.${mood}`, ...oneOf(consonant, { polarity }));
for (const [kind, words] of Object.entries(DEGREES)) define(`degree.${kind}`, ...oneOf(words));
for (const [kind, topics] of Object.entries(TOPICS)) define(`topic.${kind}`, ...topics.map((topic) => alt(1, topic, { topic })));
define("topic.singular", alt(5, "<topic.countable>"), alt(9, "<topic.mass>"));
define("film", ...oneOf(FILMS));

// Noun phrases, with number agreement --------------------------------------------------------------------------------------

for (const number of NUMBERS)
  define(
    `np.${number}`,
    alt(6, `the <topic.${number}>`),
    alt(2, `the <topic.${number}> in this <film>`),
    alt(1, `the <topic.${number}> of this <film>`),
  );
define("np", alt(14, "<np.singular>"), alt(6, "<np.plural>"));
define("be.singular", alt(1, "is"), alt(1, "was"));
define("be.plural", alt(1, "are"), alt(1, "were"));
define("seem.singular", alt(1, "feels"), alt(1, "felt"), alt(1, "seems"), alt(1, "seemed"));
define("seem.plural", alt(1, "feel"), alt(1, "felt"), alt(1, "seem"), alt(1, "seemed"));
define("it.singular", alt(1, "it"));
define("it.plural", alt(1, "they"));

// Adjective phrases: what something is ---------------------------------------------------------------------------------------

define(
  "ap.warm",
  alt(5, "<warm>"),
  alt(3, "<strongWarm>"),
  alt(3, "<degree.graded> <warm>", { scale: 1.1 }),
  alt(2, "<degree.extreme> <strongWarm>"),
  alt(1, "<warm.consonant> and <warm.vowel>"),
  alt(1, "<warm.vowel> and <warm.consonant>"),
  alt(1, "both <warm> and <strongWarm>"),
  alt(1, "never <cold>", { scale: -1 }),
  alt(1, "anything but <cold>", { scale: -1 }),
  alt(1, "far from <cold>", { scale: -0.9 }),
);
define(
  "ap.cold",
  alt(5, "<cold>"),
  alt(3, "<strongCold>"),
  alt(3, "<degree.graded> <cold>", { scale: 1.1 }),
  alt(2, "<degree.extreme> <strongCold>"),
  alt(1, "<cold.consonant> and <cold.vowel>"),
  alt(1, "<cold.vowel> and <cold.consonant>"),
  alt(1, "both <cold> and <strongCold>"),
  alt(1, "never <warm>", { scale: -1 }),
  alt(1, "anything but <warm>", { scale: -1 }),
  alt(1, "not <warm> at all", { scale: -0.9 }),
);
define(
  "ap.mild",
  alt(3, "<mildWarm>"),
  alt(2, "<degree.soft> <mildWarm>", { scale: 0.8 }),
  alt(3, "<mildCold>"),
  alt(2, "a bit <mildCold>", { scale: 0.8 }),
  alt(2, "<neutral>"),
  alt(1, "<degree.soft> <neutral>"),
  alt(1, "<mildWarm> but <mildCold>"),
  alt(1, "neither <warm> nor <cold>"),
);

// Clauses about a topic, by mood -------------------------------------------------------------------------------------------------

for (const number of NUMBERS) {
  const s = number === "singular" ? "s" : "";
  for (const mood of MOODS)
    define(
      `is.${mood}.${number}`,
      alt(5, `<np.${number}> <be.${number}> <ap.${mood}>`),
      alt(3, `<np.${number}> <seem.${number}> <ap.${mood}>`),
      alt(1, `i found <np.${number}> <ap.${mood}>`),
    );
  define(
    `does.warm.${number}`,
    alt(3, `<np.${number}> <effect.warmAny> me`),
    alt(1, `<np.${number}> deserve${s} a prize`, { polarity: 0.9 }),
    alt(1, `<np.${number}> lifted every scene`, { polarity: 0.9 }),
    alt(1, `<np.${number}> <be.${number}> a pleasure`, { polarity: 0.9 }),
    alt(1, `<np.${number}> <be.${number}> better than i expected`, { polarity: 0.7 }),
    alt(1, `<np.${number}> stayed with me for days`, { polarity: 0.8 }),
  );
  define(
    `does.cold.${number}`,
    alt(3, `<np.${number}> <effect.coldAny> me`),
    alt(1, `<np.${number}> deserve${s} no prize`, { polarity: -0.7 }),
    alt(1, `<np.${number}> ruined every scene`, { polarity: -0.9 }),
    alt(1, `<np.${number}> <be.${number}> a torture`, { polarity: -1 }),
    alt(1, `<np.${number}> <be.${number}> worse than i feared`, { polarity: -0.8 }),
    alt(1, `<np.${number}> left me cold`, { polarity: -0.8 }),
  );
  define(
    `does.mild.${number}`,
    alt(2, `<np.${number}> <be.${number}> what you would expect`, { polarity: 0 }),
    alt(1, `<np.${number}> could have been better`, { polarity: -0.4 }),
    alt(1, `<np.${number}> could have been worse`, { polarity: 0.2 }),
    alt(1, `<np.${number}> did the job`, { polarity: 0.3 }),
  );
}
define(
  "i.warm",
  alt(4, "i <attitude.warmAny> <np>"),
  alt(2, "i really <attitude.warmAny> <np>", { scale: 1.1 }),
  alt(1, "i could not get enough of <np>", { polarity: 0.9 }),
  alt(1, "i have nothing but praise for <np>", { polarity: 0.9 }),
  alt(1, "there is something <warm> about <np>"),
  alt(1, "there is something <strongWarm> about <np>"),
  alt(1, "everyone will love <np>", { polarity: 0.9 }),
);
define(
  "i.cold",
  alt(4, "i <attitude.coldAny> <np>"),
  alt(2, "i really <attitude.coldAny> <np>", { scale: 1.1 }),
  alt(1, "i could not stand <np>", { polarity: -0.9 }),
  alt(1, "i have no kind word for <np>", { polarity: -0.9 }),
  alt(1, "there is nothing <warm> about <np>", { scale: -0.9 }),
  alt(1, "there is something <cold> about <np>"),
  alt(1, "there is something <strongCold> about <np>"),
  alt(1, "nobody will love <np>", { polarity: -0.8 }),
);
define(
  "i.mild",
  alt(2, "i did not mind <np>", { polarity: 0.2 }),
  alt(1, "i forgot <np> quickly", { polarity: -0.4 }),
  alt(1, "i have no opinion about <np>", { polarity: 0 }),
  alt(1, "there is nothing new about <np>", { polarity: -0.3 }),
);
for (const mood of MOODS)
  define(
    `clause.${mood}`,
    alt(9, `<is.${mood}.singular>`),
    alt(4, `<is.${mood}.plural>`),
    alt(4, `<does.${mood}.singular>`),
    alt(2, `<does.${mood}.plural>`),
    alt(5, `<i.${mood}>`),
  );

// Sentences -------------------------------------------------------------------------------------------------------------------------

define("opener", ...["honestly", "overall", "frankly", "in short", "for me"].map((words) => alt(1, words)));
define("contrast", alt(2, "but"), alt(1, "yet"));
for (const mood of ["warm", "cold"] as const) {
  const other = mood === "warm" ? "cold" : "warm";
  const strong = mood === "warm" ? "strongWarm" : "strongCold";
  define(
    `exclaim.${mood}`,
    alt(2, `what <a.${mood}> <topic.countable> !`),
    alt(1, `what <a.${strong}> <topic.countable> !`),
    alt(1, `such <${mood}> <topic.mass> !`),
    alt(1, `such <${strong}> <topic.mass> !`),
    alt(1, `such <${mood}> <topic.plural> !`),
    alt(1, `how <${mood}> <np.singular> <be.singular> !`),
  );
  define(
    `sentence.${mood}`,
    alt(12, `<clause.${mood}> .`),
    alt(4, `<opener> , <clause.${mood}> .`),
    alt(3, `<exclaim.${mood}>`),
    alt(2, `<clause.${mood}> and <clause.${mood}> .`),
    alt(2, `<clause.${other}> , <contrast> <clause.${mood}> .`, { mix: [0.3, 0.7] }),
    alt(1, `<clause.mild> , <contrast> <clause.${mood}> .`, { mix: [0.3, 0.7] }),
    ...NUMBERS.map((number) => alt(1, `i <attitude.${mood}Any> <np.${number}> because <it.${number}> <seem.${number}> <ap.${mood}> .`)),
  );
}
for (const mood of ["warm", "cold"] as const) define(`brief.${mood}`, alt(4, `<clause.${mood}> .`), alt(1, `<exclaim.${mood}>`));
define("brief.mild", alt(1, "<clause.mild> ."));
define(
  "sentence.mild",
  alt(6, "<clause.mild> ."),
  alt(2, "<opener> , <clause.mild> ."),
  alt(1, "<clause.mild> and <clause.mild> ."),
  alt(0.5, "<clause.warm> and <clause.cold> ."),
  alt(0.5, "<clause.cold> and <clause.warm> ."),
  alt(1, "<clause.warm> , <contrast> <clause.mild> ."),
  alt(1, "<clause.cold> , <contrast> <clause.mild> ."),
);
define(
  "closer.warm",
  alt(2, "i would watch it again .", { polarity: 0.8 }),
  alt(1, "i would gladly watch it twice .", { polarity: 0.9 }),
  alt(2, "this <film> is a <verdict.warm> ."),
  alt(2, "what a <verdict.warm> !"),
  alt(1, "go and see it .", { polarity: 0.8 }),
  alt(1, "time flew by .", { polarity: 0.8 }),
  alt(1, "i left with a smile .", { polarity: 0.9 }),
  alt(1, "five stars from me .", { polarity: 1 }),
  alt(1, "my friends <attitude.warmAny> it too ."),
);
define(
  "closer.cold",
  alt(2, "i would not watch it again .", { polarity: -0.8 }),
  alt(1, "i would rather watch paint dry .", { polarity: -0.9 }),
  alt(2, "this <film> is a <verdict.cold> ."),
  alt(2, "what a <verdict.cold> !"),
  alt(1, "stay at home .", { polarity: -0.8 }),
  alt(1, "i fell asleep .", { polarity: -0.8 }),
  alt(1, "i left with a headache .", { polarity: -0.9 }),
  alt(1, "one star from me .", { polarity: -1 }),
  alt(1, "my friends <attitude.coldAny> it too ."),
);
define(
  "closer.mild",
  alt(1, "three stars from me .", { polarity: 0 }),
  alt(1, "it is <mildWarm> for a quiet evening .", { scale: 0.8 }),
  alt(1, "i saw it on a rainy sunday ."),
  alt(1, "we watched it with friends ."),
);

/** Weight of a review by the moods of its two sentences: people mostly stay warm or cold. */
const pairWeight = (first: string, second: string, same: number): number => (first === second && first !== "mild" ? same : 1);

define(
  "review",
  alt(12, "<sentence.warm>"),
  alt(12, "<sentence.cold>"),
  alt(5, "<sentence.mild>"),
  ...MOODS.flatMap((first) =>
    MOODS.flatMap((second) => [
      alt(pairWeight(first, second, 14), `<sentence.${first}> <closer.${second}>`),
      alt(pairWeight(first, second, 11), `<sentence.${first}> <brief.${second}>`),
    ]),
  ),
);

export const REVIEW_GRAMMAR: Grammar = { rules, start: "review", maxWords: MAX_WORDS };
