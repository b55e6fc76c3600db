// A prompt's words to the problem it sets, and the problem to its answer.

/** What is asked of the operands; they are whole numbers from 0. */
export interface Problem {
  readonly kind: "sum" | "largest" | "smallest";
  /** In the order in which the prompt names them. */
  readonly operands: readonly number[];
}

/** Every number in a text, a run of digits each; longer runs than a number holds exactly count as infinite. */
export function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map((digits) => (digits.length > 15 ? Number.POSITIVE_INFINITY : Number(digits)));
}

/** The problem that a prompt (rendered or not) sets; null when it names fewer than two numbers. */
export function readProblem(queryText: string): Problem | null {
  const operands = numbersIn(queryText);
  if (operands.length < 2) return null;
  if (/larger|largest/.test(queryText)) return { kind: "largest", operands };
  if (/smaller|smallest/.test(queryText)) return { kind: "smallest", operands };
  return { kind: "sum", operands };
}

/** The right answer. */
export function resultOf({ kind, operands }: Problem): number {
  switch (kind) {
    case "sum":
      return operands.reduce((sum, operand) => sum + operand, 0);
    case "largest":
      return Math.max(...operands);
    case "smallest":
      return Math.min(...operands);
  }
}

/** What each column of a sum carries into the next one, units first. */
export function carriesOf(operands: readonly number[]): number[] {
  const carries: number[] = [];
  let carry = 0;
  let rest = operands;
  while (rest.some((operand) => operand > 0)) {
    const column = rest.reduce((sum, operand) => sum + (operand % 10), carry);
    carry = Math.floor(column / 10);
    carries.push(carry);
    rest = rest.map((operand) => Math.floor(operand / 10));
  }
  return carries;
}
