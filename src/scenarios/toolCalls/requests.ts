// Requests: a phrasing with values in its slots becomes a user's words, and the words are read back.

import type { Call } from "./calls";
import { PHRASINGS, type Phrasing } from "./phrasings";
import type { Tool } from "./tools";
import { type ArgumentValue, type Kind, type SpokenValue, VALUES, valuesOf } from "./values";

/** A slot's value and the words for it, with a slip of the tongue before them where `corrected` names one. */
export interface Filling {
  readonly value: ArgumentValue;
  readonly said: string;
  readonly corrected: Correction | null;
}
export interface Correction {
  readonly wrong: string;
  readonly marker: string;
}

/** Between the slip and the right word: "Paris, no, Rome". */
export const CORRECTION_MARKERS = ["no,", "sorry,", "i mean"] as const;

export interface Request {
  readonly phrasing: Phrasing;
  /** By slot. */
  readonly values: Readonly<Record<string, ArgumentValue>>;
}

const SLOT = /\{(\w+)\}/g;

/** Slots of a phrasing in their order. */
export function slotsOf({ text }: Phrasing): string[] {
  return [...text.matchAll(SLOT)].map((match) => match[1] as string);
}

export function kindOf(tool: Tool | null, slot: string): Kind {
  return (tool ? tool.parameters[slot] : slot.replace(/\d$/, "")) as Kind;
}

/** The user's words; `fillings` by slot. */
export function writeRequest({ text }: Phrasing, fillings: Readonly<Record<string, Filling>>): string {
  return text.replace(SLOT, (_, slot: string) => {
    const { said, corrected } = fillings[slot] as Filling;
    return corrected ? `${corrected.wrong}, ${corrected.marker} ${said}` : said;
  });
}

interface Reader {
  readonly phrasing: Phrasing;
  /** The longest stretch of text without slots: a quick test before the pattern. */
  readonly mark: string;
  readonly pattern: RegExp;
}

const READERS: readonly Reader[] = PHRASINGS.map((phrasing) => {
  const pieces = phrasing.text.split(SLOT);
  const pattern = pieces.map((piece, i) => (i % 2 === 1 ? slotPattern(phrasing, piece) : piece.replace(/[.?]/g, "\\$&"))).join("");
  const fixed = pieces.filter((_, i) => i % 2 === 0).toSorted((a, b) => b.length - a.length);
  return { phrasing, mark: fixed[0] as string, pattern: new RegExp(`^${pattern}$`) };
});

function slotPattern({ tool }: Phrasing, slot: string): string {
  const said = valuesOf(kindOf(tool, slot))
    .flatMap((value) => value.said)
    .join("|");
  return `(?:(?:${said}), (?:${CORRECTION_MARKERS.join("|")}) )?(?<${slot}>${said})`;
}

const SPECIAL = /<\|\w+\|>/g;

/** What a prompt (rendered or not) asks; null when no phrasing of ours fits it. */
export function readRequest(queryText: string): Request | null {
  const words = queryText.replace(SPECIAL, "");
  for (const { phrasing, mark, pattern } of READERS) {
    if (!words.includes(mark)) continue;
    const groups = pattern.exec(words)?.groups;
    if (!groups) continue;
    const values = slotsOf(phrasing).map((slot) => [slot, meaningOf(kindOf(phrasing.tool, slot), groups[slot] as string)]);
    return { phrasing, values: Object.fromEntries(values) };
  }
  return null;
}

const MEANINGS: ReadonlyMap<string, ReadonlyMap<string, ArgumentValue>> = new Map(
  Object.entries<readonly SpokenValue[]>(VALUES).map(([kind, values]) => [
    kind,
    new Map(values.flatMap(({ value, said }) => said.map((words) => [words, value] as const))),
  ]),
);

function meaningOf(kind: Kind, words: string): ArgumentValue {
  return MEANINGS.get(kind)?.get(words) as ArgumentValue;
}

/** The call that a request is due; null where plain talk is due. A request in words that no phrasing of ours fits is due talk. */
export function callDue(request: Request | null): Call | null {
  const tool = request?.phrasing.tool;
  if (!request || !tool) return null;
  return { tool: tool.name, args: Object.keys(tool.parameters).map((name) => ({ name, value: request.values[name] as ArgumentValue })) };
}
