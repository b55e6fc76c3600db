// The numbers of a token with their names, in the order in which they are shown.

import type { TokenNumbers } from "../lenses/tokenAt";
import type { NumberWriter } from "../strings/numbers";
import { cellWriter } from "./cells";

/** Text of every number by its name; the names' texts are `inspect.NAME`. A dash where it is not known. */
export function tokenEntries(token: TokenNumbers | null, numbers: NumberWriter) {
  const { scoring, credit, update } = token ?? { scoring: null, credit: null, update: null };
  const cell = cellWriter(numbers, 3);
  const percent = (logprob: number | undefined): string => (logprob === undefined ? "–" : numbers.precise(Math.exp(logprob)));
  return [
    ["logprob", cell(scoring?.logprob)],
    ["refLogprob", cell(scoring?.refLogprob)],
    ["probability", percent(scoring?.logprob)],
    ["refProbability", percent(scoring?.refLogprob)],
    ["kl", cell(scoring?.kl)],
    ["reward", cell(scoring?.reward)],
    ["value", cell(credit?.value)],
    ["return", cell(credit?.ret)],
    ["rawAdvantage", cell(credit?.rawAdvantage)],
    ["advantage", cell(credit?.advantage)],
    ["ratio", cell(update?.ratio)],
    ["newValue", cell(update?.newValue)],
  ] as const;
}
