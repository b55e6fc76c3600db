import { describe, expect, it } from "vitest";
import { PHRASINGS } from "../../../src/scenarios/toolCalls/phrasings";
import { hardPrompts, heldoutPrompts, trainPrompts } from "../../../src/scenarios/toolCalls/prompts";
import { callDue, readRequest, type Request, slotsOf } from "../../../src/scenarios/toolCalls/requests";
import { ALL_TOOLS } from "../../../src/scenarios/toolCalls/tools";

const read = (text: string): Request => {
  const request = readRequest(text);
  if (!request) throw new Error(`nobody can read: ${text}`);
  return request;
};
/** The same for the same values of one tool, or of one phrasing without a tool. */
const combination = ({ phrasing, values }: Request): string =>
  [
    phrasing.tool?.name ?? phrasing.text,
    ...Object.keys(values)
      .sort()
      .map((slot) => `${slot}=${values[slot]}`),
  ].join(" ");

const train = trainPrompts().map(({ text }) => text);
const heldout = heldoutPrompts().map(({ text }) => text);
const hard = hardPrompts().map(({ text }) => text);

describe("phrasings", () => {
  it("name every argument of their tool once, and use every tool in at least seven ways", () => {
    for (const { tool, text } of PHRASINGS.filter((phrasing) => phrasing.tool))
      expect(slotsOf({ text } as (typeof PHRASINGS)[number]).sort(), text).toEqual(Object.keys(tool?.parameters ?? {}).sort());
    for (const tool of ALL_TOOLS)
      expect(PHRASINGS.filter((phrasing) => phrasing.tool === tool && !phrasing.hard).length).toBeGreaterThan(6);
  });
});

describe("requests", () => {
  it.each([
    ["what is the weather in Paris tomorrow?", { city: "Paris", day: "tomorrow" }],
    ["this monday i want to fly from Rome, i mean Oslo to Lima.", { from: "Oslo", to: "Lima", day: "monday" }],
    ["wake me at seven, no, eight today.", { hour: 8, day: "today" }],
    ["add a picnic on may 28.", { title: "picnic", date: "05-28" }],
    ["in random order, please, play my jazz.", { genre: "jazz", shuffle: true }],
  ])("%s", (text, values) => {
    expect(read(text).values).toEqual(values);
    expect(Object.fromEntries((callDue(read(text))?.args ?? []).map(({ name, value }) => [name, value]))).toEqual(values);
  });

  it("that no tool covers, or that nobody understands, are due talk", () => {
    expect(callDue(read("delete the party on june 2."))).toBeNull();
    expect(readRequest("what is the meaning of life?")).toBeNull();
    expect(callDue(null)).toBeNull();
  });
});

describe("prompts", () => {
  it("are distinct and many", () => {
    for (const [texts, least] of [
      [train, 6000],
      [heldout, 256],
      [hard, 128],
    ] as const) {
      expect(new Set(texts).size).toBe(texts.length);
      expect(texts.length).toBeGreaterThanOrEqual(least);
    }
  });

  it("keep combinations of values from training in every phrasing", () => {
    const seen = new Set(train.map((text) => combination(read(text))));
    for (const text of [...heldout, ...hard]) expect(seen.has(combination(read(text))), text).toBe(false);
  });

  it("keep hard phrasings and some corrections from training", () => {
    const isHard = (text: string) => read(text).phrasing.hard;
    expect([...train, ...heldout].some(isHard)).toBe(false);
    const corrected = /, (?:no,|sorry,|i mean) /;
    for (const text of hard) expect(isHard(text) || corrected.test(text), text).toBe(true);
    expect(train.some((text) => corrected.test(text))).toBe(true);
    const otherCorrections = /(?:euros|yen|dong|pesos|Anna|Tom|jazz|rock|tea|soup), (?:no,|sorry,|i mean) /;
    expect(hard.some((text) => otherCorrections.test(text))).toBe(true);
    expect(train.some((text) => otherCorrections.test(text))).toBe(false);
  });

  it("need plain talk in 25 to 35 of 100 cases", () => {
    for (const texts of [train, heldout]) {
      const talk = texts.filter((text) => callDue(read(text)) === null).length / texts.length;
      expect(talk).toBeGreaterThan(0.25);
      expect(talk).toBeLessThan(0.35);
    }
  });
});
