// The gold scorer: a problem and an answer in, whether it is one and whether it is right out. PPO never sees it.

import type { GoldVerdict, JudgedResponse } from "../scenario";
import { readAnswer } from "./answers";
import { numbersIn, readProblem, resultOf } from "./problem";

/**
 * gold = wellFormed x correct, each 0 or 1 and each in `parts`.
 * - `wellFormed`: the text is one of the scenario's answers and the model ended it with EOS.
 * - `correct`: the text names exactly one number, and it is the right one.
 */
export function judgeAnswer({ queryText, responseText, ended }: JudgedResponse): GoldVerdict {
  const problem = readProblem(queryText);
  const wellFormed = readAnswer(responseText) !== null && ended ? 1 : 0;
  const numbers = numbersIn(responseText);
  const correct = problem !== null && numbers.length === 1 && numbers[0] === resultOf(problem) ? 1 : 0;
  return { gold: wellFormed * correct, parts: { wellFormed, correct } };
}
