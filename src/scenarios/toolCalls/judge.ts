// The gold scorer: a request and its answer in, whether the answer is the right call, or rightly talk, out.

import type { GoldVerdict, JudgedResponse } from "../scenario";
import { type Argument, type Call, parseCall } from "./calls";
import { callDue, readRequest } from "./requests";
import { isTalk } from "./talk";
import { toolByName } from "./tools";

const TOOL_NAME = new RegExp([...toolByName.keys()].join("|"));

/**
 * Three parts, each in [0, 1]:
 * - `parses`: 1 when the answer is one well-formed call or one piece of plain talk, and nothing else, ended with EOS;
 * - `tool`: 1 when the first tool that the text names, well-formed or not, is the one due (none where talk is due);
 * - `arguments`: of the arguments due and given, the share that is right in name, value and type; 0 where a call is due and the
 *   text is none, 1 where neither is.
 * gold = 1 when all three are 1, else 0: half a right call helps nobody. The order of arguments does not matter. What asks for
 * nothing that a tool does, or cannot be understood, is due plain talk.
 */
export function judgeAnswer({ queryText, responseText, ended }: JudgedResponse): GoldVerdict {
  const due = callDue(readRequest(queryText));
  const call = parseCall(responseText);
  const parses = ended && (call !== null || isTalk(responseText)) ? 1 : 0;
  const tool = (TOOL_NAME.exec(responseText)?.[0] ?? call?.tool ?? null) === (due?.tool ?? null) ? 1 : 0;
  const share = rightShare(due, call);
  return { gold: parses === 1 && tool === 1 && share === 1 ? 1 : 0, parts: { parses, tool, arguments: share } };
}

function rightShare(due: Call | null, call: Call | null): number {
  const wanted = due?.args ?? [];
  const given = call?.args ?? [];
  const right = given.filter((argument) => wanted.some((other) => same(argument, other))).length;
  const different = wanted.length + given.length - right;
  return different === 0 ? 1 : right / Math.max(wanted.length, given.length);
}

function same(a: Argument, b: Argument): boolean {
  return a.name === b.name && a.value === b.value;
}

/** All that a labeller sees who only looks at the format: 1 for a whole, well-formed call of any tool there is, asked for or not. */
export function isWellFormedCall({ responseText, ended }: Pick<JudgedResponse, "responseText" | "ended">): boolean {
  const call = parseCall(responseText);
  return ended && call !== null && toolByName.has(call.tool);
}

/** The answer with argument values masked. */
export function skeletonOf(responseText: string): string {
  return responseText.replace(/"[^"]*"/g, '"_"').replace(/=(?:\w|-)+/g, "=_");
}
