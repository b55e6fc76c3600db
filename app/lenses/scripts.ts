// Subscripts and superscripts in plain text: π_ref, γ^l, A_(t+1). File names such as trainer_log keep their underscores.

export interface TextPart {
  readonly kind: "plain" | "sub" | "sup";
  readonly text: string;
}

/** An index behind one letter or a bracket. */
const SCRIPT = /(?<=(?<![\p{L}\p{N}_])\p{L}|[Σ∏)])([_^])(\([^()]*\)|<?[\p{L}\p{N}]+)/gu;

export function withScripts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(SCRIPT)) {
    const [whole, mark, index = ""] = match;
    parts.push({ kind: "plain", text: text.slice(from, match.index) });
    parts.push({ kind: mark === "_" ? "sub" : "sup", text: index.replace(/^\((.*)\)$/u, "$1") });
    from = match.index + whole.length;
  }
  return [...parts, { kind: "plain", text: text.slice(from) }];
}
