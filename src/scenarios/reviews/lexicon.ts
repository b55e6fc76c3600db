// The words of the review language by class, with the judgement each one makes in [-1, 1].

/** Words of one strength of judgement. `vowel`: those that take "an". */
export interface JudgingWords {
  readonly polarity: number;
  readonly consonant: readonly string[];
  readonly vowel: readonly string[];
}

export const ADJECTIVES = {
  strongWarm: {
    polarity: 1,
    consonant: ["superb", "brilliant", "wonderful", "magnificent", "splendid", "stunning"],
    vowel: ["excellent", "amazing", "outstanding", "unforgettable"],
  },
  warm: {
    polarity: 0.85,
    consonant: [
      "good",
      "great",
      "lovely",
      "charming",
      "clever",
      "fresh",
      "lively",
      "moving",
      "rich",
      "sharp",
      "bold",
      "delightful",
      "graceful",
    ],
    vowel: ["elegant", "inventive", "engaging"],
  },
  mildWarm: { polarity: 0.5, consonant: ["pleasant", "decent", "fine", "solid"], vowel: ["agreeable"] },
  neutral: { polarity: 0, consonant: ["plain", "familiar", "standard"], vowel: ["ordinary", "average", "unremarkable"] },
  mildCold: { polarity: -0.5, consonant: ["slow", "thin", "flat", "stale", "shallow"], vowel: ["uneven"] },
  cold: {
    polarity: -0.85,
    consonant: ["bad", "dull", "weak", "poor", "clumsy", "cheap", "lazy", "messy", "bland", "lifeless", "tedious", "boring", "silly"],
    vowel: ["ugly", "empty", "irritating"],
  },
  strongCold: {
    polarity: -1,
    consonant: ["terrible", "horrible", "dreadful", "pathetic", "painful", "miserable"],
    vowel: ["awful", "atrocious", "unbearable", "abysmal"],
  },
} as const satisfies Record<string, JudgingWords>;

/** What someone does to a topic: "i ___ the music". */
export const ATTITUDES = {
  strongWarm: { polarity: 1, words: ["loved", "adored"] },
  warm: { polarity: 0.85, words: ["enjoyed", "liked", "admired"] },
  cold: { polarity: -0.85, words: ["disliked", "resented", "regretted"] },
  strongCold: { polarity: -1, words: ["hated", "loathed"] },
} as const;

/** What a topic does to someone: "the music ___ me". */
export const EFFECTS = {
  strongWarm: { polarity: 1, words: ["thrilled", "enchanted"] },
  warm: { polarity: 0.85, words: ["moved", "charmed", "delighted", "impressed"] },
  cold: { polarity: -0.85, words: ["bored", "annoyed", "disappointed", "tired"] },
  strongCold: { polarity: -1, words: ["horrified", "infuriated"] },
} as const;

/** What a whole film is: "this western is a ___". */
export const VERDICTS = {
  warm: { polarity: 0.9, consonant: ["treat", "joy", "gem", "triumph", "masterpiece"] },
  cold: { polarity: -0.9, consonant: ["mess", "bore", "failure", "chore", "disaster"] },
} as const;

/** Degree adverbs before graded adjectives, before extreme ones, and softening ones. */
export const DEGREES = {
  graded: ["very", "really", "truly", "so"],
  extreme: ["simply", "utterly", "absolutely", "truly"],
  soft: ["quite", "rather", "fairly"],
} as const;

/** What a review can be about. Countable nouns take "a", mass nouns do not. */
export const TOPICS = {
  countable: ["plot", "ending", "script", "opening", "story"],
  mass: ["acting", "music", "dialogue", "pacing", "camerawork", "lighting", "humour", "editing", "scenery"],
  plural: ["costumes", "effects", "jokes", "songs", "characters", "fights"],
} as const;

export const FILMS = [
  "western",
  "thriller",
  "comedy",
  "drama",
  "romance",
  "musical",
  "mystery",
  "cartoon",
  "documentary",
  "fantasy",
  "satire",
  "biopic",
  "remake",
  "sequel",
  "blockbuster",
  "farce",
] as const;

/** Judgement of every word that makes one by itself, by word. */
export const WORD_POLARITY: ReadonlyMap<string, number> = new Map([
  ...Object.values(ADJECTIVES).flatMap(({ polarity, consonant, vowel }) =>
    [...consonant, ...vowel].map((word) => [word, polarity] as const),
  ),
  ...[...Object.values(ATTITUDES), ...Object.values(EFFECTS)].flatMap(({ polarity, words }) =>
    words.map((word: string) => [word, polarity] as const),
  ),
  ...Object.values(VERDICTS).flatMap(({ polarity, consonant }) => consonant.map((word) => [word, polarity] as const)),
]);

/** Nouns, adjectives, judging verbs and degree adverbs: the words that a sentence's skeleton leaves out. */
export const CONTENT_WORDS: ReadonlySet<string> = new Set<string>([
  ...WORD_POLARITY.keys(),
  ...Object.values(DEGREES).flat(),
  ...Object.values(TOPICS).flat(),
  ...FILMS,
]);
