// Tables of u32 words that tell a kernel where the weights of an adapter's targets and its tensors lie, one record a target.

import { LANES } from "./helpers";

/** Records of the same fields, in the given order. */
export interface TargetTable<F extends string> {
  /** Words of a record. */
  readonly words: number;
  /** The records' words, one after the other. */
  pack(records: readonly Readonly<Record<F, number>>[]): Uint32Array<ArrayBuffer>;
  /** WGSL that reads a field of the workgroup's target: the y of a dispatch counts targets. */
  readonly field: (name: F) => string;
}

export function targetTable<const F extends string>(...fields: readonly F[]): TargetTable<F> {
  return {
    words: fields.length,
    pack: (records) => Uint32Array.from(records.flatMap((record) => fields.map((name) => record[name]))),
    field: (name) => `targets[groupId.y * ${fields.length}u + ${fields.indexOf(name)}u]`,
  };
}

/** Workgroups in x beyond which a shared loop goes round instead. */
const MOST_GROUPS = 16384;

/** Invocations [x, targets] for a kernel whose body is a shared loop, from the elements of each target. */
export function sharedThreads(elements: readonly number[]): readonly [x: number, y: number] {
  const most = elements.reduce((largest, count) => Math.max(largest, count), 0);
  return [Math.min(most, MOST_GROUPS * LANES), elements.length];
}

/** WGSL head of a loop in which the workgroups of a target share `count` elements; `e` is the element. */
export const sharedLoop = (count: string): string => `for (var e = id.x; e < ${count}; e += groups.x * ${LANES}u)`;
