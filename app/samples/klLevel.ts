// Per-token drift in seven levels, so that a legend can name them and an underline can show them without colour.

/** -3 (much less likely than under the reference) to 3 (much more likely). */
export type KlLevel = -3 | -2 | -1 | 0 | 1 | 2 | 3;

/** Lower bounds of levels 1, 2 and 3, nats per token. */
export const KL_BOUNDS = [0.1, 0.5, 1.5] as const;

export function klLevel(kl: number): KlLevel {
  const strength = KL_BOUNDS.filter((bound) => Math.abs(kl) >= bound).length;
  return (kl < 0 ? -strength : strength) as KlLevel;
}
