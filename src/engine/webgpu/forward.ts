// The Llama forward pass on packed rows: seven dispatches a layer; activations are kept when a backward pass follows.

import { NONE } from "./kernel";
import { embedding } from "./kernels/embedding";
import { LINEAR } from "./kernels/linear";
import { rmsNorm } from "./kernels/rmsNorm";
import { swiglu } from "./kernels/swiglu";
import type { Network } from "./network";
import { bias4 } from "./network";
import type { PassInputs } from "./passInputs";
import type { Buffer } from "./buffers";
import { UPLOADED } from "./buffers";

/** One layer's activations; without a backward pass all layers share one set. */
export interface LayerActivations {
  /** Residual stream entering the layer, [rows, hiddenStride]. */
  readonly input: Buffer;
  readonly normed: Buffer;
  readonly inverse: Buffer;
  /** After RoPE, [stored rows, qkvStride]. */
  readonly qkv: Buffer;
  /** From here on one row per row that the layer passes on: all of them, or in the last layer the outputs only. */
  readonly attended: Buffer;
  /** Log-sum-exp of every query's scores, [.., heads]. */
  readonly logSum: Buffer;
  /** Residual stream between attention and MLP. */
  readonly middle: Buffer;
  readonly postNormed: Buffer;
  readonly postInverse: Buffer;
  /** [.., 2 innerStride] */
  readonly gateUp: Buffer;
  readonly activated: Buffer;
}

export interface ForwardPass {
  readonly inputs: PassInputs;
  readonly layers: readonly LayerActivations[];
  /** Residual stream after the last layer, [outputs, hiddenStride]. */
  readonly output: Buffer;
  /** After the final norm, [outputs, hiddenStride]: what lm_head and the value head read. */
  readonly hidden: Buffer;
  readonly hiddenInverse: Buffer;
}

export interface ForwardOptions {
  /** Keep every layer's activations for `backward`. */
  readonly keep: boolean;
  /** Positions that the rotary table must cover. */
  readonly positions: number;
  /** Where q | k | v rows are stored, by layer; a rollout's caches. Left out: in the order of the rows. */
  readonly caches?: readonly Buffer[];
  /** Added to positions, stored rows and ends of keys. */
  readonly shift?: number;
  /** Token ids when they lie on the GPU already. */
  readonly tokens?: { readonly buffer: Buffer; readonly first: number };
}

/** Fact sheet 8.3 on packed rows. The last layer computes queries, output projection and MLP for the outputs only. */
export function forward(net: Network, inputs: PassInputs, options: ForwardOptions): ForwardPass {
  const { recorder, packing, dims, workspace } = net;
  const { weights } = net.parameters;
  const { hidden, hiddenStride, qkvStride, attentionStride, innerStride, heads, kvHeads, headStride } = dims;
  const { rows } = inputs;
  const { keep, caches, shift = 0, tokens } = options;
  const rotary = net.rotary(options.positions);
  const scratch = (layer: number, name: string, words: number) => workspace.get(keep ? `${name} ${layer}` : name, words);

  const norm = (x: Buffer, gain: number, y: Buffer, inverse: Buffer, count: number) =>
    recorder.dispatch(
      rmsNorm,
      { x, weights, y, inverse },
      { rows: count, width4: hiddenStride / 4, size: hidden, epsilon: net.config.rmsNormEps, gain4: gain / 4 },
      count,
    );
  /** Parameters and threads of a product with a weight region [columns, depth]. */
  const product = (count: number, columns: number, depth: number, weight: number, bias: number | null) => {
    const columns4 = Math.ceil(columns / 4);
    const tiling = net.forwardTiling(count, columns, depth);
    return {
      tiling,
      threads: net.threads(tiling, count, columns4),
      sizes: { rows: count, columns4, columns, depth, left4: 0, right4: weight / 4, bias4: bias4(bias) },
    };
  };
  const residual = (args: {
    x: Buffer;
    depth: number;
    weight: number;
    bias: number | null;
    around: Buffer;
    aroundRows: number;
    y: Buffer;
    count: number;
  }) => {
    const { tiling, threads, sizes } = product(args.count, hidden, args.depth, args.weight, args.bias);
    recorder.dispatch(
      LINEAR.residual[tiling],
      { left: args.x, right: weights, y: args.y, residual: args.around },
      { ...sizes, residualRows: args.aroundRows },
      threads,
    );
  };

  let stream = scratch(0, "input", rows * hiddenStride);
  recorder.dispatch(
    embedding,
    { weights, tokens: tokens?.buffer ?? UPLOADED, x: stream },
    { rows, width4: hiddenStride / 4, table4: packing.embed / 4, firstId: tokens?.first ?? inputs.ids },
    (rows * hiddenStride) / 4,
  );

  const layers = packing.layers.map((regions, i): LayerActivations => {
    const last = i === packing.layers.length - 1;
    const passed = last ? inputs.outputs : rows;
    const input = stream;
    const normed = scratch(i, "normed", rows * hiddenStride);
    const inverse = scratch(i, "inverse", rows);
    const qkv = caches?.[i] ?? scratch(i, "qkv", rows * qkvStride);
    norm(input, regions.inputNorm, normed, inverse, rows);
    const projection = product(rows, qkvStride, hiddenStride, regions.qkv, regions.qkvBias);
    recorder.dispatch(
      LINEAR.rotary[projection.tiling],
      { left: normed, right: weights, y: qkv, rotary },
      { ...projection.sizes, rotated4: ((heads + kvHeads) * headStride) / 4, head4: headStride / 4, rowInfo: inputs.rowInfo, shift },
      projection.threads,
    );

    const attended = scratch(i, "attended", passed * attentionStride);
    const logSum = scratch(i, "log sum", passed * heads);
    recorder.dispatch(
      net.attention.forward,
      { qkv, out: attended, logSum },
      { count: passed, heads, kvHeads, rowInfo: last ? inputs.outputInfo : inputs.rowInfo, scale: net.attentionScale, shift },
      passed * heads,
    );

    const middle = scratch(i, "middle", passed * hiddenStride);
    residual({
      x: attended,
      depth: attentionStride,
      weight: regions.output,
      bias: regions.outputBias,
      around: input,
      aroundRows: last ? inputs.outputRows : NONE,
      y: middle,
      count: passed,
    });
    const postNormed = scratch(i, "post normed", passed * hiddenStride);
    const postInverse = scratch(i, "post inverse", passed);
    norm(middle, regions.postNorm, postNormed, postInverse, passed);

    const gateUp = scratch(i, "gate up", passed * 2 * innerStride);
    const activated = scratch(i, "activated", passed * innerStride);
    const both = product(passed, 2 * innerStride, hiddenStride, regions.gateUp, regions.gateUpBias);
    if (both.tiling === "shared") {
      recorder.dispatch(LINEAR.plain.shared, { left: postNormed, right: weights, y: gateUp }, both.sizes, both.threads);
      recorder.dispatch(swiglu, { gateUp, activated }, { rows: passed, inner4: innerStride / 4 }, (passed * innerStride) / 4);
    } else
      recorder.dispatch(
        LINEAR.swiglu,
        { left: postNormed, right: weights, gateUp, activated },
        {
          rows: passed,
          columns4: innerStride / 4,
          paired4: innerStride / 4,
          depth: hiddenStride,
          left4: 0,
          right4: regions.gateUp / 4,
          bias4: bias4(regions.gateUpBias),
        },
        net.threads("register", passed, innerStride / 4),
      );
    // Without kept activations the stream may return into the buffer that entered the layer: nobody reads that any more.
    stream = scratch(i + 1, "input", passed * hiddenStride);
    residual({
      x: activated,
      depth: innerStride,
      weight: regions.down,
      bias: regions.downBias,
      around: middle,
      aroundRows: NONE,
      y: stream,
      count: passed,
    });
    return { input, normed, inverse, qkv, attended, logSum, middle, postNormed, postInverse, gateUp, activated };
  });

  const normed = workspace.get("hidden", inputs.outputs * hiddenStride);
  const hiddenInverse = workspace.get("hidden inverse", inputs.outputs);
  norm(stream, packing.finalNorm, normed, hiddenInverse, inputs.outputs);
  return { inputs, layers, output: stream, hidden: normed, hiddenInverse };
}
