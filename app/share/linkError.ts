// Why a link is not opened.

/**
 * `tooLong`: the link itself; `tooLarge`: what it inflates to; `damaged`: it cannot be read at all; `version`: of a later lab;
 * `field`: it holds something unknown or out of bounds.
 */
export type LinkProblem = "tooLong" | "tooLarge" | "damaged" | "version" | "field";

export class LinkError extends Error {
  override readonly name = "LinkError";
  readonly problem: LinkProblem;
  constructor(problem: LinkProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}
