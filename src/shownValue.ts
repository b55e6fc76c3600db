// What was read and is wrong, as a few words for a message: short, and safe to make of anything.

const SHOWN_CHARACTERS = 80;

/** JSON of `value`, cut short; "nothing" where there is no value. Never fails, however deep or odd the value is. */
export function shownValue(value: unknown): string {
  return shownText(valueText(value));
}

/** The same in full length. */
export function valueText(value: unknown): string {
  try {
    return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
  } catch {
    // JSON.stringify runs out of stack some thousand levels down.
    return "a value that cannot be shown";
  }
}

/** The beginning of a name or text. */
export function shownText(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}
