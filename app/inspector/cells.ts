// Numbers in tables: three decimals so that columns line up, no negative zero, a dash for what is not known.

import { useMemo } from "react";
import type { NumberWriter } from "../strings/numbers";
import { useLanguage } from "../strings/strings";

export type WriteCell = (x: number | null | undefined) => string;

export function cellWriter(numbers: NumberWriter, decimals: number): WriteCell {
  const smallest = 0.5 * 10 ** -decimals;
  return (x) => (x === null || x === undefined || Number.isNaN(x) ? "–" : numbers.fixed(Math.abs(x) < smallest ? 0 : x, decimals));
}

export function useCells(decimals = 3): WriteCell {
  const { numbers } = useLanguage();
  return useMemo(() => cellWriter(numbers, decimals), [numbers, decimals]);
}
