// Text of a model folder's JSON files to checked plain values.

import { CheckpointError } from "../errors";
import { parseUntrustedJson } from "../untrustedJson";

export type JsonObject = Readonly<Record<string, unknown>>;

/** UTF-16 units; the largest tokenizer.json of a Llama has about 17 million. */
export const MAX_JSON_LENGTH = 32 * 2 ** 20;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws CheckpointError when `text` is not a JSON object or longer than any such file; `file` names it in the message. */
export function parseJsonObject(file: string, text: string): JsonObject {
  if (text.length > MAX_JSON_LENGTH)
    throw new CheckpointError(`${file}: expected at most ${MAX_JSON_LENGTH} characters, got ${text.length}. Choose the right file.`);
  let value: unknown;
  try {
    value = parseUntrustedJson(text);
  } catch (error) {
    throw new CheckpointError(
      `${file}: expected JSON, got text that does not parse (${String(error)}). Download or export the file again.`,
    );
  }
  if (!isJsonObject(value)) throw new CheckpointError(`${file}: expected a JSON object. Download or export the file again.`);
  return value;
}
