// LoRA on one packed weight: W_eff = W + scale B A, dB = scale dW A^T, dA = scale B^T dW (fact sheet 6.3).

import type { LoraParametrisation } from "../engine";
import { padded } from "../packing";
import type { AdaptedGradient, AdaptedWeight, Machine, WeightAdapter } from "./adaptedWeight";

export class LoraWeight implements WeightAdapter {
  private readonly machine: Machine;
  private readonly weight: AdaptedWeight;
  private readonly rank: number;
  private readonly scale: number;

  constructor(machine: Machine, weight: AdaptedWeight, { rank, scale }: LoraParametrisation) {
    this.machine = machine;
    this.weight = weight;
    this.rank = rank;
    this.scale = scale;
  }

  materialise(): void {
    const { heap, kernels } = this.machine;
    const { rows, stride, base, effective, tensors } = this.weight;
    const a = tensors[0] as number;
    const scaledB = this.scaledB();
    heap.f32.copyWithin(effective >> 2, base >> 2, (base >> 2) + rows * stride);
    kernels.matmul(scaledB, padded(this.rank), 1, a, stride, effective, stride, rows, stride, this.rank, true);
  }

  pullBack(gradient: AdaptedGradient): void {
    const { kernels, scratch } = this.machine;
    const { rank } = this;
    const { rows, stride, tensors } = this.weight;
    const [dA, dB] = gradient.tensors as [number, number];
    const rankStride = padded(rank);
    const transposedA = scratch.get("A transposed", stride * rankStride);
    kernels.transpose(tensors[0] as number, stride, transposedA, rankStride, rank, stride);
    kernels.matmul(gradient.effective, stride, 1, transposedA, rankStride, dB, rankStride, rows, rankStride, stride, false);
    this.multiply(dB, rows * rankStride);
    kernels.matmul(this.scaledB(), 1, rankStride, gradient.effective, stride, dA, stride, rank, stride, rows, false);
  }

  /** scale B, [rows, padded rank] */
  private scaledB(): number {
    const { heap, scratch } = this.machine;
    const floats = this.weight.rows * padded(this.rank);
    const scaled = scratch.get("B scaled", floats);
    const b = (this.weight.tensors[1] as number) >> 2;
    heap.f32.copyWithin(scaled >> 2, b, b + floats);
    this.multiply(scaled, floats);
    return scaled;
  }

  private multiply(pointer: number, floats: number): void {
    const numbers = this.machine.heap.floats(pointer, floats);
    for (let i = 0; i < floats; i++) numbers[i] = (numbers[i] as number) * this.scale;
  }
}
