// What users ask in this scenario: sums of two or three numbers and the larger or smaller of them, in several phrasings.
// Whole sets of operands are held out, in every order, kind and phrasing.

import { hashKey } from "../../random";
import type { ScenarioPrompt } from "../scenario";
import { carriesOf, type Problem, readProblem } from "./problem";

/** Largest operand of two, and of three: sums stay below 200 and 100. */
const LARGEST_OF_TWO = 99;
const LARGEST_OF_THREE = 33;
/** Operand sets fall into so many buckets; one is held out, one more is kept for hard prompts. */
const BUCKETS = 16;
const HELDOUT_BUCKET = 0;
const HARD_BUCKET = 1;
const COMPARISONS = ["largest", "smallest"] as const;

type Phrasing = (problem: Problem) => string;

/** "31 or 13", "31, 13 or 40" */
const listed = (operands: readonly number[], word: string): string => `${operands.slice(0, -1).join(", ")} ${word} ${operands.at(-1)}`;
const plus = ({ operands }: Problem): string => operands.join(" + ");
const and = ({ operands }: Problem): string => listed(operands, "and");
const or = ({ operands }: Problem): string => listed(operands, "or");
/** The comparative for two operands, the superlative for three. */
const which = ({ kind, operands }: Problem): string => (operands.length > 2 ? kind : kind === "largest" ? "larger" : "smaller");

const SUM_PHRASINGS: readonly Phrasing[] = [
  (problem) => `what is ${plus(problem)}?`,
  (problem) => `${plus(problem)} = ?`,
  (problem) => `how much is ${plus(problem)}?`,
  (problem) => `add ${and(problem)}.`,
  (problem) => `what do ${and(problem)} make?`,
  (problem) => `please work out ${plus(problem)}.`,
];
const COMPARISON_PHRASINGS: readonly Phrasing[] = [
  (problem) => `which is ${which(problem)}, ${or(problem)}?`,
  (problem) => `what is the ${which(problem)} of ${and(problem)}?`,
  (problem) => `${or(problem)}: which is ${which(problem)}?`,
  (problem) => `tell me the ${which(problem)} of ${and(problem)}.`,
];

/** Operand sets in ascending order inside: all pairs of 1..99, all triples of 1..33. */
function operandSets(): number[][] {
  const sets: number[][] = [];
  for (let a = 1; a <= LARGEST_OF_TWO; a++) for (let b = a; b <= LARGEST_OF_TWO; b++) sets.push([a, b]);
  for (let a = 1; a <= LARGEST_OF_THREE; a++)
    for (let b = a; b <= LARGEST_OF_THREE; b++) for (let c = b; c <= LARGEST_OF_THREE; c++) sets.push([a, b, c]);
  return sets;
}

const bucketOf = (set: readonly number[]): number => hashKey(...set) % BUCKETS;

/** The order of a set that `turn` picks; every turn of a set below its length is another one. */
const ordered = (set: readonly number[], turn: number): number[] => set.map((_, i) => set[(i + turn) % set.length] as number);

/** The problems of one operand set: pairs are added in both orders and compared both ways, triples added and some compared. */
function problemsOf(set: readonly number[]): Problem[] {
  const hash = hashKey(...set, set.length);
  const pair = set.length === 2;
  const distinct = new Set(set).size === set.length;
  const sums = pair && distinct ? [0, 1] : [hash % set.length];
  const comparisons = !distinct ? [] : pair ? COMPARISONS : hash & 16 ? [COMPARISONS[(hash >>> 5) & 1] ?? "largest"] : [];
  return [
    ...sums.map((turn): Problem => ({ kind: "sum", operands: ordered(set, turn) })),
    ...comparisons.map((kind, i): Problem => ({ kind, operands: ordered(set, ((hash >>> 8) + i) % set.length) })),
  ];
}

/** The problem as a user words it, one phrasing each, picked by its operands. */
function worded(problem: Problem): string {
  const phrasings = problem.kind === "sum" ? SUM_PHRASINGS : COMPARISON_PHRASINGS;
  return (phrasings[hashKey(...problem.operands, problem.kind.length, 7) % phrasings.length] as Phrasing)(problem);
}

/** Prompts of the operand sets in some buckets, in an order that is fixed and looks random, so any first n cover all kinds. */
function promptsOf(wanted: (bucket: number) => boolean): ScenarioPrompt[] {
  return operandSets()
    .filter((set) => wanted(bucketOf(set)))
    .flatMap(problemsOf)
    .map((problem) => ({ text: worded(problem), key: hashKey(...problem.operands, problem.kind.length) }))
    .sort((a, b) => a.key - b.key)
    .map(({ text }) => ({ text }));
}

/** Prompts for supervised training and PPO. */
export function trainPrompts(): ScenarioPrompt[] {
  return promptsOf((bucket) => bucket !== HELDOUT_BUCKET && bucket !== HARD_BUCKET);
}

/** Prompts about operands that training never sees together. */
export function heldoutPrompts(): ScenarioPrompt[] {
  return promptsOf((bucket) => bucket === HELDOUT_BUCKET);
}

/** Prompts about other unseen operands, and hard: two carries, three operands that carry two, numbers close together or mirrored. */
export function hardPrompts(): ScenarioPrompt[] {
  return promptsOf((bucket) => bucket === HARD_BUCKET).filter(({ text }) => isHard(readProblem(text) as Problem));
}

function isHard({ kind, operands }: Problem): boolean {
  if (kind === "sum") {
    const carries = carriesOf(operands);
    return carries.some((carry) => carry > 1) || carries.filter((carry) => carry > 0).length > 1;
  }
  const [a = 0, b = 0] = [...operands].sort((x, y) => y - x);
  const mirrored = (a % 10) * 10 + Math.floor(a / 10) === b;
  return mirrored || a - b <= 2;
}

/** Every word that a prompt can hold, marks and numbers split off. */
export function promptWords(): string[] {
  const problems = (["sum", ...COMPARISONS] as const).flatMap((kind): Problem[] => [
    { kind, operands: [1, 2] },
    { kind, operands: [1, 2, 3] },
  ]);
  const texts = problems.flatMap((problem) =>
    (problem.kind === "sum" ? SUM_PHRASINGS : COMPARISON_PHRASINGS).map((phrasing) => phrasing(problem)),
  );
  return [...new Set(texts.flatMap((text) => text.match(/[a-z]+/g) ?? []))].sort();
}
