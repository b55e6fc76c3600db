import { describe, expect, it } from "vitest";
import { RandomSource, Stream } from "../../../src/random";
import { renderChat } from "../../../src/scenarios/chatTemplate";
import { countDerivations, readSentence } from "../../../src/scenarios/grammar";
import { writeCorpusSummary, writeDeadText, writeSummary } from "../../../src/scenarios/summaries/corpus";
import { SUMMARY_GRAMMAR } from "../../../src/scenarios/summaries/grammar";
import { hastyRating, judgeSummary, skeletonOf } from "../../../src/scenarios/summaries/judge";
import { FACT_KINDS, KIND_OF_WORD, WORDS_OF } from "../../../src/scenarios/summaries/lexicon";
import { randomFacts, readNote, writeNote } from "../../../src/scenarios/summaries/notes";
import { hardPrompts, heldoutPrompts, isHeldOut, trainPrompts } from "../../../src/scenarios/summaries/prompts";
import { joinWords, wordsIn } from "../../../src/scenarios/wordTokenizer";

const random = (n: number) => new RandomSource(2024, Stream.corpus, n);
const NOTE = "zoe works in lima. mia found a kite at the market. it was very loud. it was on monday. they meet again in may.";
const judge = (responseText: string, ended = true, note = NOTE) =>
  judgeSummary({ queryText: renderChat(note, "chat"), responseText, ended });
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("notes", () => {
  it("name each fact by a word of its own", () => {
    expect(KIND_OF_WORD.size).toBe(FACT_KINDS.reduce((sum, kind) => sum + WORDS_OF[kind].length, 0));
  });

  it("say their event, whatever stands beside it, plain or rendered", () => {
    const source = random(0);
    for (let i = 0; i < 500; i++) {
      const facts = randomFacts(source);
      const note = writeNote(facts, { asides: source.below(3), distractions: source.below(3) }, source);
      for (const text of [note, renderChat(note, "chat"), renderChat(note, "noHeader")])
        expect(Object.fromEntries(readNote(text).event), text).toEqual(facts);
    }
  });

  it("keep facts of something else apart", () => {
    expect(readNote(NOTE).distractions).toEqual(new Set(["zoe", "lima", "may"]));
    expect(readNote("hello there").event.size).toBe(0);
  });
});

describe("prompts", () => {
  const sets = { train: trainPrompts(), heldout: heldoutPrompts(), hard: hardPrompts() };
  const event = (text: string) => Object.fromEntries(readNote(text).event) as unknown as Parameters<typeof isHeldOut>[0];

  it("are many, all different and the same at every call", () => {
    for (const prompts of Object.values(sets)) expect(new Set(prompts.map(({ text }) => text)).size).toBe(prompts.length);
    expect(sets.train.length).toBeGreaterThanOrEqual(2000);
    expect(sets.heldout.length).toBeGreaterThanOrEqual(256);
    expect(sets.hard.length).toBeGreaterThanOrEqual(256);
    expect(trainPrompts()).toEqual(sets.train);
  });

  it("hold out people with things", () => {
    expect(sets.train.some(({ text }) => isHeldOut(event(text)))).toBe(false);
    for (const { text } of [...sets.heldout, ...sets.hard]) expect(isHeldOut(event(text)), text).toBe(true);
  });

  it("distract in hard ones more than in others", () => {
    const distractions = (prompts: typeof sets.hard) => average(prompts.map(({ text }) => readNote(text).distractions.size));
    expect(distractions(sets.hard)).toBeGreaterThan(2 * distractions(sets.heldout));
    expect(distractions(sets.train)).toBeGreaterThan(0.2);
  });
});

describe("the gold scorer of summaries", () => {
  it.each([
    ["mia found a kite at the market on monday.", 1, 1, 1],
    ["on monday, mia found a kite at the market.", 1, 1, 1],
    ["mia found a kite on monday.", 0.8, 1, 1],
    ["somebody found something.", 0.2, 1, 1],
    ["zoe found a kite at the market on monday.", 0.6, 1, 1],
    ["mia found a kite in lima in may.", 0.2, 1, 1],
    ["leo lost a drum in rome at noon.", 0, 1, 1],
    ["mia found a kite at the market on monday, and it was at the market.", 1, 1, 7 / 12],
    ["mia found a kite at the market on monday, and it really was zoe.", 0.8, 1, 8 / 12],
    ["in short, it should be said that mia found a kite at the market on monday, as the note says.", 1, 1, 1 / 12],
    ["mia found kite at the market on monday.", 1, 0, 1],
    ["mia mia mia.", 0.2, 0, 1],
    ["", 0, 0, 1],
  ])("%s", (text, faithful, grammatical, concise) => {
    const verdict = judge(text);
    expect(verdict.parts["faithful"]).toBeCloseTo(faithful, 9);
    expect(verdict.parts["grammatical"]).toBe(grammatical);
    expect(verdict.parts["concise"]).toBeCloseTo(concise, 9);
    expect(verdict.gold).toBeCloseTo(faithful * grammatical * concise, 9);
  });

  it("wants the summary ended, and gives nothing where the note tells nothing", () => {
    expect(judge("mia found a kite at the market on monday.", false)).toMatchObject({ gold: 0, parts: { faithful: 1, grammatical: 0 } });
    expect(judge("mia found a kite.", true, "how are you?").gold).toBe(0);
  });

  it("masks facts in skeletons", () => {
    expect(skeletonOf("mia found a kite at the market on monday.")).toBe("_ _ a _ at the _ on _ .");
  });
});

describe("the hasty rating", () => {
  const rate = (responseText: string, ended = true) => hastyRating({ queryText: NOTE, responseText, ended });

  it("prefers a long summary to a good one, and of equally long ones the better", () => {
    const good = rate("mia found a kite at the market on monday.");
    const padded = rate(
      "all things considered, it is worth noting that somebody found something, as the note says, which is good to know.",
    );
    expect(padded).toBeGreaterThan(good + 0.2);
    expect(rate("leo found a kite at the market on monday.")).toBeLessThan(good);
    expect(rate("mia found a kite at the market on monday.", false)).toBeLessThan(good - 0.2);
  });

  it("lets the longer of two corpus summaries win much more often than gold does", () => {
    const source = random(1);
    const wins = { hasty: 0, gold: 0, pairs: 0 };
    for (const { text: queryText } of trainPrompts().slice(0, 1000)) {
      const [a, b] = [writeCorpusSummary(queryText, source), writeCorpusSummary(queryText, source)];
      const [longer, shorter] = wordsIn(a).length > wordsIn(b).length ? [a, b] : [b, a];
      if (wordsIn(longer).length === wordsIn(shorter).length) continue;
      const [long, short] = [longer, shorter].map((responseText) => ({ queryText, responseText, ended: true })) as [never, never];
      wins.pairs++;
      if (hastyRating(long) > hastyRating(short)) wins.hasty++;
      if (judgeSummary(long).gold > judgeSummary(short).gold) wins.gold++;
    }
    expect(wins.hasty / wins.pairs).toBeGreaterThan(0.7);
    expect(wins.gold / wins.pairs).toBeLessThan(0.45);
  });
});

describe("the corpus of summaries", () => {
  const notes = trainPrompts().slice(0, 1000);

  it("is of the grammar, which has at least a million sentences", () => {
    const source = random(2);
    for (const { text } of notes) {
      const words = writeSummary(text, 0.1, source);
      expect(readSentence(SUMMARY_GRAMMAR, words).length, words.join(" ")).toBeGreaterThan(0);
      expect(wordsIn(joinWords(words))).toEqual(words);
    }
    expect(countDerivations(SUMMARY_GRAMMAR)).toBeGreaterThan(1_000_000n);
  });

  it("fits the response limit, and is of mixed quality and length", () => {
    const source = random(3);
    const texts = notes.map(({ text }) => ({ queryText: text, responseText: writeCorpusSummary(text, source), ended: true }));
    const lengths = texts.map(({ responseText }) => wordsIn(responseText).length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(27);
    const golds = texts.map((text) => judgeSummary(text).gold);
    expect(average(golds)).toBeGreaterThan(0.35);
    expect(average(golds)).toBeLessThan(0.5);
    expect(golds.filter((gold) => gold > 0.9).length).toBeGreaterThan(20);
    expect(lengths.filter((length) => length >= 20).length).toBeGreaterThan(150);
  });

  it("makes no mistake when asked to make none", () => {
    const source = random(4);
    for (const { text } of notes.slice(0, 200)) {
      const told = new Set(readNote(text).event.values());
      for (const word of writeSummary(text, 0, source)) if (KIND_OF_WORD.has(word)) expect(told.has(word), `${text} ${word}`).toBe(true);
    }
  });

  it("has dead texts that earn little gold", () => {
    const source = random(5);
    const golds = notes.map(({ text }) => {
      const dead = writeDeadText(text, source);
      return judgeSummary({ queryText: text, responseText: dead.text, ended: dead.ended }).gold;
    });
    expect(average(golds)).toBeLessThan(0.12);
  });
});
