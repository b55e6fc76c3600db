// How a token id is written on the page.

/** A special token such as <|endoftext|> in slimmer brackets; other tokens without the space of a word's start. */
export function shownText(id: number, tokenTexts: readonly string[]): string {
  const text = tokenTexts[id] ?? `#${id}`;
  return text.replace(/^<\|?([^|<>]+)\|?>$/, "⟨$1⟩").trim() || "␣";
}
