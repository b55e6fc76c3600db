// Calls as text: `get_weather(city="Paris", day="tomorrow")` is written from its parts and parsed back into them.

import type { ArgumentValue } from "./values";

export interface Argument {
  readonly name: string;
  readonly value: ArgumentValue;
}

export interface Call {
  readonly tool: string;
  readonly args: readonly Argument[];
}

export function writeValue(value: ArgumentValue): string {
  return typeof value === "string" ? `"${value}"` : `${value}`;
}

export function writeCall({ tool, args }: Call): string {
  return `${tool}(${args.map(({ name, value }) => `${name}=${writeValue(value)}`).join(", ")})`;
}

/** Reads tokens of a call one after the other; spaces between them say nothing. */
class Scanner {
  private readonly text: string;
  private at = 0;
  constructor(text: string) {
    this.text = text;
  }
  /** The text that `pattern` (sticky) matches here, or null; then the scanner stays where it is. */
  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.at += found.length;
    return found.trim();
  }
  get done(): boolean {
    return this.at === this.text.length;
  }
}

const NAME = / *[a-z_]+/y;
const OPEN = / *\(/y;
const CLOSE = / *\)/y;
const EQUALS = / *=/y;
const COMMA = / *,/y;
const STRING = / *"[^"]*"/y;
const NUMBER = / *[0-9]+(?![0-9-])/y;
const BOOLEAN = / *(?:true|false)(?![a-z_])/y;

/**
 * call = name "(" [ argument { "," argument } ] ")"; argument = name "=" value; value = string in double quotes, whole number,
 * true or false. No name may occur twice.
 * @returns null when the text is not one whole call
 */
export function parseCall(text: string): Call | null {
  const scanner = new Scanner(text);
  const tool = scanner.take(NAME);
  if (tool === null || scanner.take(OPEN) === null) return null;
  const args: Argument[] = [];
  if (scanner.take(CLOSE) === null) {
    do {
      const argument = parseArgument(scanner);
      if (argument === null || args.some(({ name }) => name === argument.name)) return null;
      args.push(argument);
    } while (scanner.take(COMMA) !== null);
    if (scanner.take(CLOSE) === null) return null;
  }
  return scanner.done ? { tool, args } : null;
}

function parseArgument(scanner: Scanner): Argument | null {
  const name = scanner.take(NAME);
  if (name === null || scanner.take(EQUALS) === null) return null;
  const value = parseValue(scanner);
  return value === null ? null : { name, value };
}

function parseValue(scanner: Scanner): ArgumentValue | null {
  const quoted = scanner.take(STRING);
  if (quoted !== null) return quoted.slice(1, -1);
  const number = scanner.take(NUMBER);
  if (number !== null) return Number(number);
  const boolean = scanner.take(BOOLEAN);
  return boolean === null ? null : boolean === "true";
}
