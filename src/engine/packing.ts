// How weights lie in a fused engine's flat block: rows padded to four floats, q | k | v and gate | up fused, rotary pairs side by side.

import type { DecayGroup, NamedTensor, NamedTensors } from "./layout";
import { EMBED_TOKENS, FINAL_NORM, LM_HEAD, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT, layerName, parameterSpecs } from "./layout";
import type { LlamaConfig } from "./llamaConfig";

/** Next multiple of four. */
export function padded(n: number): number {
  return (n + 3) & ~3;
}

/** Padded sizes of a model; strides count floats. */
export interface Dims {
  readonly hidden: number;
  readonly hiddenStride: number;
  readonly innerStride: number;
  readonly vocab: number;
  readonly vocabStride: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headStride: number;
  /** Width of a fused q | k | v row. */
  readonly qkvStride: number;
  /** Width of a row of concatenated attention outputs. */
  readonly attentionStride: number;
}

export function dimsOf(config: LlamaConfig): Dims {
  const headStride = padded(config.headDim);
  return {
    hidden: config.hiddenSize,
    hiddenStride: padded(config.hiddenSize),
    innerStride: padded(config.intermediateSize),
    vocab: config.vocabSize,
    vocabStride: padded(config.vocabSize),
    heads: config.numAttentionHeads,
    kvHeads: config.numKeyValueHeads,
    headStride,
    qkvStride: (config.numAttentionHeads + 2 * config.numKeyValueHeads) * headStride,
    attentionStride: config.numAttentionHeads * headStride,
  };
}

/** Where one Hugging Face tensor lies: element [r, c] at base + rows[r] * stride + cols[c] (1-D tensors are one row). */
interface Placement {
  readonly name: string;
  readonly shape: readonly number[];
  readonly base: number;
  readonly stride: number;
  readonly rows: Int32Array;
  readonly cols: Int32Array;
}

/** Offsets of one layer's fused regions, in floats from the block's start; biases are null when the model has none. */
export interface LayerRegions {
  readonly inputNorm: number;
  readonly qkv: number;
  readonly qkvBias: number | null;
  readonly output: number;
  readonly outputBias: number | null;
  readonly postNorm: number;
  readonly gateUp: number;
  readonly gateUpBias: number | null;
  readonly down: number;
  readonly downBias: number | null;
}

export interface Packing {
  readonly dims: Dims;
  /** Floats in a block; the first `noDecaySize` are norms and biases, the rest decays. */
  readonly size: number;
  readonly noDecaySize: number;
  readonly embed: number;
  /** The same region as `embed` when embeddings are tied. */
  readonly lmHead: number;
  readonly finalNorm: number;
  readonly valueWeight: number;
  readonly valueBias: number;
  readonly layers: readonly LayerRegions[];
  readonly placements: readonly Placement[];
}

const upTo = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
const oneRow = new Int32Array(1);

/** Packed index of every row of a projection onto heads; rotary pairs (j, j + D/2) become neighbours (2j, 2j + 1). */
function headRows(config: LlamaConfig, heads: number, rotary: boolean): Int32Array {
  const { headDim } = config;
  const half = headDim / 2;
  const stride = padded(headDim);
  return Int32Array.from({ length: heads * headDim }, (_, row) => {
    const j = row % headDim;
    const lane = !rotary ? j : j < half ? 2 * j : 2 * (j - half) + 1;
    return Math.floor(row / headDim) * stride + lane;
  });
}

/** The packing of a model: a pure function of its config. */
export function packingOf(config: LlamaConfig): Packing {
  const dims = dimsOf(config);
  const { hiddenStride, innerStride, headStride } = dims;
  const groups = new Map<string, DecayGroup>(parameterSpecs(config).map((spec) => [spec.name, spec.decayGroup]));
  const shapes = new Map(parameterSpecs(config).map((spec) => [spec.name, spec.shape]));
  const sizes: Record<DecayGroup, number> = { noDecay: 0, decay: 0 };
  const placements: Placement[] = [];
  const pending: { group: DecayGroup; place: (groupStart: number) => void }[] = [];

  /** A region of `floats`; parts are [tensor name, packed row of its first row, row map, column map]. */
  type Part = readonly [name: string, firstRow: number, rows: Int32Array, cols: Int32Array];
  const region = (floats: number, stride: number, ...parts: readonly Part[]): { offset: number } => {
    const group = groups.get((parts[0] as Part)[0]) as DecayGroup;
    const inGroup = sizes[group];
    sizes[group] += padded(floats);
    const made = { offset: 0 };
    pending.push({
      group,
      place: (groupStart) => {
        made.offset = groupStart + inGroup;
        for (const [name, firstRow, rows, cols] of parts)
          placements.push({
            name,
            shape: shapes.get(name) as readonly number[],
            base: made.offset + firstRow * stride,
            stride,
            rows,
            cols,
          });
      },
    });
    return made;
  };
  const vector = (name: string, size: number) => region(padded(size), padded(size), [name, 0, oneRow, upTo(size)]);
  const matrix = (name: string, rows: number, stride: number, cols: Int32Array) =>
    region(rows * stride, stride, [name, 0, upTo(rows), cols]);

  const { numAttentionHeads: nh, numKeyValueHeads: nkv, hiddenSize, intermediateSize } = config;
  const hiddenCols = upTo(hiddenSize);
  const qRows = headRows(config, nh, true);
  const kRows = headRows(config, nkv, true);
  const vRows = headRows(config, nkv, false);
  const inner = upTo(intermediateSize);
  const embed = matrix(EMBED_TOKENS, config.vocabSize, hiddenStride, hiddenCols);
  const layers = Array.from({ length: config.numHiddenLayers }, (_, layer) => {
    const name = (tail: string) => layerName(layer, tail);
    // A fused bias is one packed row; its parts start at a float offset, expressed through stride 1.
    const fusedBias = (width: number, ...parts: readonly (readonly [string, number, Int32Array])[]) =>
      region(width, 1, ...parts.map(([tail, first, cols]) => [name(tail), first, oneRow, cols] as const));
    return {
      inputNorm: vector(name("input_layernorm.weight"), hiddenSize),
      qkv: region(
        dims.qkvStride * hiddenStride,
        hiddenStride,
        [name("self_attn.q_proj.weight"), 0, qRows, hiddenCols],
        [name("self_attn.k_proj.weight"), nh * headStride, kRows, hiddenCols],
        [name("self_attn.v_proj.weight"), (nh + nkv) * headStride, vRows, hiddenCols],
      ),
      qkvBias: config.attentionBias
        ? fusedBias(
            dims.qkvStride,
            ["self_attn.q_proj.bias", 0, qRows],
            ["self_attn.k_proj.bias", nh * headStride, kRows],
            ["self_attn.v_proj.bias", (nh + nkv) * headStride, vRows],
          )
        : null,
      output: matrix(name("self_attn.o_proj.weight"), hiddenSize, dims.attentionStride, headRows(config, nh, false)),
      outputBias: config.attentionBias ? vector(name("self_attn.o_proj.bias"), hiddenSize) : null,
      postNorm: vector(name("post_attention_layernorm.weight"), hiddenSize),
      gateUp: region(
        2 * innerStride * hiddenStride,
        hiddenStride,
        [name("mlp.gate_proj.weight"), 0, inner, hiddenCols],
        [name("mlp.up_proj.weight"), innerStride, inner, hiddenCols],
      ),
      gateUpBias: config.mlpBias
        ? fusedBias(2 * innerStride, ["mlp.gate_proj.bias", 0, inner], ["mlp.up_proj.bias", innerStride, inner])
        : null,
      down: matrix(name("mlp.down_proj.weight"), hiddenSize, innerStride, inner),
      downBias: config.mlpBias ? vector(name("mlp.down_proj.bias"), hiddenSize) : null,
    };
  });
  const finalNorm = vector(FINAL_NORM, hiddenSize);
  const lmHead = config.tieWordEmbeddings ? embed : matrix(LM_HEAD, config.vocabSize, hiddenStride, hiddenCols);
  const valueWeight = matrix(VALUE_HEAD_WEIGHT, 1, hiddenStride, hiddenCols);
  const valueBias = vector(VALUE_HEAD_BIAS, 1);

  for (const { group, place } of pending) place(group === "noDecay" ? 0 : sizes.noDecay);
  return {
    dims,
    size: sizes.noDecay + sizes.decay,
    noDecaySize: sizes.noDecay,
    embed: embed.offset,
    lmHead: lmHead.offset,
    finalNorm: finalNorm.offset,
    valueWeight: valueWeight.offset,
    valueBias: valueBias.offset,
    layers: layers.map((layer) => ({
      inputNorm: layer.inputNorm.offset,
      qkv: layer.qkv.offset,
      qkvBias: layer.qkvBias?.offset ?? null,
      output: layer.output.offset,
      outputBias: layer.outputBias?.offset ?? null,
      postNorm: layer.postNorm.offset,
      gateUp: layer.gateUp.offset,
      gateUpBias: layer.gateUpBias?.offset ?? null,
      down: layer.down.offset,
      downBias: layer.downBias?.offset ?? null,
    })),
    placements,
  };
}

/** Writes named tensors into a packed block; padding becomes zero. */
export function pack(packing: Pick<Packing, "placements">, tensors: NamedTensors, block: Float32Array): void {
  block.fill(0);
  for (const { name, base, stride, rows, cols } of packing.placements) {
    const { data } = tensors.get(name) as NamedTensor;
    let i = 0;
    for (const row of rows) for (const col of cols) block[base + row * stride + col] = data[i++] as number;
  }
}

/** Copies a packed block out into named tensors. */
export function unpack(packing: Pick<Packing, "placements">, block: Float32Array): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  for (const { name, shape, base, stride, rows, cols } of packing.placements) {
    const data = new Float32Array(rows.length * cols.length);
    let i = 0;
    for (const row of rows) for (const col of cols) data[i++] = block[base + row * stride + col] as number;
    tensors.set(name, { shape, data });
  }
  return tensors;
}
