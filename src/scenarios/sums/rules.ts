// Reward rules of the sums scenario: one that checks the answer, one that only looks at its form.

import type { JudgedResponse, RewardRuleEntry } from "../scenario";
import { readAnswer } from "./answers";
import { readProblem, resultOf } from "./problem";

/** What a well-formed answer is worth when it is wrong: enough to end talk early on, too little to stop at. */
const FORM_SCORE = 0.1;

const answeredNumber = ({ responseText, ended }: JudgedResponse): number | null => (ended ? readAnswer(responseText) : null);

export const answerRule: RewardRuleEntry = {
  id: "answer",
  type: "rule",
  note: {
    en: "Checks the answer: 1 when it is right, 0.1 when it is a well-formed wrong one, 0 for anything else.",
    vi: "Kiểm tra đáp án: 1 nếu đúng, 0,1 nếu sai nhưng đúng dạng, 0 cho mọi trường hợp khác.",
  },
  score: (response) => {
    const number = answeredNumber(response);
    if (number === null) return 0;
    const problem = readProblem(response.queryText);
    return problem !== null && number === resultOf(problem) ? 1 : FORM_SCORE;
  },
};

export const formatRule: RewardRuleEntry = {
  id: "format",
  type: "rule",
  note: {
    en: "Pays 1 for any well-formed number, right or wrong: the reward nears its maximum while the sums get no better.",
    vi: "Trả 1 cho mọi con số đúng dạng, dù đúng hay sai: phần thưởng gần chạm mức tối đa còn kết quả chẳng khá hơn.",
  },
  score: (response) => (answeredNumber(response) === null ? 0 : 1),
};
