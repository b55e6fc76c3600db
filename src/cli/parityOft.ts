// Recorded OFT rotations (golden oft.json) against the rotations that the lab merges with.

import type { OftParametrisation } from "../engine/engine";
import { CheckpointError } from "../errors";
import { rotationOf } from "../model/adapters/rotation";
import { isJsonObject, parseJsonObject } from "../model/jsonText";

/** The reference's float32 against float64. */
const TOLERANCE = 1e-6;

const KINDS: ReadonlyMap<string, OftParametrisation["cayley"]> = new Map([
  ["neumann5", { kind: "neumann", terms: 5 }],
  ["neumann3", { kind: "neumann", terms: 3 }],
  ["exact", { kind: "exact" }],
]);

export interface RotationReport {
  readonly kinds: readonly string[];
  /** Largest difference in any R or x R. */
  readonly max: number;
  readonly matches: boolean;
}

/**
 * Compares R of every block, and x R for rows x, for each recorded kind of Cayley transform.
 * @throws CheckpointError when the file holds something else.
 */
export function compareRotations(text: string): RotationReport {
  const json = parseJsonObject("oft.json", text);
  const blockSize = numbers(json["block_size"], "block_size")[0] as number;
  const rows = table(json["weight"], "weight");
  const inputs = table(json["x"], "x");
  const kinds = [...KINDS].filter(([kind]) => isJsonObject(json[kind]));
  if (kinds.length === 0) throw wrong("one of neumann5, neumann3 and exact");
  let max = 0;
  const compare = (ours: ArrayLike<number>, theirs: readonly number[]) => {
    if (ours.length !== theirs.length) throw wrong(`lists of ${ours.length} numbers`);
    theirs.forEach((value, i) => {
      max = Math.max(max, Math.abs((ours[i] as number) - value));
    });
  };
  for (const [kind, cayley] of kinds) {
    const { R: blocks, xR: rotated } = json[kind] as { R?: unknown; xR?: unknown };
    const rotations = rows.map((row) => rotationOf(row, blockSize, cayley));
    compare(
      rotations.flatMap((rotation) => [...rotation]),
      numbers(blocks, `${kind}.R`),
    );
    compare(
      inputs.flatMap((x) => rotate(x, rotations, blockSize)),
      numbers(rotated, `${kind}.xR`),
    );
  }
  return { kinds: kinds.map(([kind]) => kind), max, matches: max <= TOLERANCE };
}

/** x R with R = blockdiag(rotations); x is a row. */
function rotate(x: readonly number[], rotations: readonly Float64Array[], blockSize: number): number[] {
  return rotations.flatMap((rotation, block) =>
    Array.from({ length: blockSize }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < blockSize; i++) sum += (x[block * blockSize + i] as number) * (rotation[i * blockSize + j] as number);
      return sum;
    }),
  );
}

function table(value: unknown, where: string): number[][] {
  if (!Array.isArray(value)) throw wrong(`a list of rows under ${where}`);
  return value.map((row: unknown) => numbers(row, where));
}

/** A number or nested lists of numbers, flattened. */
function numbers(value: unknown, where: string): number[] {
  if (Array.isArray(value)) return value.flatMap((element: unknown) => numbers(element, where));
  if (typeof value !== "number") throw wrong(`numbers under ${where}`);
  return [value];
}

function wrong(expected: string): CheckpointError {
  return new CheckpointError(`oft.json: expected ${expected}, got something else. Record the rotations again.`);
}
