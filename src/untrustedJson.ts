// JSON text that anybody may have written to plain values, without the cost of a tower of brackets.

/** No file of the lab's, nor one that it reads of others, comes near. */
const MAX_DEPTH = 100;
const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Array.from('"\\[]{}', (sign) => sign.charCodeAt(0));

/**
 * `JSON.parse` after a look at how deep the text nests: a parser keeps some fifty bytes for every open bracket, so a few megabytes
 * of brackets would take seconds and hundreds of megabytes.
 * @throws SyntaxError when the text is not JSON, or nested more than 100 levels deep
 */
export function parseUntrustedJson(text: string): unknown {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const sign = text.charCodeAt(i);
    if (quoted) {
      if (sign === BACKSLASH) i++;
      else if (sign === QUOTE) quoted = false;
    } else if (sign === QUOTE) quoted = true;
    else if (sign === OPEN_LIST || sign === OPEN_OBJECT) {
      if (++depth > MAX_DEPTH) throw new SyntaxError(`expected JSON of at most ${MAX_DEPTH} levels, got more`);
    } else if (sign === CLOSE_LIST || sign === CLOSE_OBJECT) depth--;
  }
  return JSON.parse(text) as unknown;
}
