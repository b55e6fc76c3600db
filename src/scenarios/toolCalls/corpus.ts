// Answers as the corpus of the tool-call scenario has them: about half right, the others wrong in the ways of real assistants.

import type { RandomSource } from "../../random";
import { type Argument, type Call, writeCall } from "./calls";
import { callDue, kindOf, readRequest, type Request } from "./requests";
import { CHATTER, writeTalk } from "./talk";
import { ALL_TOOLS, type Tool, toolByName } from "./tools";
import { type ArgumentValue, type Kind, valuesOf } from "./values";
import { piecesOf } from "./vocabulary";

const pick = <T>(items: readonly T[], random: RandomSource): T => items[random.below(items.length)] as T;

type Writer = (request: Request | null, random: RandomSource) => string;
type Shares = readonly (readonly [share: number, write: Writer])[];

/** Where a call is due. */
const CALL_SHARES: Shares = [
  [0.55, writeRightCall],
  [0.13, (request, random) => breakFormat(writeRightCall(request, random), random)],
  [0.08, writeOtherTool],
  [0.12, writeWrongArguments],
  [0.07, (request, random) => pick(CHATTER, random).replace("_", writeRightCall(request, random))],
  [0.05, writeFittingTalk],
];
/** Where plain talk is due. */
const TALK_SHARES: Shares = [
  [0.55, writeFittingTalk],
  [0.35, writeOtherTool],
  [0.1, (request, random) => pick(CHATTER, random).replace("_", writeOtherTool(request, random))],
];

/** An answer as it stands in the corpus. */
export function writeCorpusAnswer(promptText: string, random: RandomSource): string {
  const request = readRequest(promptText);
  const shares = request?.phrasing.tool ? CALL_SHARES : TALK_SHARES;
  let left = random.uniform();
  for (const [share, write] of shares) {
    left -= share;
    if (left < 0) return write(request, random);
  }
  return writeFittingTalk(request, random);
}

function writeFittingTalk(request: Request | null, random: RandomSource): string {
  return writeTalk(request?.phrasing.asks ?? true, random);
}

/** Share of calls with their arguments in another order than the tool's own. */
const REORDERED_SHARE = 0.15;

function writeRightCall(request: Request | null, random: RandomSource): string {
  const { tool, args } = callDue(request) as Call;
  const order = random.uniform() < REORDERED_SHARE ? Array.from(random.permutation(args.length)) : args.map((_, i) => i);
  return writeCall({ tool, args: order.map((i) => args[i] as Argument) });
}

/** A call of some tool that is not due: filled with what the request says of the right kind, and with guesses. */
function writeOtherTool(request: Request | null, random: RandomSource): string {
  const due = request?.phrasing.tool ?? null;
  const said = Object.entries(request?.values ?? {}).map(([slot, value]) => ({ kind: kindOf(due, slot), value }));
  const others = ALL_TOOLS.filter((tool) => tool !== due);
  const fitting = others.filter(({ parameters }) => Object.values(parameters).some((kind) => said.some((one) => one.kind === kind)));
  return writeFilled(pick(fitting.length > 0 ? fitting : others, random), said, random);
}

function writeFilled(tool: Tool, said: readonly { kind: Kind; value: ArgumentValue }[], random: RandomSource): string {
  const left = [...said];
  const args = Object.entries(tool.parameters).map(([name, kind]): Argument => {
    const at = left.findIndex((one) => one.kind === kind);
    return { name, value: at < 0 ? pick(valuesOf(kind), random).value : (left.splice(at, 1)[0] as { value: ArgumentValue }).value };
  });
  return writeCall({ tool: tool.name, args });
}

/** The right tool with a wrong, swapped, missing or wrongly typed argument. */
function writeWrongArguments(request: Request | null, random: RandomSource): string {
  const { tool, args } = callDue(request) as Call;
  const { parameters } = toolByName.get(tool) as Tool;
  const at = random.below(args.length);
  const { name, value } = args[at] as Argument;
  const kind = parameters[name] as Kind;
  const twin = args.findIndex((other, i) => i !== at && parameters[other.name] === kind);
  const u = random.uniform();
  if (twin >= 0 && u < 0.5) {
    const swapped = args.map((argument, i) => ({ ...argument, value: (args[i === at ? twin : i === twin ? at : i] as Argument).value }));
    return writeCall({ tool, args: swapped });
  }
  if (u < 0.2) return writeCall({ tool, args: args.toSpliced(at, 1) });
  if (u < 0.35 && typeof value !== "string") return writeCall({ tool, args: args.with(at, { name, value: `${value}` }) });
  const wrong = pick(
    valuesOf(kind).filter((other) => other.value !== value),
    random,
  );
  return writeCall({ tool, args: args.with(at, { name, value: wrong.value }) });
}

/** Ways to break a call's format, where the call has the pattern. */
const BREAKS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/\)$/, ""],
  [/"\)$/, ")"],
  [/"/, ""],
  [/",/, ","],
  [/,/, ""],
  [/\w+=/, ""],
  [/, \w+=/, ","],
  [/=/, ":"],
  [/\(/, " "],
];

function breakFormat(call: string, random: RandomSource): string {
  const [pattern, replacement] = pick(
    BREAKS.filter(([candidate]) => candidate.test(call)),
    random,
  );
  return call.replace(pattern, replacement);
}

/** Share of dead texts, where a call is due, that only differ in an argument: what is hardest to tell from right. */
const NEAR_MISS_SHARE = 0.5;

/** A text that earns no gold, or hardly ever. */
export interface DeadText {
  readonly text: string;
  /** Whether the writer closes it with EOS. */
  readonly ended: boolean;
}

/** Share of dead texts that are whole answers without an end. */
const UNENDED_SHARE = 0.1;

/** Ways to spoil an answer's pieces. */
const SPOILERS: readonly ((pieces: readonly string[], random: RandomSource) => readonly string[])[] = [
  (pieces, random) => pieces.slice(0, random.below(pieces.length)),
  (pieces, random) => pieces.toSpliced(random.below(pieces.length), 1),
  (pieces, random) => pieces.toSpliced(random.below(pieces.length), 0, pick(pieces, random)),
  (pieces, random) => Array.from(random.permutation(pieces.length), (i) => pieces[i] as string),
  (pieces, random) => [...pieces, ...pieces.slice(random.below(pieces.length))],
  (pieces, random) => new Array<string>(2 + random.below(6)).fill(pick(pieces, random)),
];

/** A spoilt answer: an argument wrong, cut off, damaged, shuffled, repeated, or not ended. It may by chance still be right. */
export function writeDeadText(promptText: string, random: RandomSource): DeadText {
  const request = readRequest(promptText);
  if (request?.phrasing.tool && random.uniform() < NEAR_MISS_SHARE) return { text: writeWrongArguments(request, random), ended: true };
  const whole = request?.phrasing.tool
    ? writeRightCall(request, random)
    : random.uniform() < 0.5
      ? writeFittingTalk(request, random)
      : writeOtherTool(request, random);
  if (random.uniform() < UNENDED_SHARE) return { text: whole, ended: false };
  const spoilt = pick(SPOILERS, random)(piecesOf(whole), random);
  return { text: joinPieces(spoilt), ended: true };
}

/** Two words side by side get a space, or they would be one that nobody knows. */
function joinPieces(pieces: readonly string[]): string {
  return pieces.reduce((text, piece) => (/\w$/.test(text) && /^\w/.test(piece) ? `${text} ${piece}` : text + piece), "");
}
