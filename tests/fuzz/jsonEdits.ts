// Bent JSON: a good document in which some values are replaced by hostile ones, as text that JSON.stringify would never write.

import fc from "fast-check";

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);

/** Raw JSON. Edits name it by its place here, so that a counterexample can be read. */
const HOSTILE: readonly string[] = [
  "null",
  "true",
  "0",
  "-0",
  "-1",
  "0.5",
  "3",
  "1e308",
  "-1e308",
  "1e999",
  "-1e999",
  "5e-324",
  "65536",
  "4294967296",
  "9007199254740991",
  "9007199254740993",
  '""',
  '"NaN"',
  '"Infinity"',
  '"-0"',
  '"1"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"<img src=x onerror=globalThis.hit=1>"',
  '"javascript:globalThis.hit=1"',
  '"https://elsewhere.example/"',
  JSON.stringify("x".repeat(5000)),
  JSON.stringify("z".repeat(20_001)),
  nested(60, "[", "]"),
  JSON.stringify("y".repeat(200_000)),
  "[]",
  "{}",
  "[null]",
  "[[1,2],[3]]",
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"toString":1,"valueOf":1}',
  '{"toJSON":1}',
  '{"length":4294967295}',
  '{"then":1}',
  nested(20_000, "[", "]"),
  nested(20_000, '{"a":', "}").replace("}", "1}"),
  `[${"0,".repeat(70_000)}0]`,
];
const HOSTILE_KEYS = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "length", "", "k".repeat(3000)] as const;

const jsonEdit = fc.record({
  /** Which of the document's places, the upper ones first; wraps around. */
  at: fc.oneof(fc.nat(20), fc.nat(0xffff)),
  action: fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("replace"), hostile: fc.nat(HOSTILE.length - 1) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("number"), value: fc.oneof(fc.integer(), fc.nat(12), fc.double()) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("any"), value: fc.jsonValue({ maxDepth: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove") }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("copy"), from: fc.nat(0xffff) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("add"), key: fc.constantFrom(...HOSTILE_KEYS), hostile: fc.nat(HOSTILE.length - 1) }),
    },
  ),
});
/** Mostly null. */
export const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;
export type JsonEdit = Drawn<typeof jsonEdit>;

export const jsonEdits: fc.Arbitrary<readonly JsonEdit[]> = fc.array(jsonEdit, { minLength: 0, maxLength: 3 });
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.json({ maxDepth: 3 }),
  fc.double().map((x) => JSON.stringify(x) ?? "0"),
);

/** What `JSON.parse` makes of a raw value. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileJson.map((raw): unknown => JSON.parse(raw)),
  fc.constantFrom(undefined, Number.NaN, Symbol.iterator, 1n, () => 1),
);

type Parent = Record<string, unknown>;
interface Place {
  readonly parent: Parent;
  readonly key: string;
}

/** The document as text after the edits. */
export function editJson(document: unknown, edits: readonly JsonEdit[]): string {
  const root: Parent = { root: structuredClone(document) };
  /** A text that stands for raw JSON until the document is written. */
  const standIn = (hostile: number): string => `\u{10fffd}${hostile}\u{10fffd}`;
  for (const { at, action } of edits) {
    const places = placesOf(root);
    if (places.length === 0) break;
    const { parent, key } = places[at % places.length] as Place;
    const value = parent[key];
    switch (action.kind) {
      case "replace":
        put(parent, key, standIn(action.hostile));
        break;
      case "number":
      case "any":
        put(parent, key, structuredClone(action.value));
        break;
      case "remove":
        if (Array.isArray(parent)) parent.splice(Number(key), 1);
        else delete parent[key];
        break;
      case "copy": {
        const { parent: owner, key: name } = places[action.from % places.length] as Place;
        put(parent, key, structuredClone(owner[name]));
        break;
      }
      case "add":
        if (Array.isArray(value)) value.push(standIn(action.hostile));
        else if (typeof value === "object" && value !== null) put(value as Parent, action.key, standIn(action.hostile));
        break;
    }
  }
  const text = JSON.stringify(root["root"]) ?? "null";
  return text.replace(/"\u{10fffd}(\d+)\u{10fffd}"/gu, (_, index: string) => HOSTILE[Number(index)] as string);
}

/** Own property whatever its name, __proto__ included. */
function put(parent: Parent, key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Level by level. */
function placesOf(root: Parent): Place[] {
  const places: Place[] = [];
  const level = [root];
  for (const parent of level)
    for (const key of Object.keys(parent)) {
      places.push({ parent, key });
      const value = parent[key];
      if (typeof value === "object" && value !== null) level.push(value as Parent);
    }
  return places;
}
