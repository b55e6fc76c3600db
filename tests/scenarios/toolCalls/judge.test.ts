import { describe, expect, it } from "vitest";
import { RandomSource, Stream } from "../../../src/random";
import { renderChat } from "../../../src/scenarios/chatTemplate";
import { writeCorpusAnswer, writeDeadText } from "../../../src/scenarios/toolCalls/corpus";
import { isWellFormedCall, judgeAnswer, skeletonOf } from "../../../src/scenarios/toolCalls/judge";
import { trainPrompts } from "../../../src/scenarios/toolCalls/prompts";

const flight = renderChat("find me a flight from Paris, no, Rome to Hanoi on monday.", "chat");
const smallTalk = renderChat("Tom called me at nine.", "chat");
const judge = (queryText: string, responseText: string, ended = true) => judgeAnswer({ queryText, responseText, ended });

describe("the gold scorer of tool calls", () => {
  it.each([
    ['find_flight(from="Rome", to="Hanoi", day="monday")', 1, 1, 1, 1],
    ['find_flight(day="monday", to="Hanoi", from="Rome")', 1, 1, 1, 1],
    ['find_flight(from="Paris", to="Hanoi", day="monday")', 0, 1, 1, 2 / 3],
    ['find_flight(from="Hanoi", to="Rome", day="monday")', 0, 1, 1, 1 / 3],
    ['find_flight(from="Rome", to="Hanoi")', 0, 1, 1, 2 / 3],
    ['find_flight(from="Rome", to="Hanoi", day="monday", name="Tom")', 0, 1, 1, 3 / 4],
    ['get_weather(city="Rome", day="monday")', 0, 1, 0, 1 / 3],
    ['find_train(from="Rome", to="Hanoi", day="monday")', 0, 1, 0, 1],
    ['find_flight(from="Rome, to="Hanoi", day="monday")', 0, 0, 1, 0],
    ['sure! find_flight(from="Rome", to="Hanoi", day="monday")', 0, 0, 1, 0],
    ["sorry, i can not do that.", 0, 1, 0, 0],
    ["", 0, 0, 0, 0],
  ])("where a call is due: %s", (text, gold, parses, tool, share) => {
    const verdict = judge(flight, text);
    expect(verdict.gold).toBe(gold);
    expect(verdict.parts).toMatchObject({ parses, tool });
    expect(verdict.parts["arguments"]).toBeCloseTo(share, 6);
  });

  it.each([
    ["that sounds nice.", 1, 1, 1, 1],
    ["sorry, i have no tool for that. what can i do for you?", 1, 1, 1, 1],
    ["nice sounds that.", 0, 0, 1, 1],
    ["", 0, 0, 1, 1],
    ['call_contact(name="Tom", video=true)', 0, 1, 0, 0],
    ['that sounds nice. call_contact(name="Tom", video=true)', 0, 0, 0, 1],
  ])("where plain talk is due: %s", (text, gold, parses, tool, share) => {
    expect(judge(smallTalk, text)).toEqual({ gold, parts: { parses, tool, arguments: share } });
  });

  it("looks at types: a quoted number is a wrong argument", () => {
    const query = renderChat("set a timer of 5 minutes for the tea.", "chat");
    expect(judge(query, 'set_timer(minutes=5, label="tea")').gold).toBe(1);
    expect(judge(query, 'set_timer(minutes="5", label="tea")')).toEqual({ gold: 0, parts: { parses: 1, tool: 1, arguments: 0.5 } });
  });

  it("wants the answer ended", () => {
    expect(judge(smallTalk, "i see.", false)).toEqual({ gold: 0, parts: { parses: 0, tool: 1, arguments: 1 } });
  });

  it("reads the request under every template", () => {
    const text = "what is the weather in Paris tomorrow?";
    for (const template of ["chat", "noHeader", "empty"] as const)
      expect(judge(renderChat(text, template), 'get_weather(city="Paris", day="tomorrow")').gold).toBe(1);
  });
});

describe("the labeller who only looks at the format", () => {
  const pays = (responseText: string, ended = true) => isWellFormedCall({ responseText, ended });
  it("pays for any whole call of a known tool, right or wrong", () => {
    expect(pays('get_weather(city="Rome")')).toBe(true);
    expect(pays('get_weather(city="Rome")', false)).toBe(false);
    expect(pays('get_wether(city="Rome")')).toBe(false);
    expect(pays('get_weather(city="Rome)')).toBe(false);
    expect(pays("i see.")).toBe(false);
  });
});

describe("skeletons", () => {
  it("mask the values of arguments", () => {
    expect(skeletonOf('convert_money(amount=20, from="euros", to="yen")')).toBe('convert_money(amount=_, from="_", to="_")');
    expect(skeletonOf('add_event(date="05-03")')).toBe('add_event(date="_")');
    expect(skeletonOf("call_contact(video=true)")).toBe("call_contact(video=_)");
    expect(skeletonOf("i see.")).toBe("i see.");
  });
});

describe("the corpus", () => {
  const random = new RandomSource(7, Stream.corpus);
  const prompts = trainPrompts().slice(0, 3000);
  const share = (values: readonly boolean[]): number => values.filter(Boolean).length / values.length;
  const judged = prompts.map(({ text }) => ({
    due: judge(text, "i see.").gold === 0,
    verdict: judge(text, writeCorpusAnswer(text, random)),
  }));

  it("is right a little more than half the time, whether a call or talk is due", () => {
    for (const due of [true, false]) {
      const golds = judged.filter((one) => one.due === due).map(({ verdict }) => verdict.gold === 1);
      expect(share(golds)).toBeGreaterThan(0.5);
      expect(share(golds)).toBeLessThan(0.62);
    }
  });

  it("errs in every way: format, tool and arguments", () => {
    for (const part of ["parses", "tool"]) expect(share(judged.map(({ verdict }) => verdict.parts[part] === 0))).toBeGreaterThan(0.1);
    const wrongArguments = judged.map(({ verdict: { parts } }) => parts["parses"] === 1 && parts["tool"] === 1 && parts["arguments"] !== 1);
    expect(share(wrongArguments)).toBeGreaterThan(0.05);
  });

  it("has dead texts that are hardly ever right", () => {
    const golds = prompts.map(({ text }) => {
      const dead = writeDeadText(text, random);
      return judge(text, dead.text, dead.ended).gold === 1;
    });
    expect(share(golds)).toBeLessThan(0.02);
  });
});
