// What forward, backward and decoding share: one model's sizes, weights, scratch memory and rotary tables.

import type { LlamaConfig } from "../llamaConfig";
import { ropeTables } from "../ropeTables";
import type { Heap } from "./heap";
import type { Kernels } from "./kernelModule";
import type { Dims, LayerRegions, Packing } from "../packing";
import type { Parameters, TransposedLayer } from "./parameters";
import { Workspace } from "./workspace";

/** Byte offsets of rotary tables [positions, headStride] with every frequency doubled for the packed pairs. */
export interface RotaryTables {
  readonly cos: number;
  readonly sin: number;
  readonly inverseSin: number;
}

export class Network {
  readonly heap: Heap;
  readonly kernels: Kernels;
  readonly config: LlamaConfig;
  readonly packing: Packing;
  readonly dims: Dims;
  readonly parameters: Parameters;
  readonly workspace: Workspace;
  /** 1 / sqrt(head_dim) */
  readonly attentionScale: number;
  private rotaryPositions = 0;

  constructor(heap: Heap, kernels: Kernels, config: LlamaConfig, parameters: Parameters) {
    this.heap = heap;
    this.kernels = kernels;
    this.config = config;
    this.packing = parameters.packing;
    this.dims = this.packing.dims;
    this.parameters = parameters;
    this.workspace = new Workspace(heap);
    this.attentionScale = 1 / Math.sqrt(config.headDim);
  }

  /** Rotary tables for at least `positions` positions. */
  rotary(positions: number): RotaryTables {
    const { headStride } = this.dims;
    const capacity = Math.max(positions, this.rotaryPositions);
    const tables: RotaryTables = {
      cos: this.workspace.get("rotary cos", capacity * headStride),
      sin: this.workspace.get("rotary sin", capacity * headStride),
      inverseSin: this.workspace.get("rotary inverse sin", capacity * headStride),
    };
    if (positions > this.rotaryPositions) this.fillRotary(tables, positions);
    return tables;
  }

  private fillRotary(tables: RotaryTables, positions: number): void {
    const { headStride } = this.dims;
    const half = this.config.headDim / 2;
    const { cos, sin } = ropeTables(this.config, positions);
    const cosOut = this.heap.floats(tables.cos, positions * headStride).fill(1);
    const sinOut = this.heap.floats(tables.sin, positions * headStride).fill(0);
    const inverseOut = this.heap.floats(tables.inverseSin, positions * headStride).fill(0);
    for (let position = 0; position < positions; position++)
      for (let j = 0; j < half; j++) {
        const from = position * half + j;
        const to = position * headStride + 2 * j;
        cosOut[to] = cosOut[to + 1] = cos[from] as number;
        sinOut[to + 1] = inverseOut[to] = sin[from] as number;
        sinOut[to] = inverseOut[to + 1] = -(sin[from] as number);
      }
    this.rotaryPositions = positions;
  }

  /** Where layer i's weights lie, and their transposed copies. */
  layer(i: number): { readonly regions: LayerRegions; readonly transposed: TransposedLayer } {
    return { regions: this.packing.layers[i] as LayerRegions, transposed: this.parameters.transposed[i] as TransposedLayer };
  }

  /** y = x W^T + bias, optionally added to what y holds. `transposedWeight` is [into, out stride]. */
  linear(args: {
    x: number;
    xStride: number;
    transposedWeight: number;
    bias: number | null;
    y: number;
    yStride: number;
    rows: number;
    into: number;
    accumulate: boolean;
  }): void {
    const { x, xStride, transposedWeight, bias, y, yStride, rows, into, accumulate } = args;
    this.kernels.matmul(x, xStride, 1, transposedWeight, yStride, y, yStride, rows, yStride, into, accumulate);
    if (bias !== null) this.kernels.addBias(y, this.parameters.weight(bias), rows, yStride);
  }

  /** From dy: dx = dy W; dW += dy^T x and dBias += column sums where they train. `weight` is a packed region [outRows, xStride]. */
  linearBackward(args: {
    dy: number;
    dyStride: number;
    x: number;
    xStride: number;
    weight: number;
    bias: number | null;
    dx: number;
    rows: number;
    outRows: number;
  }): void {
    const { dy, dyStride, x, xStride, weight, bias, dx, rows, outRows } = args;
    const { kernels, parameters } = this;
    kernels.matmul(dy, dyStride, 1, parameters.weight(weight), xStride, dx, xStride, rows, xStride, outRows, false);
    if (parameters.reaches(weight, outRows * xStride))
      kernels.matmul(dy, 1, dyStride, x, xStride, parameters.gradient(weight), xStride, outRows, xStride, rows, true);
    if (bias !== null && parameters.reaches(bias, outRows)) kernels.biasBackward(dy, parameters.gradient(bias), rows, dyStride);
  }

  copyFloats(from: number, to: number, floats: number): void {
    this.heap.f32.copyWithin(to >> 2, from >> 2, (from >> 2) + floats);
  }
}
