// Per-token numbers in seven levels, so that a legend can name them and an underline can show them without colour.

/** -3 (far below the middle of the scale) to 3 (far above it). */
export type Level = -3 | -2 | -1 | 0 | 1 | 2 | 3;

/** Lower bounds of levels 1, 2 and 3, distances from the middle of a scale. */
export type LevelBounds = readonly [number, number, number];

/** Nats per token. */
export const KL_BOUNDS: LevelBounds = [0.1, 0.5, 1.5];

/** @param distance from the middle of the scale */
export function levelOf(distance: number, bounds: LevelBounds): Level {
  const strength = bounds.filter((bound) => Math.abs(distance) >= bound).length;
  return (distance < 0 ? -strength : strength) as Level;
}

export function klLevel(kl: number): Level {
  return levelOf(kl, KL_BOUNDS);
}
