// Checks of single values that came from outside: each hands on a value of its type or says what it expected.

/** @throws FieldError */
export type Reader<T> = (value: unknown) => T;

/** A value is not what its field holds; the message says what was expected and what came. */
export class FieldError extends Error {
  override readonly name = "FieldError";
}

/** At most so many characters of a wrong value are told, and so many right ones. */
const SHOWN = 40;
const LISTED = 20;

export function expected(what: string, value: unknown): FieldError {
  const text =
    typeof value === "string" ? JSON.stringify(value) : Array.isArray(value) ? "a list" : isObject(value) ? "an object" : String(value);
  return new FieldError(`expected ${what}, got ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`);
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const aBoolean: Reader<boolean> = (value) => {
  if (typeof value !== "boolean") throw expected("true or false", value);
  return value;
};

export function oneOf<T extends string>(choices: readonly T[]): Reader<T> {
  return (value) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw expected(choices.length > LISTED ? "a known name" : `one of ${choices.join(", ")}`, value);
    return found;
  };
}

export function aNumber(min: number, max: number): Reader<number> {
  return (value) => {
    if (typeof value !== "number" || !(value >= min && value <= max)) throw expected(`a number from ${min} to ${max}`, value);
    return value;
  };
}

export function whole(min: number, max: number): Reader<number> {
  const within = aNumber(min, max);
  return (value) => {
    const number = within(value);
    if (!Number.isInteger(number)) throw expected("a whole number", value);
    return number;
  };
}

/** Of at most `max` characters, all of them matching `form`. */
export function aText(max: number, form: RegExp, what: string): Reader<string> {
  return (value) => {
    if (typeof value !== "string" || value.length > max || !form.test(value)) throw expected(`${what} of at most ${max} characters`, value);
    return value;
  };
}

export function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value) => (value === null ? null : read(value));
}

/** At most `max` different values. */
export function listOf<T extends string>(read: Reader<T>, max: number): Reader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length > max) throw expected(`a list of at most ${max}`, value);
    const list = value.map(read);
    if (new Set(list).size !== list.length) throw expected("a list of different values", value);
    return list;
  };
}

/** An object with exactly these fields. */
export function aRecord<T extends object>(fields: { readonly [K in keyof T]: Reader<T[K]> }): Reader<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value) => {
    if (!isObject(value) || Object.keys(value).length !== names.length) throw expected(`an object with ${names.join(", ")}`, value);
    return Object.fromEntries(names.map((name) => [name, fields[name](Object.hasOwn(value, name) ? value[name] : undefined)])) as T;
  };
}
