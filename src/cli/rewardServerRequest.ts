// Body of a scoring request to checked values, or what is wrong with it in FastAPI's words (fact sheet 4.4).

import { isJsonObject, type JsonObject } from "../model/jsonText";

export interface ScoreRequest {
  readonly model: string;
  /** Whole rendered texts, special tokens included. */
  readonly messages: readonly string[];
  readonly maxLength: number | null;
}

/** One entry of `detail` in a reply with status 422. */
export interface SchemaError {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: JsonObject;
}

/**
 * @param contentType of the request; only JSON is parsed, as in FastAPI
 * @param text an empty one counts as no body
 */
export function readScoreRequest(contentType: string | undefined, text: string): ScoreRequest | readonly SchemaError[] {
  if (text === "") return [missing(["body"], null)];
  if (!isJsonType(contentType)) return [notAnObject(text)];
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
    return [{ type: "json_invalid", loc: ["body", position], msg: "JSON decode error", input: {}, ctx: { error: message } }];
  }
  if (body === null) return [missing(["body"], null)];
  return isJsonObject(body) ? readFields(body) : [notAnObject(body)];
}

/** FastAPI takes a body without content type as JSON. */
function isJsonType(contentType: string | undefined): boolean {
  return contentType === undefined || /^\s*application\/(?:[^;\s]*\+)?json\s*(?:;|$)/i.test(contentType);
}

function readFields(body: JsonObject): ScoreRequest | readonly SchemaError[] {
  const errors: SchemaError[] = [];
  const field = (name: string): unknown => {
    if (!(name in body)) errors.push(missing(["body", name], body));
    return body[name];
  };
  const model = field("model");
  if ("model" in body && typeof model !== "string") errors.push(notAString(["body", "model"], model));
  const messages = field("messages");
  if (Array.isArray(messages))
    errors.push(
      ...messages.flatMap((message: unknown, i) => (typeof message === "string" ? [] : [notAString(["body", "messages", i], message)])),
    );
  else if ("messages" in body)
    errors.push({ type: "list_type", loc: ["body", "messages"], msg: "Input should be a valid list", input: messages });
  const maxLength = readMaxLength(body["max_length"] ?? null);
  if (typeof maxLength === "object" && maxLength !== null) errors.push(maxLength);
  if (errors.length > 0) return errors;
  return { model: model as string, messages: messages as string[], maxLength: maxLength as number | null };
}

/** Whole numbers may also come as text, as pydantic allows. */
function readMaxLength(input: unknown): number | null | SchemaError {
  const problem = (type: string, rest: string): SchemaError => ({
    type,
    loc: ["body", "max_length"],
    msg: `Input should be ${rest}`,
    input,
  });
  if (input === null) return null;
  const value = typeof input === "string" && /^\s*[+-]?\d+\s*$/.test(input) ? Number(input) : input;
  if (typeof value === "string") return problem("int_parsing", "a valid integer, unable to parse string as an integer");
  if (typeof value !== "number") return problem("int_type", "a valid integer");
  if (!Number.isInteger(value)) return problem("int_from_float", "a valid integer, got a number with a fractional part");
  return value >= 0 ? value : { ...problem("greater_than_equal", "greater than or equal to 0"), ctx: { ge: 0 } };
}

function missing(loc: SchemaError["loc"], input: unknown): SchemaError {
  return { type: "missing", loc, msg: "Field required", input };
}

function notAString(loc: SchemaError["loc"], input: unknown): SchemaError {
  return { type: "string_type", loc, msg: "Input should be a valid string", input };
}

function notAnObject(input: unknown): SchemaError {
  return {
    type: "model_attributes_type",
    loc: ["body"],
    msg: "Input should be a valid dictionary or object to extract fields from",
    input,
  };
}
