import { describe, expect, it } from "vitest";
import { RandomSource, Stream } from "../../../src/random";
import { countDerivations, readSentence, writeSentence } from "../../../src/scenarios/grammar";
import { REVIEW_GRAMMAR } from "../../../src/scenarios/reviews/grammar";
import { judgeReview, skeletonOf } from "../../../src/scenarios/reviews/judge";
import { writeDeadText, writeReview } from "../../../src/scenarios/reviews/corpus";
import { joinWords, wordsIn } from "../../../src/scenarios/wordTokenizer";
import { askedFor, heldoutPrompts, trainPrompts } from "../../../src/scenarios/reviews/prompts";
import { renderChat } from "../../../src/scenarios/chatTemplate";

const random = (n: number) => new RandomSource(2024, Stream.corpus, n);
const samples = Array.from(
  { length: 3000 },
  (
    (source) => () =>
      writeSentence(REVIEW_GRAMMAR, source)
  )(random(0)),
);
const question = renderChat("how is the music in this western ?", "chat");
const judge = (text: string, ended = true) => judgeReview({ queryText: question, responseText: text, ended });

describe("the review grammar", () => {
  it("has at least a million derivations", () => {
    expect(countDerivations(REVIEW_GRAMMAR)).toBeGreaterThanOrEqual(1_000_000n);
  });

  it("reads back every review it writes, in exactly one way", () => {
    for (const words of samples) expect(readSentence(REVIEW_GRAMMAR, words), words.join(" ")).toHaveLength(1);
  });

  it("fits 24 new tokens with EOS, typically 8 to 16", () => {
    const lengths = samples.map((words) => words.length + 1);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(24);
    const typical = lengths.filter((length) => length >= 6 && length <= 18).length / lengths.length;
    expect(typical).toBeGreaterThan(0.75);
  });

  it("is about half warm and half cold", () => {
    const sentiments = samples.map((words) => judge(joinWords(words)).parts.sentiment as number);
    const share = (holds: (sentiment: number) => boolean) => sentiments.filter(holds).length / sentiments.length;
    expect(share((s) => s > 0.65)).toBeGreaterThan(0.38);
    expect(share((s) => s < 0.35)).toBeGreaterThan(0.38);
    expect(share((s) => s >= 0.35 && s <= 0.65)).toBeGreaterThan(0.05);
  });

  it("varies: nearly all samples differ, and so do most skeletons", () => {
    expect(new Set(samples.map((words) => words.join(" "))).size).toBeGreaterThan(0.95 * samples.length);
    expect(new Set(samples.slice(0, 256).map((words) => skeletonOf(words.join(" ")))).size).toBeGreaterThan(180);
  });
});

describe("the gold scorer", () => {
  it.each([
    ["the music is superb.", 1, 1, 1],
    ["the music is lovely.", 1, 1, 1],
    ["the music was never dull.", 1, 1, 1],
    ["the music is not good at all.", 0, 1, 1],
    ["there is nothing clever about the music.", 0, 1, 1],
    ["the music is dreadful. i fell asleep.", 0, 1, 1],
    ["the music was dull, but the plot is lovely.", 0.75, 1, 1],
    ["the music is decent.", 0.75, 1, 1],
    ["the music is stale.", 0.25, 1, 1],
    ["the music was neither good nor bad.", 0.5, 1, 1],
    ["three stars from me.", 0.5, 0, 0],
    ["the plot is superb.", 1, 1, 0],
    ["the jokes is superb.", 1, 0, 0],
    ["music superb superb lovely", 1, 0, 1],
    ["", 0.5, 0, 0],
  ])("%s", (text, sentiment, grammatical, topic) => {
    const verdict = judge(text);
    expect(verdict.parts.sentiment).toBeCloseTo(sentiment, 6);
    expect(verdict.parts).toMatchObject({ grammatical, topic });
    expect(verdict.gold).toBeCloseTo(sentiment * grammatical * topic, 6);
  });

  it("wants the review ended", () => {
    expect(judge("the music is superb.", false)).toMatchObject({ gold: 0, parts: { sentiment: 1, grammatical: 0, topic: 1 } });
  });

  it("refuses reviews longer than the response limit", () => {
    const long = "the music is superb. ".repeat(6).trim();
    expect(judge(long).parts.grammatical).toBe(0);
  });

  it("gives dead text next to nothing", () => {
    const source = random(1);
    const golds = Array.from({ length: 1000 }, () => {
      const { text, ended } = writeDeadText("how is the music in this western ?", source);
      return judge(text, ended).gold;
    });
    expect(golds.filter((gold) => gold > 0).length).toBeLessThan(80);
  });
});

describe("prompts and corpus", () => {
  const train = trainPrompts();
  const heldout = heldoutPrompts();

  it("holds out whole topic-film pairs", () => {
    const pair = (text: string) => JSON.stringify(askedFor(text));
    const seen = new Set(train.map(({ text }) => pair(text)));
    expect(new Set(train.map(({ text }) => text)).size).toBe(train.length);
    expect(train.length).toBeGreaterThanOrEqual(300);
    expect(new Set(heldout.map(({ text }) => text)).size).toBe(heldout.length);
    expect(heldout.length).toBeGreaterThanOrEqual(256);
    for (const { text } of heldout) expect(seen.has(pair(text)), text).toBe(false);
  });

  it("finds topic and film in plain and rendered prompts", () => {
    for (const { text } of [...train, ...heldout]) {
      const asked = askedFor(text);
      expect(text).toContain(` ${asked.topic} `);
      expect(text).toContain(` ${asked.film} `);
      expect(askedFor(renderChat(text, "chat"))).toEqual(asked);
    }
  });

  it("writes reviews on or off the topic that name no other film", () => {
    const source = random(2);
    for (const { text } of train.slice(0, 200))
      for (const onTopic of [true, false]) {
        const words = writeReview(text, onTopic, source);
        const { topic, film } = askedFor(text);
        expect(words.includes(topic as string)).toBe(onTopic);
        expect(readSentence(REVIEW_GRAMMAR, words)).toHaveLength(1);
        expect([film, null]).toContain(askedFor(words.join(" ")).film);
      }
  });

  it("joins words to text and finds them again", () => {
    for (const words of samples.slice(0, 500)) expect(wordsIn(joinWords(words))).toEqual(words);
  });
});
