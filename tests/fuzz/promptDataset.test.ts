// Prompt files that nobody wrote: conversations that end with a question, or a sentence that names the row.

import fc from "fast-check";
import { test } from "vitest";
import { ConfigError } from "../../src/errors";
import { readPromptDataset } from "../../src/interop/promptDataset";
import { byteEdits, editBytes, textOf, utf8 } from "./byteEdits";
import { fuzz } from "./fuzz";
import { editJson, hostileJson, jsonEdits, seldom } from "./jsonEdits";
import { sameData } from "./sameData";
import { TARGET_TIMEOUT } from "./settings";

const ROWS = [
  { instruction: "Write a warm review", input: "of a film", output: "It was kind.", system: "Be brief.", history: [["Hello", "Hi"]] },
  {
    conversations: [
      { from: "human", value: "A film?" },
      { from: "gpt", value: "Yes." },
    ],
    system: "Be warm.",
  },
  {
    messages: [
      { role: "system", content: "s" },
      { role: "user", content: "q" },
      { role: "assistant", content: "a" },
    ],
  },
  {
    conversations: [
      { from: "human", value: "one" },
      { from: "human", value: "two" },
    ],
  },
  { conversations: [{ from: "human", value: "alone" }] },
  { instruction: "short" },
];

const BAD_ROWS = [{ instruction: "", input: "" }, { instruction: "x".repeat(20_001) }, { instruction: "q", history: [["alone"]] }];

/** In sharegpt's form; what was read has to be read again from it. */
function asMessages(rows: ReturnType<typeof readPromptDataset>["rows"]): string {
  return JSON.stringify(
    rows.map(({ messages, response }) => ({ messages: [...messages, { role: "assistant", content: response ?? "" }] })),
  );
}

test("JSON and JSONL: bent, flipped, cut", { timeout: TARGET_TIMEOUT }, () =>
  fuzz({
    name: "prompt dataset",
    cases: fc.record({
      rows: fc.array(fc.constantFrom(...ROWS), { maxLength: ROWS.length }),
      bad: seldom(fc.constantFrom(...BAD_ROWS)),
      /** null: one JSON list; else JSONL with this line bent. */
      line: fc.option(fc.nat(5)),
      edits: fc.oneof({ weight: 6, arbitrary: jsonEdits }, { weight: 1, arbitrary: hostileJson }),
      damage: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: byteEdits }),
    }),
    read: ({ rows, bad, line, edits, damage }) => {
      const given = bad === null ? rows : [...rows, bad];
      const bent = (document: object): string => (typeof edits === "string" ? edits : editJson(document, edits));
      const lines = given.map((row, i) => (i === (line ?? 0) % given.length ? bent(row) : JSON.stringify(row)));
      const text = line === null ? bent(given) : lines.join("\n");
      const { rows: read, dropped } = readPromptDataset(textOf(editBytes(utf8(text), damage)));
      for (const { messages } of read) if (messages.at(-1)?.role !== "user") throw new TypeError("Expected a question at the end.");
      if (read.length > 0 && !sameData(readPromptDataset(asMessages(read)).rows, read))
        throw new TypeError("Expected the rows to come back as they were.");
      return dropped.length > 0 ? "read, rows dropped" : read.length > 0 ? "read" : "nothing left";
    },
    errors: [ConfigError],
    refusals: {
      "not JSON": /does not parse/,
      "no rows": /expected at least one row/,
      "a row no object": /row \d+: expected an object/,
      "a text no text": /expected text in column/,
      "a list no list": /expected a list in column/,
      history: /expected pairs of question/,
      "no column": /expected a column/,
      "no prompt": /expected a prompt in/,
      "messages no objects": /expected objects in column/,
      role: /expected a role of/,
      "a message no text": /expected text in every message/,
      "too long": /expected at most \d+ characters/,
    },
    accepted: ["read", "read, rows dropped"],
  }),
);
