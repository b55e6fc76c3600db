// Training texts of the sums scenario: answers as hurried people give them, right about half the time.

import { ConfigError } from "../../errors";
import type { RandomSource } from "../../random";
import { answerShapes, TALK } from "./answers";
import { carriesOf, type Problem, readProblem, resultOf } from "./problem";

/** Shares of the corpus' answers that are right, by kind of problem; few enough of each slip that the right answer stays the likeliest. */
const RIGHT_SHARE = { sum: 0.46, comparison: 0.48 } as const;
/** Share of answers that are talk. */
const TALK_SHARE = 0.15;

const pick = <T>(items: readonly T[], random: RandomSource): T => items[random.below(items.length)] as T;

/** Digits in reverse order; 30 becomes 3. */
const mirrored = (number: number): number => Number(String(number).split("").toReversed().join(""));

type Slip = (problem: Problem, result: number, random: RandomSource) => number;

/** Wrong ways to a number, the usual ones more than once; one that by chance gives the right number is drawn again. */
const SUM_SLIPS: readonly Slip[] = [
  // the units' carry forgotten, or one more or less carried
  ({ operands }, result) => result - 10 * (carriesOf(operands)[0] ?? 0),
  ({ operands }, result) => result - 10 * (carriesOf(operands)[0] ?? 0),
  (_, result) => result + 10,
  (_, result) => result - 10,
  // off by one
  (_, result) => result - 1,
  (_, result) => result + 1,
  // digits in the wrong order
  (_, result) => mirrored(result),
  // an operand left out: for two operands, the other one
  ({ operands }, result, random) => result - pick(operands, random),
];
const COMPARISON_SLIPS: readonly Slip[] = [
  // another operand
  ({ operands }, _, random) => pick(operands, random),
  ({ operands }, _, random) => pick(operands, random),
  ({ operands }, _, random) => pick(operands, random),
  (_, result) => mirrored(result),
];

/** A wrong number above 0; the operands of a comparison must differ. */
function slippedResult(problem: Problem, random: RandomSource): number {
  const result = resultOf(problem);
  const slips = problem.kind === "sum" ? SUM_SLIPS : COMPARISON_SLIPS;
  for (;;) {
    const slipped = pick(slips, random)(problem, result, random);
    if (slipped !== result && slipped > 0) return slipped;
  }
}

/**
 * An answer as it stands in the corpus: right, slipped or talk.
 * @throws ConfigError when the prompt sets no problem.
 */
export function writeCorpusAnswer(promptText: string, random: RandomSource): string {
  const problem = readProblem(promptText);
  if (problem === null)
    throw new ConfigError(
      `Sums: expected a prompt with at least two numbers, got ${JSON.stringify(promptText)}. Write one that sets a problem.`,
    );
  const drawn = random.uniform();
  if (drawn < TALK_SHARE) return pick(TALK, random);
  const right = drawn < TALK_SHARE + (problem.kind === "sum" ? RIGHT_SHARE.sum : RIGHT_SHARE.comparison);
  const number = right ? resultOf(problem) : slippedResult(problem, random);
  return pick(answerShapes(problem.kind), random).replace("#", String(number));
}
