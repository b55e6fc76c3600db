// What arguments of tools can be: every kind of value with the ways users say it and the way a call writes it.

export type ArgumentValue = string | number | boolean;

export interface SpokenValue {
  /** As the call has it. */
  readonly value: ArgumentValue;
  /** Ways to say it in a request. */
  readonly said: readonly [string, ...string[]];
}

const CITIES = [
  "Paris",
  "Rome",
  "London",
  "Hanoi",
  "Tokyo",
  "Berlin",
  "Madrid",
  "Oslo",
  "Cairo",
  "Lima",
  "Delhi",
  "Seoul",
  "Dublin",
  "Vienna",
  "Athens",
  "Prague",
];
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const HOURS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const FOODS = ["tea", "coffee", "pasta", "rice", "bread", "pizza", "cake", "soup", "fish", "beans"];
const GENRES = ["jazz", "rock", "pop", "blues", "folk", "soul", "techno", "opera", "reggae", "disco", "swing", "salsa"];
const TITLES = ["meeting", "party", "concert", "test", "dinner", "lunch", "haircut", "picnic", "wedding", "match"];
const PEOPLE = ["Anna", "Ben", "Carla", "David", "Emma", "Felix", "Linh", "Minh", "Nora", "Omar", "Priya", "Tom"];
const CURRENCIES = ["euros", "dollars", "yen", "pounds", "dong", "francs", "rupees", "pesos"];
const DAYS_OF_MONTH = 28;
const MINUTES = [...Array.from({ length: 26 }, (_, i) => i + 3), 30];
const AMOUNTS = [...MINUTES, 40, 50, 60, 80];

const names = (words: readonly string[]): SpokenValue[] => words.map((word) => ({ value: word, said: [word] }));
const numbers = (values: readonly number[]): SpokenValue[] => values.map((value) => ({ value, said: [`${value}`] }));
const twoDigits = (number: number): string => `${number}`.padStart(2, "0");

export const VALUES = {
  city: names(CITIES),
  day: [...names(["today", "tomorrow"]), ...WEEKDAYS.map((value): SpokenValue => ({ value, said: [`on ${value}`, `this ${value}`] }))],
  /** Month and day, as in "05-03" for May 3. */
  date: MONTHS.flatMap((month, i) =>
    Array.from(
      { length: DAYS_OF_MONTH },
      (_, j): SpokenValue => ({ value: `${twoDigits(i + 1)}-${twoDigits(j + 1)}`, said: [`${month} ${j + 1}`] }),
    ),
  ),
  hour: HOURS.map((word, i): SpokenValue => ({ value: i + 1, said: [word, `${i + 1}`] })),
  minutes: numbers(MINUTES),
  amount: numbers(AMOUNTS),
  food: names(FOODS),
  genre: names(GENRES),
  title: names(TITLES),
  person: names(PEOPLE),
  currency: names(CURRENCIES),
  shuffle: [
    { value: true, said: ["shuffled", "in random order"] },
    { value: false, said: ["in order", "from start to end"] },
  ],
  video: [
    { value: true, said: ["with video", "on camera"] },
    { value: false, said: ["without video", "by voice"] },
  ],
} as const satisfies Record<string, readonly SpokenValue[]>;

export type Kind = keyof typeof VALUES;

export function valuesOf(kind: Kind): readonly SpokenValue[] {
  return VALUES[kind];
}
