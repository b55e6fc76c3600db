// Freeze, LoRA and OFT on the oracle's tape (fact sheet 6.2 to 6.4), entry by entry in float64: base weights and theta go in,
// effective weights and gradients of theta come out.

import type { OftParametrisation, Parametrisation, TokenBatch } from "../../src/engine/engine";
import { parameterSpecs } from "../../src/engine/layout";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import { adapterTensorName } from "../../src/engine/theta";
import type { LossHead } from "../../src/loss/lossHead";
import { type Leaves, OracleLlama, placeOnTape, type Weights64 } from "./llama";
import { lossOnTape, type OracleLoss } from "./losses";
import { type Scalar, Tape } from "./tape";

type Matrix = Scalar[][];

function identity(tape: Tape, size: number): Matrix {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => tape.leaf(i === j ? 1 : 0)));
}

function product(tape: Tape, a: Matrix, b: Matrix): Matrix {
  return a.map((row) =>
    (b[0] as Scalar[]).map((_, j) =>
      tape.dot(
        row,
        b.map((other) => other[j] as Scalar),
      ),
    ),
  );
}

/** a + factor b */
function plus(tape: Tape, a: Matrix, b: Matrix, factor: number): Matrix {
  return a.map((row, i) => row.map((x, j) => tape.add(x, tape.scale(b[i]?.[j] as Scalar, factor))));
}

/** Solves X M = A for X by elimination on the columns; M's leading minors must not vanish. */
function divideFromRight(tape: Tape, a: Matrix, m: Matrix): Matrix {
  const columns = [...m, ...a].map((row) => row.slice());
  const size = m.length;
  for (let pivot = 0; pivot < size; pivot++) {
    const inverse = tape.reciprocal(columns[pivot]?.[pivot] as Scalar);
    for (const row of columns) row[pivot] = tape.mul(row[pivot] as Scalar, inverse);
    for (let j = 0; j < size; j++) {
      if (j === pivot) continue;
      const factor = columns[pivot]?.[j] as Scalar;
      for (const row of columns) row[j] = tape.sub(row[j] as Scalar, tape.mul(factor, row[pivot] as Scalar));
    }
  }
  return columns.slice(size);
}

function rotation(tape: Tape, q: Matrix, cayley: OftParametrisation["cayley"]): Matrix {
  const one = identity(tape, q.length);
  if (cayley.kind === "exact") return divideFromRight(tape, plus(tape, one, q, -1), plus(tape, one, q, 1));
  if (cayley.terms === 1) return one;
  let r = plus(tape, one, q, 2);
  if (cayley.terms === 2) return r;
  let power = product(tape, q, q);
  r = plus(tape, r, power, 2);
  for (let j = 3; j < cayley.terms - 1; j++) {
    power = product(tape, power, q);
    r = plus(tape, r, power, 2);
  }
  return plus(tape, r, product(tape, power, q), 1);
}

/** Q = U - U^T from the strict upper triangle, row by row. */
function skew(tape: Tape, upper: readonly Scalar[], size: number): Matrix {
  const q = Array.from({ length: size }, () => Array.from({ length: size }, () => tape.leaf(0)));
  let next = 0;
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++) {
      const x = upper[next++] as Scalar;
      (q[i] as Scalar[])[j] = x;
      (q[j] as Scalar[])[i] = tape.scale(x, -1);
    }
  return q;
}

/** W_eff as scalars on the tape. */
export function effectiveOnTape(tape: Tape, config: LlamaConfig, base: Weights64, parametrisation: Parametrisation, theta: Leaves): Leaves {
  const effective = new Map(placeOnTape(tape, base));
  for (const [name, leaf] of theta) if (effective.has(name)) effective.set(name, leaf);
  const shapes = new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
  const rowsOf = (name: string): Matrix => {
    const [out, into] = shapes.get(name) as [number, number];
    return Array.from({ length: out }, (_, o) => (effective.get(name) as Scalar[]).slice(o * into, (o + 1) * into));
  };
  const tensor = (target: string, kind: Parameters<typeof adapterTensorName>[1]) => theta.get(adapterTensorName(target, kind)) as Scalar[];
  if (parametrisation.kind === "lora") {
    const { rank, scale, targets } = parametrisation;
    for (const target of targets) {
      const w = rowsOf(target);
      const into = (w[0] as Scalar[]).length;
      const a = Array.from({ length: rank }, (_, r) => tensor(target, "lora_A").slice(r * into, (r + 1) * into));
      const b = w.map((_, o) => tensor(target, "lora_B").slice(o * rank, (o + 1) * rank));
      effective.set(target, plus(tape, w, product(tape, b, a), scale).flat());
    }
  }
  if (parametrisation.kind === "oft")
    for (const { name, blockSize } of parametrisation.targets) {
      const w = rowsOf(name);
      const count = (w[0] as Scalar[]).length / blockSize;
      const numbers = (blockSize * (blockSize - 1)) / 2;
      const turned = w.map((): Scalar[] => []);
      for (let block = 0; block < count; block++) {
        const q = skew(tape, tensor(name, "oft_R").slice(block * numbers, (block + 1) * numbers), blockSize);
        const r = rotation(tape, q, parametrisation.cayley);
        for (const [o, row] of w.entries()) {
          const part = row.slice(block * blockSize, (block + 1) * blockSize);
          turned[o]?.push(...r.map((rRow) => tape.dot(rRow, part)));
        }
      }
      effective.set(name, turned.flat());
    }
  return effective;
}

/** W_eff in numbers. */
export function oracleEffective(config: LlamaConfig, base: Weights64, parametrisation: Parametrisation, theta: Weights64): Weights64 {
  const tape = new Tape();
  const effective = effectiveOnTape(tape, config, base, parametrisation, placeOnTape(tape, theta));
  return new Map([...effective].map(([name, leaf]) => [name, Float64Array.from(leaf, (x) => tape.value(x))]));
}

/** Loss of the adapted model and its gradient with respect to every tensor of theta. */
export function oracleThetaLoss(
  config: LlamaConfig,
  base: Weights64,
  parametrisation: Parametrisation,
  theta: Weights64,
  batch: TokenBatch,
  head: LossHead,
): OracleLoss {
  const tape = new Tape();
  const leaves = placeOnTape(tape, theta);
  const effective = effectiveOnTape(tape, config, base, parametrisation, leaves);
  const loss = lossOnTape(new OracleLlama(tape, config, effective), batch, head);
  const all = tape.gradients(loss);
  return {
    loss: tape.value(loss),
    gradients: new Map([...leaves].map(([name, leaf]) => [name, Float64Array.from(leaf, (x) => all[x] as number)])),
  };
}
