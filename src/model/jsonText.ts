// Text of a model folder's JSON files to checked plain values.

import { CheckpointError } from "../errors";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws CheckpointError when `text` is not a JSON object; `file` names it in the message. */
export function parseJsonObject(file: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CheckpointError(
      `${file}: expected JSON, got text that does not parse (${String(error)}). Download or export the file again.`,
    );
  }
  if (!isJsonObject(value)) throw new CheckpointError(`${file}: expected a JSON object. Download or export the file again.`);
  return value;
}
