// What an adapter is: its parametrisation, the sizes that PEFT's files state, its tensors; and trained theta back into one.

import type { LoraParametrisation, OftParametrisation, ValueHead } from "../../engine/engine";
import { type NamedTensor, type NamedTensors, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../../engine/layout";
import type { LlamaConfig } from "../../engine/llamaConfig";
import { adapterSpecs } from "../../engine/theta";
import { CheckpointError } from "../../errors";

export interface LoraAdapter {
  readonly kind: "lora";
  readonly parametrisation: LoraParametrisation;
  /** scale = alpha / rank, or alpha / sqrt(rank) with `useRslora`. */
  readonly alpha: number;
  readonly useRslora: boolean;
  /** By the names of `adapterSpecs`. */
  readonly tensors: NamedTensors;
}

export interface OftAdapter {
  readonly kind: "oft";
  readonly parametrisation: OftParametrisation;
  /** Blocks per layer and inputs per block as asked for; exactly one is above 0. The targets' block sizes follow from it. */
  readonly rank: number;
  readonly blockSize: number;
  readonly tensors: NamedTensors;
}

export type Adapter = LoraAdapter | OftAdapter;

/** The value head among a model's or theta's tensors. @throws CheckpointError when it is missing. */
export function valueHeadOf(tensors: NamedTensors): ValueHead {
  const weight = tensors.get(VALUE_HEAD_WEIGHT)?.data;
  const bias = tensors.get(VALUE_HEAD_BIAS)?.data[0];
  if (!weight || bias === undefined)
    throw new CheckpointError(`Expected ${VALUE_HEAD_WEIGHT} and ${VALUE_HEAD_BIAS}, but one is missing. Use weights with a value head.`);
  return { weight, bias };
}

/** A value head under its names in files. */
export function valueHeadTensors({ weight, bias }: ValueHead): Map<string, NamedTensor> {
  return new Map([
    [VALUE_HEAD_BIAS, { shape: [1], data: Float32Array.of(bias) }],
    [VALUE_HEAD_WEIGHT, { shape: [1, weight.length], data: weight }],
  ]);
}

/** `weights` with another value head. */
export function withValueHead(weights: NamedTensors, head: ValueHead): NamedTensors {
  const tensors = valueHeadTensors(head);
  return new Map([...weights].map(([name, tensor]) => [name, tensors.get(name) ?? tensor]));
}

/** `adapter` with the tensors that training has made of it: those of `theta` (TrainingState.parameters) but the value head. */
export function trainedAdapter<A extends Adapter>(config: LlamaConfig, adapter: A, theta: NamedTensors): A {
  const tensors = adapterSpecs(config, adapter.parametrisation).map(({ name }): [string, NamedTensor] => {
    const tensor = theta.get(name);
    if (!tensor) throw new CheckpointError(`Expected ${name} among the trained tensors, but it is missing. Use the state of this adapter.`);
    return [name, tensor];
  });
  return { ...adapter, tensors: new Map(tensors) };
}
