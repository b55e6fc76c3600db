// Where values lie on a scale that shows them all.

/** Percent of the scale's width. */
export type Scale = (value: number) => number;

/** Room left at both ends. */
const MARGIN = 4;
/** On a logarithmic scale 0 lies this factor below the smallest value. */
const BELOW = 4;

/** A linear or logarithmic scale over all of `values`. */
export function scaleOf(values: readonly number[], logarithmic: boolean): Scale {
  const positive = values.filter((value) => value > 0);
  const least = (positive.length === 0 ? 1 : Math.min(...positive)) / BELOW;
  const place = (value: number): number => (logarithmic ? Math.log(Math.max(value, least)) : value);
  const places = values.map(place);
  const low = Math.min(...places);
  const span = Math.max(...places) - low || 1;
  return (value) => MARGIN + ((100 - 2 * MARGIN) * (place(value) - low)) / span;
}
