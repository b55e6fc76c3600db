// How answers are worded: a number to the text of an answer and back, and talk that answers nothing.

import { numbersIn, type Problem } from "./problem";

/** Shapes of an answer for every kind of problem; `#` stands for the number. The bare number is the most usual one. */
const ANSWER_SHAPES = ["#", "#", "#", "#.", "it is #.", "it is #.", "the answer is #."] as const;
/** Shapes that only fit the kind. */
const KIND_SHAPES: { readonly [K in Problem["kind"]]: readonly string[] } = {
  sum: ["that makes #."],
  largest: ["# is more."],
  smallest: ["# is less."],
};

/** What somebody says who does not want to work it out. */
export const TALK = ["i am not sure.", "let me think.", "that is hard."] as const;

export function answerShapes(kind: Problem["kind"]): readonly string[] {
  return [...ANSWER_SHAPES, ...KIND_SHAPES[kind]];
}

const SHAPES: ReadonlySet<string> = new Set([...ANSWER_SHAPES, ...Object.values(KIND_SHAPES).flat()]);

/** The number that a well-formed answer gives: exactly one, without leading zeros, in one of the shapes; else null. */
export function readAnswer(text: string): number | null {
  if (!SHAPES.has(skeletonOf(text))) return null;
  const [digits = ""] = text.match(/\d+/) ?? [];
  return digits.length > 1 && digits.startsWith("0") ? null : (numbersIn(digits)[0] ?? null);
}

/** An answer with its numbers masked. */
export function skeletonOf(responseText: string): string {
  return responseText.replace(/\d+/g, "#");
}

/** Every word of answers and talk, marks and numbers split off. */
export function answerWords(): string[] {
  return [...SHAPES, ...TALK].flatMap((text) => text.match(/[a-z]+/g) ?? []);
}
