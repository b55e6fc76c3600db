// The identity of base weights: a hash that says whether an adapter was made for them.

import { type NamedTensors, VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "../../engine/layout";
import { pcg } from "../../random";
import { float32ToFloat16 } from "../halfPrecision";

/** Four chains of one hash from different starts make 128 bits. */
const CHAIN_STARTS = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

/**
 * 32 hexadecimal digits of the weights without the value head, in name order. Each number counts as its float16, so a model saved
 * as F16 or F32 is the same base. It tells models apart; it is no protection against forgery.
 */
export function baseHash(weights: NamedTensors): string {
  const chains = Uint32Array.from(CHAIN_STARTS);
  const add = (word: number): void => {
    for (let i = 0; i < chains.length; i++) chains[i] = pcg(((chains[i] as number) ^ word) | 0);
  };
  const names = [...weights.keys()].filter((name) => name !== VALUE_HEAD_WEIGHT && name !== VALUE_HEAD_BIAS).sort();
  for (const name of names) {
    for (const byte of new TextEncoder().encode(name)) add(byte);
    const halves = float32ToFloat16(weights.get(name)?.data ?? new Float32Array());
    add(halves.length);
    for (let i = 0; i < halves.length; i += 2) add((halves[i] as number) | ((halves[i + 1] ?? 0) << 16));
  }
  return Array.from(chains, (chain) => chain.toString(16).padStart(8, "0")).join("");
}
