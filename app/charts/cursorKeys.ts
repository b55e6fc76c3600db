// How keys move a cursor along whole numbers.

const PAGE = 10;

/** The next place after a key; null for a key that moves nothing. */
export function stepAfterKey(key: string, at: number, least: number, most: number): number | null {
  const next: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageDown: at - PAGE,
    PageUp: at + PAGE,
    Home: least,
    End: most,
  };
  const wanted = next[key];
  return wanted === undefined ? null : Math.max(least, Math.min(most, wanted));
}
