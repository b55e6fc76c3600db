// Reads a number as people type it: 5e-4, 0.0005, 0,0005, with any minus sign.

/** The number, or null when the text is not one. A comma is a decimal sign: options are never grouped in thousands. */
export function parseNumber(text: string): number | null {
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}
