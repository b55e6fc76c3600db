// How far a replayed number or weight is from the recorded one.

import type { NamedTensors } from "../engine/layout";

/** Largest |difference| / tolerance over the elements; tolerance = absolute + relative |recorded|. NaN equals NaN. */
export function toleranceMultiple(
  replayed: ArrayLike<number> | undefined,
  recorded: ArrayLike<number>,
  tolerance: { readonly absolute: number; readonly relative: number },
): number {
  if (replayed?.length !== recorded.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < recorded.length; i++) {
    const ours = replayed[i] as number;
    const theirs = recorded[i] as number;
    if (Object.is(ours, theirs) || ours === theirs) continue;
    const multiple = Math.abs(ours - theirs) / (tolerance.absolute + tolerance.relative * Math.abs(theirs));
    if (!(multiple <= largest)) largest = Number.isNaN(multiple) ? Infinity : multiple;
  }
  return largest;
}

export interface WeightDifference {
  /** 99.9th percentile of |difference| over all parameters. */
  readonly p999: number;
  readonly max: number;
}

/** Compares every tensor of `recorded`. */
export function weightDifference(replayed: NamedTensors, recorded: NamedTensors): WeightDifference {
  const differences: number[] = [];
  for (const [name, { data }] of recorded) {
    const ours = replayed.get(name)?.data;
    data.forEach((theirs, i) => {
      const difference = Math.abs((ours?.[i] ?? Number.NaN) - theirs);
      differences.push(Number.isNaN(difference) ? Infinity : difference);
    });
  }
  differences.sort((a, b) => a - b);
  return { p999: percentile(differences, 0.999), max: differences.at(-1) ?? 0 };
}

/** Linear between the two neighbours. */
function percentile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? 0;
  return below === above ? below : below + (above - below) * (place - Math.floor(place));
}
