// How users put their requests: texts with slots, for every tool and for what no tool does.

import { type Tool, TOOLS } from "./tools";

export interface Phrasing {
  /** The tool that does it; null where plain talk is due. */
  readonly tool: Tool | null;
  /** `{slot}` is one of the tool's arguments or, without a tool, a kind of value with an optional digit. */
  readonly text: string;
  /** Whether something is asked for; else it is small talk. */
  readonly asks: boolean;
  /** Only hard prompts have it: it sounds like another tool, or like a tool where there is none. */
  readonly hard: boolean;
}

interface Sort {
  readonly asks?: boolean;
  readonly hard?: boolean;
}

const phrasings = (tool: Tool | null, texts: readonly string[], { asks = true, hard = false }: Sort = {}): Phrasing[] =>
  texts.map((text) => ({ tool, text, asks, hard }));

const USUAL: readonly Phrasing[] = [
  ...phrasings(TOOLS.weather, [
    "what is the weather in {city} {day}?",
    "how is the weather {day} in {city}?",
    "will it rain in {city} {day}?",
    "will it be sunny {day} in {city}?",
    "the weather for {city} {day}, please.",
    "{day} i will be in {city}. will it be cold?",
    "do i need an umbrella in {city} {day}?",
    "show me the forecast {day} for {city}.",
  ]),
  ...phrasings(TOOLS.flight, [
    "find me a flight from {from} to {to} {day}.",
    "i need to fly to {to} from {from} {day}.",
    "{day} i want to fly from {from} to {to}.",
    "which planes go from {from} to {to} {day}?",
    "i am in {from} and must be in {to} {day}.",
    "is there a flight to {to} {day}? i am in {from}.",
    "fly me to {to} {day} from {from}, please.",
    "from {from} i want to get to {to} {day}.",
  ]),
  ...phrasings(TOOLS.timer, [
    "set a timer of {minutes} minutes for the {label}.",
    "the {label} needs {minutes} minutes. start a timer.",
    "remind me of my {label} in {minutes} minutes.",
    "{minutes} minutes for my {label}, please.",
    "time my {label}. it takes {minutes} minutes.",
    "count down {minutes} minutes for the {label}.",
    "my {label} takes {minutes} minutes. please set a timer.",
    "start {minutes} minutes for the {label} now.",
  ]),
  ...phrasings(TOOLS.alarm, [
    "wake me at {hour} {day}.",
    "set an alarm {day} for {hour}.",
    "i must get up at {hour} {day}.",
    "{day} i have to be awake at {hour}.",
    "an alarm at {hour} {day}, please.",
    "do not let me sleep past {hour} {day}.",
    "i get up at {hour} {day}. set an alarm.",
    "ring {day} at {hour} to wake me.",
  ]),
  ...phrasings(TOOLS.music, [
    "play some {genre} {shuffle}.",
    "i want to hear {genre} {shuffle}.",
    "put on {genre}, {shuffle}.",
    "play my {genre} list {shuffle}.",
    "i am in the mood for {genre}. play it {shuffle}.",
    "could you play {genre} {shuffle}?",
    "{shuffle}, please, play my {genre}.",
    "start the {genre} now, {shuffle}.",
  ]),
  ...phrasings(TOOLS.money, [
    "how much are {amount} {from} in {to}?",
    "convert {amount} {from} to {to}.",
    "change {amount} {from} into {to}, please.",
    "how many {to} do i get for {amount} {from}?",
    "i have {amount} {from}. what is that in {to}?",
    "in {to}, what are {amount} {from}?",
    "i need {to} for my {amount} {from}.",
    "what are {amount} {from} worth in {to}?",
  ]),
  ...phrasings(TOOLS.event, [
    "put my {title} on {date} in the calendar.",
    "i have a {title} on {date}. please note it.",
    "add a {title} on {date}.",
    "on {date} there is a {title}. save the date.",
    "note: {title} on {date}.",
    "my {title} is on {date}. do not let me forget it.",
    "save {date} for the {title}.",
    "write the {title} in my calendar for {date}.",
  ]),
  ...phrasings(TOOLS.call, [
    "call {name} {video}.",
    "i want to talk to {name} {video}.",
    "ring {name} {video}, please.",
    "please get {name} on the line {video}.",
    "{video}, please call {name}.",
    "could you call {name} {video}?",
    "connect me with {name} {video}.",
    "i need to speak {video} to {name}.",
  ]),
  // small talk
  ...phrasings(
    null,
    [
      "hello, i am {person} from {city}.",
      "i love {genre} and {food}.",
      "i was in {city} for a {title}. it was nice.",
      "{person} says hello from {city}.",
      "{person} and i went to {city}.",
      "i had {food} with {person}.",
      "my {title} with {person} was great.",
      "i do not like {genre} in {city}.",
      "the weather in {city} was nice, {person}.",
      "{person} called me at {hour}.",
      "i will sleep until {hour} {day}.",
      "thank you for the {food}, {person}.",
    ],
    { asks: false },
  ),
  // requests that no tool covers
  ...phrasings(null, [
    "is {city} bigger than {city2}?",
    "what is the best {genre} song for a {title}?",
    "tell me a joke about {person} in {city}.",
    "get some {food} for {person}.",
    "write a poem about {city} and {food}.",
    "find me a hotel in {city} {day}.",
    "how far is {city} from {city2}?",
    "is there {genre} in {city} {day}?",
    "teach {person} how to make {food}.",
    "write a letter to {person} in {city}.",
    "what is the time in {city} now, {person}?",
    "cancel my flight from {city} to {city2}.",
    "delete the {title} on {date}.",
    "stop the {genre} at {hour}, please.",
    "which country has {currency} and good {food}?",
    "is {genre} good for a {title}?",
    "who will win the {title} {day}?",
    "how do i get to the {title} {day}?",
  ]),
];

const HARD: readonly Phrasing[] = [
  ...phrasings(TOOLS.weather, ["i fly to {city} {day}. will it rain?"], { hard: true }),
  ...phrasings(TOOLS.flight, ["what is the best flight {day} from {from} to {to}?"], { hard: true }),
  ...phrasings(TOOLS.timer, ["wake me in {minutes} minutes for my {label}."], { hard: true }),
  ...phrasings(TOOLS.alarm, ["remind me to get up at {hour} {day}."], { hard: true }),
  ...phrasings(TOOLS.music, ["could you get me some {genre} {shuffle}?"], { hard: true }),
  ...phrasings(TOOLS.money, ["i fly with {amount} {from}. how many {to} is that?"], { hard: true }),
  ...phrasings(TOOLS.event, ["remind me of the {title} on {date}."], { hard: true }),
  ...phrasings(TOOLS.call, ["please start a call to {name} {video}."], { hard: true }),
  ...phrasings(
    null,
    [
      "cancel the alarm at {hour} {day}.",
      "stop the timer for my {food}.",
      "delete my call with {person} {day}.",
      "who will play {genre} in {city} {day}?",
    ],
    { hard: true },
  ),
  ...phrasings(
    null,
    [
      "the flight from {city} to {city2} was nice.",
      "i have no {currency} in {city}.",
      "i had a nice call with {person} in {city}.",
      "the {title} on {date} was great.",
    ],
    { asks: false, hard: true },
  ),
];

export const PHRASINGS: readonly Phrasing[] = [...USUAL, ...HARD];
