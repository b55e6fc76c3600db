// Numbers and objects of our own JSON files: any number survives the way there and back, and nothing read is trusted.

import { CheckpointError } from "../errors";
import { shownText, shownValue } from "../shownValue";
import { isJsonObject, type JsonObject } from "./jsonText";

/** A number as JSON can hold it; those that it cannot are texts. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity" | "-0";

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

export function jsonNumber(x: number): JsonNumber {
  if (Object.is(x, -0)) return "-0";
  return Number.isFinite(x) ? x : (String(x) as JsonNumber);
}

/** Reads the fields of one object; every message names the field by its path. */
export class JsonFields {
  private readonly json: JsonObject;
  private readonly path: string;

  /** @throws CheckpointError when `value` is no object. */
  constructor(value: unknown, path: string) {
    if (!isJsonObject(value)) throw new CheckpointError(`${path}: expected an object, got ${shownValue(value)}. ${ADVICE}`);
    this.json = value;
    this.path = path;
  }

  names(): string[] {
    return Object.keys(this.json);
  }

  value(name: string): unknown {
    return this.json[name];
  }

  object(name: string): JsonFields {
    return new JsonFields(this.json[name], `${this.path}.${name}`);
  }

  /** null where the file says null. */
  optionalObject(name: string): JsonFields | null {
    return this.json[name] === null ? null : this.object(name);
  }

  text(name: string, maxLength = Number.POSITIVE_INFINITY): string {
    const value = this.json[name];
    if (typeof value !== "string" || value.length > maxLength)
      throw this.wrong(name, maxLength === Number.POSITIVE_INFINITY ? "a text" : `a text of at most ${maxLength} characters`);
    return value;
  }

  /** As `jsonNumber` writes it. */
  number(name: string): number {
    const value = this.json[name];
    if (typeof value === "number") return value;
    const special = typeof value === "string" && Object.hasOwn(SPECIAL, value) ? SPECIAL[value] : undefined;
    if (special === undefined) throw this.wrong(name, "a number");
    return special;
  }

  /** A whole number from 0 to `max`. */
  count(name: string, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.json[name];
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || value > max)
      throw this.wrong(name, max === Number.MAX_SAFE_INTEGER ? "a whole number from 0" : `a whole number from 0 to ${max}`);
    // JSON knows -0, a count does not.
    return Math.abs(value);
  }

  /** @throws CheckpointError also on what `read` refuses. */
  list<T>(name: string, read: (item: unknown, path: string) => T, maxLength = Number.POSITIVE_INFINITY): T[] {
    const value = this.json[name];
    if (!Array.isArray(value) || value.length > maxLength)
      throw this.wrong(name, maxLength === Number.POSITIVE_INFINITY ? "a list" : `a list of at most ${maxLength}`);
    return value.map((item, i) => read(item, `${this.path}.${name}[${i}]`));
  }

  wrong(name: string, expected: string): CheckpointError {
    return new CheckpointError(`${this.path}.${shownText(name)}: expected ${expected}, got ${shownValue(this.json[name])}. ${ADVICE}`);
  }
}

const ADVICE = "The file is damaged or was changed; use another one.";
