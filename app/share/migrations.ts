// Older versions of the shared state, each lifted to the next one. A step moves and renames; the table's readers check the result.

import { isObject } from "./readers";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Version 0 held the view in an object of its own, counted the pinned step from 1 as the page shows it, and kept the seed beside
 * the options.
 */
function from0({ view, seed, config, ...rest }: Fields): Fields {
  const { step, ...look } = isObject(view) ? view : {};
  return {
    ...rest,
    ...look,
    ...(step === undefined ? {} : { pinned: typeof step === "number" ? step - 1 : step }),
    ...(config === undefined && seed === undefined
      ? {}
      : { config: isObject(config) || config === undefined ? { ...config, ...(seed === undefined ? {} : { seed }) } : config }),
  };
}

/** The n-th lifts version n to n + 1. */
const STEPS: readonly ((fields: Fields) => Fields)[] = [from0];

/** The version that this lab writes. */
export const VERSION = STEPS.length;

/** Fields of version `version`, which is at most VERSION, as this version has them. */
export function migrate(version: number, fields: Fields): Fields {
  return STEPS.slice(version).reduce((lifted, step) => step(lifted), fields);
}
