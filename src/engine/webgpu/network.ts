// What forward, backward, heads and generation share: one model's sizes, weights, scratch buffers, rotary table and products.

import type { LlamaConfig } from "../llamaConfig";
import type { Dims, Packing } from "../packing";
import { ropeTables } from "../ropeTables";
import type { Kernel } from "./kernel";
import { NONE } from "./kernel";
import type { AttentionKernels } from "./kernels/attention";
import { attentionKernels } from "./kernels/attention";
import { biasGradient } from "./kernels/biasGradient";
import { LANES, type RowSharing } from "./kernels/helpers";
import type { ForwardTiling, GradientTiling } from "./kernels/linear";
import { LINEAR } from "./kernels/linear";
import type { MatmulTiling } from "./kernels/matmul";
import { SHARED_TILE, SPLIT_COLUMNS4 } from "./kernels/matmul";
import type { Parameters } from "./parameters";
import type { Buffer } from "./buffers";
import type { Recorder } from "./recorder";
import { Workspace } from "./workspace";

/** How the engine fits its kernels to the device. */
export interface Tuning {
  /** Multiply-adds from which a product goes through shared memory; Infinity on adapters where barriers are slow. */
  readonly sharedTileFrom: number;
  /** The tiling of gradients below that. */
  readonly gradientTile: "register" | "wide";
  /** Rows and columns from which the same holds: a narrow product would leave most of a tile empty. */
  readonly sharedTileRows: number;
  /** Rows of a minibatch from which the sums of small weights' gradients are split over a workgroup. */
  readonly splitFrom: number;
  /** How kernels that reduce rows of logits spread over invocations. */
  readonly rowSharing: RowSharing;
  /** Logits are computed for as many rows at a time as fit into this many bytes. */
  readonly logitsBytes: number;
  /** Token columns of a batch that are evaluated together. */
  readonly sliceTokens: number;
}

/** Elements of a weight below which its gradient alone would not fill a graphics card. */
const SPLIT_BELOW = 262144;

export class Network {
  readonly recorder: Recorder;
  readonly config: LlamaConfig;
  readonly packing: Packing;
  readonly dims: Dims;
  readonly parameters: Parameters;
  readonly workspace: Workspace;
  readonly attention: AttentionKernels;
  readonly tuning: Tuning;
  /** 1 / sqrt(head_dim) */
  readonly attentionScale: number;
  private rotaryPositions = 0;

  constructor(recorder: Recorder, config: LlamaConfig, packing: Packing, parameters: Parameters, tuning: Tuning) {
    this.recorder = recorder;
    this.config = config;
    this.packing = packing;
    this.dims = this.packing.dims;
    this.parameters = parameters;
    this.tuning = tuning;
    this.workspace = new Workspace(recorder);
    this.attention = attentionKernels(this.dims.headStride / 4);
    this.attentionScale = 1 / Math.sqrt(config.headDim);
  }

  /** Cosine and sine of every pair, [positions, headStride / 2 pairs], for at least `positions` positions. */
  rotary(positions: number): Buffer {
    const { headStride } = this.dims;
    const capacity = Math.max(positions, this.rotaryPositions);
    const table = this.workspace.get("rotary", capacity * headStride);
    if (positions > this.rotaryPositions) {
      // Recorded passes read the same numbers from it or another buffer.
      this.recorder.writeNow(table, this.rotaryTable(positions));
      this.rotaryPositions = positions;
    }
    return table;
  }

  private rotaryTable(positions: number): Float32Array<ArrayBuffer> {
    const { headStride } = this.dims;
    const half = this.config.headDim / 2;
    const { cos, sin } = ropeTables(this.config, positions);
    const table = new Float32Array(positions * headStride);
    for (let position = 0; position < positions; position++)
      for (let j = 0; j < headStride / 2; j++) {
        const at = position * headStride + 2 * j;
        table[at] = j < half ? (cos[position * half + j] as number) : 1;
        table[at + 1] = j < half ? (sin[position * half + j] as number) : 0;
      }
    return table;
  }

  /** Shared memory pays off for large products only; thresholds from the bench. */
  private isLarge(rows: number, columns: number, depth: number): boolean {
    const { sharedTileFrom, sharedTileRows } = this.tuning;
    return Math.min(rows, columns) >= sharedTileRows && rows * columns * depth >= sharedTileFrom;
  }

  forwardTiling(rows: number, columns: number, depth: number): ForwardTiling {
    return this.isLarge(rows, columns, depth) ? "shared" : "register";
  }

  gradientTiling(rows: number, columns: number, depth: number): GradientTiling {
    return this.isLarge(rows, columns, depth) ? "shared" : this.tuning.gradientTile;
  }

  /** A weight's gradient has few results and a long sum: a small one is split, or most of a graphics card would idle. */
  private weightTiling(rows: number, columns: number, depth: number): MatmulTiling {
    const tiling = this.gradientTiling(rows, columns, depth);
    return tiling !== "shared" && depth >= this.tuning.splitFrom && rows * columns < SPLIT_BELOW ? "split" : tiling;
  }

  /** Invocations of a product of rows x 4 columns4 results. */
  threads(tiling: MatmulTiling, rows: number, columns4: number): number | readonly [number, number] {
    if (tiling === "register") return [columns4, Math.ceil(rows / 4)];
    if (tiling === "wide") return [Math.ceil(columns4 / 2), Math.ceil(rows / 8)];
    if (tiling === "split") return Math.ceil(columns4 / SPLIT_COLUMNS4) * Math.ceil(rows / 4) * 64;
    return Math.ceil((columns4 * 4) / SHARED_TILE) * Math.ceil(rows / SHARED_TILE) * 256;
  }

  /** Invocations of a kernel that reduces `rows` rows. */
  rowThreads(rows: number): number {
    return this.tuning.rowSharing === "together" ? rows * LANES : rows;
  }

  /** From dy and the rows of x from `first` on: gradients of a weight region [outRows, xWidth] and its bias, if they are trained. */
  weightGradient(args: {
    readonly dy: Buffer;
    readonly dyWidth: number;
    readonly x: Buffer;
    readonly xWidth: number;
    readonly rows: number;
    readonly outRows: number;
    readonly weight: number;
    readonly bias: number | null;
    readonly first?: number;
  }): void {
    const { dy, dyWidth, x, xWidth, rows, outRows, weight, bias, first = 0 } = args;
    const { gradients } = this.parameters;
    const tiling = this.weightTiling(outRows, xWidth, rows);
    if (this.parameters.trains(weight, outRows * xWidth))
      this.recorder.dispatch(
        LINEAR.weight[tiling],
        { left: dy, right: x, gradients },
        {
          rows: outRows,
          columns4: xWidth / 4,
          depth: rows,
          left4: 0,
          right4: first * (xWidth / 4),
          leftWidth4: dyWidth / 4,
          gradient4: weight / 4,
        },
        this.threads(tiling, outRows, xWidth / 4),
      );
    if (bias !== null && this.parameters.trains(bias, dyWidth))
      this.recorder.dispatch(biasGradient, { dy, gradients }, { rows, width4: dyWidth / 4, bias4: bias / 4 }, (dyWidth / 4) * 64);
  }

  /** dx [rows, xWidth] = dy [rows, dyWidth] W, written from row `first` on. */
  inputGradient(args: {
    readonly dy: Buffer;
    readonly dyWidth: number;
    readonly dx: Buffer;
    readonly xWidth: number;
    readonly rows: number;
    readonly weight: number;
    readonly first?: number;
  }): void {
    const { dy, dyWidth, dx, xWidth, rows, weight, first = 0 } = args;
    const tiling = this.gradientTiling(rows, xWidth, dyWidth);
    this.recorder.dispatch(
      LINEAR.input[tiling],
      { left: dy, right: this.parameters.weights, dx },
      { rows, columns4: xWidth / 4, depth: dyWidth, left4: 0, right4: weight / 4, dx4: first * (xWidth / 4) },
      this.threads(tiling, rows, xWidth / 4),
    );
  }

  dispose(): void {
    this.workspace.dispose();
    this.parameters.dispose();
  }
}

/** A bias's offset in vec4, or NONE. */
export function bias4(offset: number | null): number {
  return offset === null ? NONE : offset / 4;
}

/** Kernels that one model needs beyond those of every model. */
export function modelKernels(packing: Packing): readonly Kernel[] {
  return attentionKernels(packing.dims.headStride / 4).all;
}
