import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors";
import { PROMPT_DATASET_LIMITS, readPromptDataset } from "../../src/interop/promptDataset";

const lines = (...rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");
const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });
const system = (content: string) => ({ role: "system", content });

describe("alpaca rows", () => {
  it("join instruction and input by a newline and leave empty parts out", () => {
    const text = JSON.stringify([
      { instruction: "add", input: "1 and 2", output: "3" },
      { instruction: "add", input: "" },
      { input: "1 + 2", instruction: null },
    ]);
    expect(readPromptDataset(text)).toEqual({
      rows: [{ messages: [user("add\n1 and 2")], response: "3" }, { messages: [user("add")] }, { messages: [user("1 + 2")] }],
      dropped: [],
    });
  });

  it("put the system text first and the history's turns before the question", () => {
    const row = {
      instruction: "and 3?",
      system: "be brief",
      history: [
        ["1 + 1?", "2"],
        ["+ 1?", "3"],
      ],
    };
    expect(readPromptDataset(lines(row)).rows).toEqual([
      { messages: [system("be brief"), user("1 + 1?"), assistant("2"), user("+ 1?"), assistant("3"), user("and 3?")] },
    ]);
  });

  it("read columns of other names", () => {
    const row = { question: "why?", extra: "say it", reply: "so", rules: "be kind", before: [["a", "b"]] };
    const columns = { prompt: "question", query: "extra", response: "reply", system: "rules", history: "before" };
    expect(readPromptDataset(lines(row), columns).rows).toEqual([
      { messages: [system("be kind"), user("a"), assistant("b"), user("why?\nsay it")], response: "so" },
    ]);
  });
});

describe("sharegpt rows", () => {
  it("take the last answer off the prompt, in both spellings", () => {
    const sharegpt = {
      conversations: [
        { from: "system", value: "s" },
        { from: "human", value: "q" },
        { from: "gpt", value: "a" },
      ],
    };
    const openai = { messages: [system("s"), user("q"), assistant("a")] };
    const expected = { messages: [system("s"), user("q")], response: "a" };
    expect(readPromptDataset(lines(sharegpt, openai)).rows).toEqual([expected, expected]);
  });

  it("take a system column, longer talks, tool turns and another name of the column", () => {
    const talk = [
      { from: "human", value: "weather?" },
      { from: "function_call", value: "get()" },
      { from: "observation", value: "rain" },
      { from: "gpt", value: "it rains" },
    ];
    const messages = [system("s"), user("weather?"), assistant("get()"), user("rain")];
    expect(readPromptDataset(lines({ talk, system: "s" }), { messages: "talk" }).rows).toEqual([{ messages, response: "it rains" }]);
  });

  it("are dropped and counted where LLaMA-Factory drops them", () => {
    const good = { messages: [user("q"), assistant("a")] };
    const open = { messages: [user("q")] };
    const swapped = { messages: [assistant("a"), user("q")] };
    const { rows, dropped } = readPromptDataset(lines(good, open, swapped, open, { messages: [] }));
    expect(rows).toHaveLength(1);
    expect(dropped).toEqual([
      { reason: expect.objectContaining({ en: expect.stringContaining("even number of messages") }), count: 3, firstRow: 2 },
      { reason: expect.objectContaining({ en: expect.stringContaining("alternate") }), count: 1, firstRow: 3 },
    ]);
  });
});

describe("a file is refused", () => {
  const refused: Readonly<Record<string, readonly [string, RegExp]>> = {
    "with preferences": [
      lines({ instruction: "q", chosen: "a", rejected: "b" }),
      /^The dataset is not applicable in the current training stage\. Row 1 /,
    ],
    "with sharegpt preferences": [
      lines({ conversations: [{ from: "human", value: "q" }], chosen: { from: "gpt", value: "a" }, rejected: { from: "gpt", value: "b" } }),
      /^The dataset is not applicable/,
    ],
    "when empty": [" \n", /at least one row/],
    "as an empty list": ["[]", /at least one row/],
    "that is not JSON": ["[{", /expected a JSON list .* line 1/],
    "with a broken line": [`${lines({ instruction: "q" })}\n{"instruction": `, /line 2/],
    "with a row that is no object": ['[{"instruction": "q"}, 7]', /row 2: expected an object, got number/],
    "without a known column": [lines({ instruction: "q" }, { prompt: "q" }), /row 2: expected a column instruction or input/],
    "with an empty prompt": [lines({ instruction: "", input: "" }), /row 1: expected a prompt/],
    "with a number for text": [lines({ instruction: 3 }), /row 1: expected text in column instruction, got number/],
    "with a broken history": [lines({ instruction: "q", history: [["only a question"]] }), /row 1: expected pairs/],
    "with an unknown role": [lines({ messages: [{ role: "critic", content: "x" }] }), /row 1: expected a role of .*got "critic"/],
    "with a message without text": [lines({ messages: [{ role: "user" }] }), /row 1: expected text in every message/],
    "with too long a row": [lines({ instruction: "x".repeat(PROMPT_DATASET_LIMITS.rowCharacters + 1) }), /at most 20000 characters/],
    "with too many rows": [JSON.stringify(new Array(PROMPT_DATASET_LIMITS.rows + 1).fill(0)), /at most 100000 rows, got 100001/],
    "that is too large": ["é".repeat(PROMPT_DATASET_LIMITS.fileBytes / 2 + 1), /at most 8 MB/],
  };
  it.each(Object.entries(refused))("%s", (_, [text, message]) => {
    expect(() => readPromptDataset(text)).toThrow(ConfigError);
    expect(() => readPromptDataset(text)).toThrow(message);
  });
});

describe("the file's form", () => {
  it("may be JSON over many lines, JSONL with blank lines and carriage returns, or begin with a byte order mark", () => {
    const row = { instruction: "q" };
    const expected = [{ messages: [user("q")] }];
    expect(readPromptDataset(JSON.stringify(row, null, 2)).rows).toEqual(expected);
    expect(readPromptDataset(`\uFEFF${JSON.stringify([row], null, 2)}\n`).rows).toEqual(expected);
    expect(readPromptDataset(`${lines(row)}\r\n\r\n${lines(row)}\r\n`).rows).toEqual([...expected, ...expected]);
  });

  it("survives deep nesting", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    for (const text of [deep, `{"instruction": ${deep}}`, `{"messages": [{"role": ${deep}, "content": "x"}]}`])
      expect(() => readPromptDataset(text)).toThrow(ConfigError);
  });
});

/** Rows that look like the real thing, about half of them damaged somewhere. */
const tag = fc.constantFrom("human", "gpt", "user", "assistant", "system", "observation", "function_call", "stranger");
const content = fc.oneof({ weight: 20, arbitrary: fc.string({ minLength: 1 }) }, fc.jsonValue());
const message = fc.oneof(fc.record({ from: tag, value: content }), fc.record({ role: tag, content }), fc.jsonValue());
const exchange = fc.tuple(content, content).map(([asked, answered]) => [
  { from: "human", value: asked },
  { role: "assistant", content: answered },
]);
const row = fc.oneof(
  fc.record(
    {
      instruction: content,
      input: content,
      output: content,
      system: content,
      history: fc.array(fc.tuple(content, content), { maxLength: 2 }),
    },
    { requiredKeys: ["instruction"] },
  ),
  fc.record(
    { conversations: fc.array(exchange, { maxLength: 3 }).map((turns) => turns.flat()), system: content },
    { requiredKeys: ["conversations"] },
  ),
  fc.record({ conversations: fc.array(message), messages: fc.array(message), system: content }, { requiredKeys: [] }),
);
const files = fc.oneof(
  fc.string(),
  fc.json(),
  fc.array(row, { minLength: 1, maxLength: 3 }).map((rows) => JSON.stringify(rows)),
  fc.array(row, { minLength: 1, maxLength: 3 }).map((rows) => lines(...rows)),
);

it("any text gives conversations that end with a user's turn, or a ConfigError", () => {
  let read = 0;
  fc.assert(
    fc.property(files, (text) => {
      try {
        for (const { messages } of readPromptDataset(text).rows) {
          const turns = messages.filter(({ role }) => role !== "system");
          expect(messages.length - turns.length).toBeLessThanOrEqual(1);
          expect(turns.map(({ role }) => role)).toEqual(turns.map((_, i) => (i % 2 === 0 ? "user" : "assistant")));
          expect(turns.length % 2).toBe(1);
          read++;
        }
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
  expect(read).toBeGreaterThan(100);
});
