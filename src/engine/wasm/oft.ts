// OFT on one packed weight: W_eff = W R^T with block-diagonal rotations R (fact sheet 6.4). R^T is the same function of S = -Q
// as R is of Q, so everything here is in S and no product needs a transposed result.

import { neumannCoefficients, upperTriangle } from "../cayley";
import type { OftParametrisation } from "../engine";
import { padded } from "../packing";
import type { AdaptedGradient, AdaptedWeight, Machine, WeightAdapter } from "./adaptedWeight";

/** Columns of a weight, whole blocks on vector boundaries: S of a window is block-diagonal, with zeros at padding. */
export interface Window {
  readonly column: number;
  readonly width: number;
  /** Where each stored number u of the blocks stands: S[row, column] = -u, S[column, row] = u. Index in the packed R. */
  readonly entries: readonly { readonly at: number; readonly row: number; readonly column: number }[];
}

/**
 * @param cols packed columns of the weight, ascending
 * @param stride width of a packed row
 */
export function windowsOf(cols: Int32Array, stride: number, blockSize: number): Window[] {
  const windows: Window[] = [];
  const numberStride = padded((blockSize * (blockSize - 1)) / 2);
  const triangle = upperTriangle(blockSize);
  let column = 0;
  let entries: { at: number; row: number; column: number }[] = [];
  for (let block = 0; block * blockSize < cols.length; block++) {
    const packed = (i: number) => (cols[block * blockSize + i] as number) - column;
    entries.push(...triangle.map(([i, j], k) => ({ at: block * numberStride + k, row: packed(i), column: packed(j) })));
    const end = cols[(block + 1) * blockSize] ?? stride;
    if (end % 4 !== 0) continue;
    windows.push({ column, width: end - column, entries });
    column = end;
    entries = [];
  }
  return windows;
}

export class OftWeight implements WeightAdapter {
  private readonly machine: Machine;
  private readonly weight: AdaptedWeight;
  private readonly windows: readonly Window[];
  /** Coefficients of the polynomial, null for the exact transform. */
  private readonly coefficients: readonly number[] | null;

  constructor(machine: Machine, weight: AdaptedWeight, { cayley }: OftParametrisation, windows: readonly Window[]) {
    this.machine = machine;
    this.weight = weight;
    this.windows = windows;
    this.coefficients = cayley.kind === "exact" ? null : neumannCoefficients(cayley.terms);
  }

  materialise(): void {
    const { kernels } = this.machine;
    const { rows, stride, base, effective } = this.weight;
    for (const window of this.windows) {
      const { column, width } = window;
      const rotation = this.rotation(window);
      kernels.matmul(base + column * 4, stride, 1, rotation, width, effective + column * 4, stride, rows, width, width, false);
    }
  }

  pullBack(gradient: AdaptedGradient): void {
    const { heap, kernels, scratch } = this.machine;
    const { rows, stride, base } = this.weight;
    const dR = (gradient.tensors[0] as number) >> 2;
    for (const window of this.windows) {
      const { width, entries, column: first } = window;
      const rotation = this.rotation(window);
      const dRotation = scratch.get("d rotation", width * width);
      kernels.matmul(base + first * 4, 1, stride, gradient.effective + first * 4, stride, dRotation, width, width, width, rows, false);
      const dS = this.coefficients === null ? this.exactBackward(rotation, dRotation, width) : this.seriesBackward(dRotation, width);
      const [from, to] = [heap.floats(dS, width * width), heap.f32];
      for (const { at, row, column } of entries)
        to[dR + at] = (from[column * width + row] as number) - (from[row * width + column] as number);
    }
  }

  /** R^T of a window, [width, width]; leaves S and what the way back needs in scratch. */
  private rotation({ width, entries }: Window): number {
    const { heap, scratch } = this.machine;
    const pointer = scratch.get("S", width * width);
    const s = heap.floats(pointer, width * width).fill(0);
    const r = (this.weight.tensors[0] as number) >> 2;
    const numbers = heap.f32;
    for (const { at, row, column } of entries) {
      const u = numbers[r + at] as number;
      s[row * width + column] = -u;
      s[column * width + row] = u;
    }
    return this.coefficients === null ? this.exact(s, width) : this.series(pointer, width);
  }

  /** Horner's scheme: H_m = c_m I, H_j = c_j I + S H_(j+1), result H_0. */
  private series(s: number, width: number): number {
    const coefficients = this.coefficients as readonly number[];
    for (let j = coefficients.length - 1; j >= 0; j--) {
      const h = this.horner(j, width);
      this.diagonal(h, width, coefficients[j] as number);
      if (j < coefficients.length - 1)
        this.machine.kernels.matmul(s, width, 1, this.horner(j + 1, width), width, h, width, width, width, width, true);
    }
    return this.horner(0, width);
  }

  /** From dH_0: dS = sum over j of dH_j H_(j+1)^T, dH_(j+1) = S^T dH_j. */
  private seriesBackward(dRotation: number, width: number): number {
    const { heap, kernels, scratch } = this.machine;
    const s = scratch.get("S", width * width);
    const dS = scratch.get("d S", width * width);
    const transposed = scratch.get("transposed", width * width);
    heap.floats(dS, width * width).fill(0);
    let [dH, next] = [dRotation, scratch.get("d Horner", width * width)];
    for (let j = 0; j < (this.coefficients as readonly number[]).length - 1; j++) {
      kernels.transpose(this.horner(j + 1, width), width, transposed, width, width, width);
      kernels.matmul(dH, width, 1, transposed, width, dS, width, width, width, width, true);
      kernels.matmul(s, 1, width, dH, width, next, width, width, width, width, false);
      [dH, next] = [next, dH];
    }
    return dS;
  }

  private horner(j: number, width: number): number {
    return this.machine.scratch.get(`Horner ${j}`, width * width);
  }

  /** (I - S)(I + S)^-1 = 2 (I + S)^-1 - I */
  private exact(s: Float32Array, width: number): number {
    const { heap, scratch } = this.machine;
    const inverse = inverseOfOnePlus(s, width);
    const rotation = scratch.get("rotation", width * width);
    const out = heap.floats(rotation, width * width);
    for (let i = 0; i < inverse.length; i++) out[i] = 2 * (inverse[i] as number) - (i % (width + 1) === 0 ? 1 : 0);
    return rotation;
  }

  /** dS = -2 N^T dR^T N^T with N = (I + S)^-1 = (R^T + I) / 2. */
  private exactBackward(rotation: number, dRotation: number, width: number): number {
    const { heap, kernels, scratch } = this.machine;
    const floats = width * width;
    const [inverse, transposed, product, dS] = ["inverse", "transposed", "product", "d S"].map((name) => scratch.get(name, floats)) as [
      number,
      number,
      number,
      number,
    ];
    const [r, n] = [heap.floats(rotation, floats), heap.floats(inverse, floats)];
    for (let i = 0; i < floats; i++) n[i] = ((r[i] as number) + (i % (width + 1) === 0 ? 1 : 0)) / 2;
    kernels.transpose(inverse, width, transposed, width, width, width);
    kernels.matmul(inverse, 1, width, dRotation, width, product, width, width, width, width, false);
    kernels.matmul(product, width, 1, transposed, width, dS, width, width, width, width, false);
    const out = heap.floats(dS, floats);
    for (let i = 0; i < floats; i++) out[i] = -2 * (out[i] as number);
    return dS;
  }

  private diagonal(matrix: number, width: number, value: number): void {
    const numbers = this.machine.heap.floats(matrix, width * width).fill(0);
    for (let i = 0; i < width; i++) numbers[i * (width + 1)] = value;
  }
}

/** (I + S)^-1 of a skew S [size, size] by Gauss-Jordan elimination in float64; every pivot is at least 1, so none is exchanged. */
function inverseOfOnePlus(s: Float32Array, size: number): Float64Array {
  const m = Float64Array.from(s);
  for (let i = 0; i < size; i++) m[i * (size + 1)] = 1;
  for (let pivot = 0; pivot < size; pivot++) {
    const pivotRow = m.subarray(pivot * size, (pivot + 1) * size);
    const scale = 1 / (pivotRow[pivot] as number);
    pivotRow[pivot] = 1;
    for (let j = 0; j < size; j++) pivotRow[j] = (pivotRow[j] as number) * scale;
    for (let row = 0; row < size; row++) {
      const factor = m[row * size + pivot] as number;
      if (row === pivot || factor === 0) continue;
      m[row * size + pivot] = 0;
      for (let j = 0; j < size; j++) m[row * size + j] = (m[row * size + j] as number) - factor * (pivotRow[j] as number);
    }
  }
  return m;
}
