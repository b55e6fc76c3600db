// Text of a JSON or JSONL file with prompts in LLaMA-Factory's alpaca or sharegpt form to conversations ready to be rendered.
// Fact sheet 1.1 step 3; LF data/converter.py and data/processor/unsupervised.py.

import { ConfigError } from "../errors";
import type { LocalText } from "../localText";
import { isJsonObject, type JsonObject } from "../model/jsonText";
import type { ChatMessage } from "../scenarios/chatTemplate";
import { parseUntrustedJson } from "../untrustedJson";

export const PROMPT_DATASET_LIMITS = {
  /** Bytes of the file as UTF-8. */
  fileBytes: 8_388_608,
  rows: 100_000,
  /** Characters of one row's messages together. */
  rowCharacters: 20_000,
} as const;

/** Names of the columns, by LLaMA-Factory's keys in dataset_info.json. */
export interface PromptColumns {
  readonly prompt: string;
  readonly query: string;
  readonly response: string;
  readonly system: string;
  readonly history: string;
  /** sharegpt only. */
  readonly messages: string;
}

/** A conversation up to the turn that the policy answers. */
export interface PromptRow {
  /** A system text if there is one, then user and assistant turns, a user's last. */
  readonly messages: readonly ChatMessage[];
  /** The file's own answer; PPO does not use it. */
  readonly response?: string;
}

/** Rows left out for one reason. */
export interface DroppedRows {
  readonly reason: LocalText;
  readonly count: number;
  /** Number of the first of them, from 1. */
  readonly firstRow: number;
}

export interface PromptDataset {
  readonly rows: readonly PromptRow[];
  readonly dropped: readonly DroppedRows[];
}

/** LLaMA-Factory's refusal of preference data, word for word (feature row 8). */
const RANKING_REFUSED = "The dataset is not applicable in the current training stage.";

const ALPACA_COLUMNS = { prompt: "instruction", query: "input", response: "output", system: "system", history: "history" } as const;
/** sharegpt's own name, then OpenAI's. */
const MESSAGE_COLUMNS = ["conversations", "messages"] as const;

/** What a turn is called; a tool's result is rendered as a user turn and a call as an answer, as templates without own slots do. */
const ROLES: ReadonlyMap<unknown, ChatMessage["role"]> = new Map([
  ["human", "user"],
  ["user", "user"],
  ["observation", "user"],
  ["tool", "user"],
  ["gpt", "assistant"],
  ["assistant", "assistant"],
  ["function_call", "assistant"],
  ["function", "assistant"],
  ["system", "system"],
]);

/** LLaMA-Factory empties such rows ("Invalid role tag", "Invalid message count") and drops them for their even prompt. */
const REASONS = {
  roles: {
    en: "user and assistant turns do not alternate, starting with the user",
    vi: "các lượt của người dùng và trợ lý không luân phiên, bắt đầu từ người dùng",
  },
  count: {
    en: "the conversation does not end with an answer, so its prompt has an even number of messages",
    vi: "hội thoại không kết thúc bằng câu trả lời, nên phần câu hỏi có số lượt chẵn",
  },
} as const satisfies Record<string, LocalText>;
type Reason = keyof typeof REASONS;

/**
 * Reads a whole file. A row is in sharegpt form when it has a column of messages, else in alpaca form.
 * @param columns other names than LLaMA-Factory's defaults
 * @throws ConfigError naming the row, when the file is too large, not JSON or JSONL, a preference dataset, or a row is not in form.
 */
export function readPromptDataset(text: string, columns: Partial<PromptColumns> = {}): PromptDataset {
  const rows: PromptRow[] = [];
  const dropped = new Map<Reason, { count: number; firstRow: number }>();
  readRows(text).forEach((value, index) => {
    const number = index + 1;
    const row = new Row(number, value);
    if (row.has("chosen") && row.has("rejected"))
      throw new ConfigError(
        `${RANKING_REFUSED} Row ${number} has a chosen and a rejected answer; PPO wants prompts only. Remove both columns.`,
      );
    const read = readRow(row, columns);
    if (typeof read !== "string") rows.push(read);
    else dropped.set(read, { count: (dropped.get(read)?.count ?? 0) + 1, firstRow: dropped.get(read)?.firstRow ?? number });
  });
  return { rows, dropped: [...dropped].map(([reason, where]) => ({ reason: REASONS[reason], ...where })) };
}

/** The file's values, one per row: a JSON list, one JSON object, or a JSON object per line. */
function readRows(text: string): readonly unknown[] {
  const { fileBytes, rows: maxRows } = PROMPT_DATASET_LIMITS;
  if (text.length > fileBytes || new TextEncoder().encode(text).length > fileBytes)
    throw new ConfigError(`Prompts: expected a file of at most ${fileBytes / 1_048_576} MB, got a larger one. Split it.`);
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  const whole = parsed(trimmed);
  const rows = whole ? (Array.isArray(whole.value) ? whole.value : [whole.value]) : parseLines(trimmed);
  if (rows.length === 0) throw new ConfigError("Prompts: expected at least one row, got an empty file. Choose a file with prompts.");
  if (rows.length > maxRows) throw new ConfigError(`Prompts: expected at most ${maxRows} rows, got ${rows.length}. Split the file.`);
  return rows;
}

/** No more than one row beyond the limit. */
function parseLines(text: string): readonly unknown[] {
  const rows: unknown[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const row = parsed(line);
    if (!row)
      throw new ConfigError(
        `Prompts: expected a JSON list or a JSON object per line, but line ${index + 1} does not parse. Correct the file or export it again.`,
      );
    rows.push(row.value);
    if (rows.length > PROMPT_DATASET_LIMITS.rows) break;
  }
  return rows;
}

/** Null when the text is not JSON. */
function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: parseUntrustedJson(text) };
  } catch {
    return null;
  }
}

/** A row's columns with checked types; errors name the row. */
class Row {
  private readonly number: number;
  private readonly columns: JsonObject;

  constructor(number: number, value: unknown) {
    this.number = number;
    if (!isJsonObject(value)) throw this.wrong(`expected an object, got ${kindOf(value)}`);
    this.columns = value;
  }

  /** Whether the column is there and not null. */
  has(column: string): boolean {
    return this.value(column) !== null;
  }
  value(column: string): unknown {
    return Object.hasOwn(this.columns, column) ? (this.columns[column] ?? null) : null;
  }
  /** A text; null and a missing column count as empty. */
  text(column: string): string {
    const value = this.value(column);
    if (value === null) return "";
    if (typeof value !== "string") throw this.wrong(`expected text in column ${column}, got ${kindOf(value)}`);
    return value;
  }
  /** A list; null and a missing column count as empty. */
  list(column: string): readonly unknown[] {
    const value = this.value(column);
    if (value === null) return [];
    if (!Array.isArray(value)) throw this.wrong(`expected a list in column ${column}, got ${kindOf(value)}`);
    return value;
  }
  wrong(problem: string): ConfigError {
    return new ConfigError(`Prompts: row ${this.number}: ${problem}. Correct the row or name the columns.`);
  }
}

function kindOf(value: unknown): string {
  return value === null ? "null" : value === undefined ? "nothing" : Array.isArray(value) ? "a list" : typeof value;
}

/** @returns the row, or why it is dropped */
function readRow(row: Row, columns: Partial<PromptColumns>): PromptRow | Reason {
  const named = { ...ALPACA_COLUMNS, ...columns };
  const column = [columns.messages ?? "", ...MESSAGE_COLUMNS].find((name) => row.has(name));
  const read = column === undefined ? readAlpaca(row, named) : readSharegpt(row, column, named.system);
  if (typeof read === "string") return read;
  const characters = read.messages.reduce((sum, { content }) => sum + content.length, 0) + (read.response?.length ?? 0);
  if (characters > PROMPT_DATASET_LIMITS.rowCharacters)
    throw row.wrong(`expected at most ${PROMPT_DATASET_LIMITS.rowCharacters} characters, got ${characters}`);
  return read;
}

const systemMessage = (text: string): ChatMessage[] => (text === "" ? [] : [{ role: "system", content: text }]);
const withResponse = (messages: readonly ChatMessage[], response: string): PromptRow => ({
  messages,
  ...(response === "" ? {} : { response }),
});

/** User text = prompt + "\n" + query, empty parts left out, after the turns of the history. */
function readAlpaca(row: Row, columns: Omit<PromptColumns, "messages">): PromptRow {
  if (!row.has(columns.prompt) && !row.has(columns.query))
    throw row.wrong(`expected a column ${columns.prompt} or ${columns.query}, or messages in ${MESSAGE_COLUMNS.join(" or ")}`);
  const history = row.list(columns.history).flatMap((turn): ChatMessage[] => {
    const [asked, answered]: readonly unknown[] = Array.isArray(turn) && turn.length === 2 ? turn : [];
    if (typeof asked !== "string" || typeof answered !== "string")
      throw row.wrong(`expected pairs of question and answer in column ${columns.history}, got ${kindOf(turn)}`);
    return [
      { role: "user", content: asked },
      { role: "assistant", content: answered },
    ];
  });
  const content = [row.text(columns.prompt), row.text(columns.query)].filter((part) => part !== "").join("\n");
  if (content === "") throw row.wrong(`expected a prompt in ${columns.prompt} or ${columns.query}, got none`);
  return withResponse([...systemMessage(row.text(columns.system)), ...history, { role: "user", content }], row.text(columns.response));
}

/** Everything but the last message is the prompt, the last one the file's own answer. */
function readSharegpt(row: Row, column: string, systemColumn: string): PromptRow | Reason {
  const turns = row.list(column).map((message): ChatMessage => {
    if (!isJsonObject(message)) throw row.wrong(`expected objects in column ${column}, got ${kindOf(message)}`);
    const [tag, content] = "from" in message ? [message["from"], message["value"]] : [message["role"], message["content"]];
    const role = ROLES.get(tag);
    if (role === undefined)
      throw row.wrong(
        `expected a role of ${[...ROLES.keys()].join(", ")} in column ${column}, got ${typeof tag === "string" ? `"${tag.slice(0, 40)}"` : kindOf(tag)}`,
      );
    if (typeof content !== "string") throw row.wrong(`expected text in every message of column ${column}, got ${kindOf(content)}`);
    return { role, content };
  });
  const [first, ...rest] = turns;
  const [system, talk] = first?.role === "system" ? [first.content, rest] : [row.text(systemColumn), turns];
  if (talk.some(({ role }, i) => role !== (i % 2 === 0 ? "user" : "assistant"))) return "roles";
  const response = talk.at(-1);
  if (talk.length % 2 !== 0 || response === undefined) return "count";
  return withResponse([...systemMessage(system), ...talk.slice(0, -1)], response.content);
}
