// The Llama network with value head, number by number in float64 (fact sheet 8.3): weights and token rows go in, hidden
// states, log-probabilities and values come out. Independent of the engines: only names and contracts are shared.

import type { TokenBatch, ValueDropout } from "../../src/engine/engine";
import { layerName } from "../../src/engine/layout";
import type { LlamaConfig } from "../../src/engine/llamaConfig";
import { hashKey, uniformFromHash } from "../../src/random";
import type { Scalar, Tape } from "./tape";

export type Weights64 = ReadonlyMap<string, Float64Array>;
type Vector = Scalar[];

/** Parameters on a tape, by name, row-major. */
export type Leaves = ReadonlyMap<string, Vector>;

export function placeOnTape(tape: Tape, weights: Weights64): Leaves {
  return new Map([...weights].map(([name, data]) => [name, Array.from(data, (value) => tape.leaf(value))]));
}

/** Rotation speed of dimension pair j, by the definitions of linear and llama3 scaling. */
function ropeFrequency(config: LlamaConfig, j: number): number {
  const frequency = config.ropeTheta ** ((-2 * j) / config.headDim);
  const scaling = config.ropeScaling;
  if (scaling.kind === "none") return frequency;
  if (scaling.kind === "linear") return frequency / scaling.factor;
  const turns = (scaling.originalMaxPositionEmbeddings * frequency) / (2 * Math.PI);
  if (turns < scaling.lowFreqFactor) return frequency / scaling.factor;
  if (turns > scaling.highFreqFactor) return frequency;
  const u = (turns - scaling.lowFreqFactor) / (scaling.highFreqFactor - scaling.lowFreqFactor);
  return (1 - u) * (frequency / scaling.factor) + u * frequency;
}

export class OracleLlama {
  readonly tape: Tape;
  readonly config: LlamaConfig;
  private readonly leaves: Leaves;

  constructor(tape: Tape, config: LlamaConfig, leaves: Leaves) {
    this.tape = tape;
    this.config = config;
    this.leaves = leaves;
  }

  private leaf(name: string): Vector {
    const leaf = this.leaves.get(name);
    if (!leaf) throw new RangeError(`oracle: no parameter ${name}`);
    return leaf;
  }

  /** W x + b; W [out, in], b only if the model has it. */
  private linear(x: Vector, module: string): Vector {
    const weight = this.leaf(`${module}.weight`);
    const bias = this.leaves.get(`${module}.bias`);
    return Array.from({ length: weight.length / x.length }, (_, out) => {
      const product = this.tape.dot(x, weight.slice(out * x.length, (out + 1) * x.length));
      return bias ? this.tape.add(product, bias[out] as Scalar) : product;
    });
  }

  private addVectors(a: Vector, b: Vector): Vector {
    return a.map((x, i) => this.tape.add(x, b[i] as Scalar));
  }

  private rmsNorm(x: Vector, name: string): Vector {
    const { tape } = this;
    const gain = this.leaf(name);
    const meanSquare = tape.scale(tape.dot(x, x), 1 / x.length);
    const inverse = tape.reciprocal(tape.sqrt(tape.shift(meanSquare, this.config.rmsNormEps)));
    return x.map((value, i) => tape.mul(tape.mul(value, inverse), gain[i] as Scalar));
  }

  private rotate(head: Vector, position: number): Vector {
    const { tape } = this;
    const half = head.length / 2;
    return head.map((value, i) => {
      const angle = position * ropeFrequency(this.config, i % half);
      const partner = head[(i + half) % head.length] as Scalar;
      return tape.add(tape.scale(value, Math.cos(angle)), tape.scale(partner, i < half ? -Math.sin(angle) : Math.sin(angle)));
    });
  }

  /** Softmax-weighted mean of the values; zeros when there is no key. */
  private attend(query: Vector, keys: Vector[], values: Vector[]): Vector {
    const { tape } = this;
    if (keys.length === 0) return query.map(() => tape.leaf(0));
    const scores = keys.map((key) => tape.scale(tape.dot(query, key), 1 / Math.sqrt(query.length)));
    const largest = Math.max(...scores.map((score) => tape.value(score)));
    const masses = scores.map((score) => tape.exp(tape.shift(score, -largest)));
    const inverse = tape.reciprocal(tape.sum(masses));
    const shares = masses.map((mass) => tape.mul(mass, inverse));
    return query.map((_, i) =>
      tape.dot(
        shares,
        values.map((value) => value[i] as Scalar),
      ),
    );
  }

  private attention(layer: number, rows: Vector[], start: number, end: number): Vector[] {
    const { numAttentionHeads, numKeyValueHeads, headDim } = this.config;
    const heads = (x: Vector, name: string, count: number): Vector[] => {
      const all = this.linear(x, layerName(layer, `self_attn.${name}`));
      return Array.from({ length: count }, (_, head) => all.slice(head * headDim, (head + 1) * headDim));
    };
    const position = (t: number) => Math.max(0, t - start);
    const queries = rows.map((x, t) => heads(x, "q_proj", numAttentionHeads).map((head) => this.rotate(head, position(t))));
    const keys = rows.map((x, t) => heads(x, "k_proj", numKeyValueHeads).map((head) => this.rotate(head, position(t))));
    const values = rows.map((x) => heads(x, "v_proj", numKeyValueHeads));
    return queries.map((query, t) => {
      const visible = rows.map((_, key) => key).filter((key) => key >= start && key < end && key <= t);
      const mixed = query.flatMap((head, a) => {
        const kvHead = Math.floor(a / (numAttentionHeads / numKeyValueHeads));
        const pick = (all: Vector[][]) => visible.map((key) => (all[key] as Vector[])[kvHead] as Vector);
        return this.attend(head, pick(keys), pick(values));
      });
      return this.linear(mixed, layerName(layer, "self_attn.o_proj"));
    });
  }

  private mlp(layer: number, x: Vector): Vector {
    const { tape } = this;
    const gate = this.linear(x, layerName(layer, "mlp.gate_proj"));
    const up = this.linear(x, layerName(layer, "mlp.up_proj"));
    const gated = gate.map((z, i) => {
      const sigmoid = tape.reciprocal(tape.shift(tape.exp(tape.scale(z, -1)), 1));
      return tape.mul(tape.mul(z, sigmoid), up[i] as Scalar);
    });
    return this.linear(gated, layerName(layer, "mlp.down_proj"));
  }

  /** Hidden states after the final norm, [batch][seq][hidden]. */
  hiddenStates({ batch, seq, ids, start, end }: TokenBatch): Vector[][] {
    const embedding = this.leaf("model.embed_tokens.weight");
    const size = this.config.hiddenSize;
    return Array.from({ length: batch }, (_, row) => {
      let rows: Vector[] = Array.from(ids.subarray(row * seq, (row + 1) * seq), (id) => embedding.slice(id * size, (id + 1) * size));
      for (let layer = 0; layer < this.config.numHiddenLayers; layer++) {
        const normed = rows.map((x) => this.rmsNorm(x, layerName(layer, "input_layernorm.weight")));
        const attended = this.attention(layer, normed, start[row] as number, end[row] as number);
        rows = rows.map((x, t) => this.addVectors(x, attended[t] as Vector));
        rows = rows.map((x) => this.addVectors(x, this.mlp(layer, this.rmsNorm(x, layerName(layer, "post_attention_layernorm.weight")))));
      }
      return rows.map((x) => this.rmsNorm(x, "model.norm.weight"));
    });
  }

  logits(hidden: Vector): Vector {
    return this.linear(hidden, this.config.tieWordEmbeddings ? "model.embed_tokens" : "lm_head");
  }

  /** log softmax of the logits. [vocab] */
  logprobs(hidden: Vector): Vector {
    const { tape } = this;
    const logits = this.logits(hidden);
    const largest = Math.max(...logits.map((z) => tape.value(z)));
    const normaliser = tape.log(tape.sum(logits.map((z) => tape.exp(tape.shift(z, -largest)))));
    return logits.map((z) => tape.sub(tape.shift(z, -largest), normaliser));
  }

  /** Value head at (row, position), with inverted dropout on its input. */
  value(hidden: Vector, row: number, position: number, dropout?: ValueDropout): Scalar {
    const kept = hidden.map((x, feature) => {
      if (!dropout || dropout.probability === 0) return x;
      const keep = uniformFromHash(hashKey(dropout.key, row, position, feature)) >= dropout.probability;
      return this.tape.scale(x, keep ? 1 / (1 - dropout.probability) : 0);
    });
    return this.linear(kept, "v_head.summary")[0] as Scalar;
  }
}
