// Plain talk: everything the assistant says when it calls no tool, and the chatter that some wrap around a call.

import type { RandomSource } from "../../random";

/** After small talk. */
const REPLIES = ["that sounds nice.", "good to hear.", "how kind of you.", "i am glad.", "thank you for telling me.", "i see."];
/** After a request that no tool covers. */
const REFUSALS = [
  "sorry, i can not do that.",
  "sorry, i can not help with that.",
  "sorry, i have no tool for that.",
  "i am afraid i can not do that.",
  "i am afraid i can not help with that.",
  "i am afraid i have no tool for that.",
];
const FOLLOW_UPS = ["", " how can i help?", " what can i do for you?"];

const sentences = (openings: readonly string[]): string[] =>
  openings.flatMap((opening) => FOLLOW_UPS.map((followUp) => opening + followUp));

const SMALL_TALK: readonly string[] = sentences(REPLIES);
const REFUSING: readonly string[] = sentences(REFUSALS);
const ALL_TALK: ReadonlySet<string> = new Set([...SMALL_TALK, ...REFUSING]);

/** Whether a text is plain talk, whole and without anything else. */
export function isTalk(text: string): boolean {
  return ALL_TALK.has(text);
}

export function allTalk(): string[] {
  return [...ALL_TALK];
}

/** @param asked whether something was asked for, which is refused; else it answers small talk */
export function writeTalk(asked: boolean, random: RandomSource): string {
  const fitting = asked ? REFUSING : SMALL_TALK;
  return fitting[random.below(fitting.length)] as string;
}

/** Around a call, from assistants that talk too much; `_` is the call. */
export const CHATTER = ["sure! _", "here you go: _", "i will do that. _", "_ there you go.", "_ what else?"] as const;
