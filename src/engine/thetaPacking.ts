// Where theta lies in a fused engine's flat block of its own, when it is not W_eff itself: trained weights in their packed form,
// adapter tensors with the packed rows and columns of the weights they adapt.

import type { LoraParametrisation, OftParametrisation, Parametrisation } from "./engine";
import { VALUE_HEAD_BIAS, VALUE_HEAD_WEIGHT } from "./layout";
import { type Packing, padded } from "./packing";
import { adapterTensorName } from "./theta";

export type Placement = Packing["placements"][number];
/** Tensors in a flat block. */
export type Block = Pick<Packing, "size" | "noDecaySize" | "placements">;

/** Floats that lie one after the other in theta and in W_eff. */
export interface Run {
  readonly theta: number;
  readonly weights: number;
  readonly floats: number;
}

/** One adapted weight and its tensors: LoRA's A [rank, weight's stride] and B [packed rows, padded rank], or OFT's R alone. */
export interface AdapterTarget {
  readonly weight: Placement;
  /** Rows of the weight in its packed form, padding between heads included. */
  readonly rows: number;
  readonly tensors: readonly Placement[];
}

export interface AdapterPacking {
  /** Floats up to the end of the last tensor. */
  readonly end: number;
  readonly targets: readonly AdapterTarget[];
}

export interface ThetaPacking extends Block {
  /** Trained weights that W_eff holds as they are. */
  readonly runs: readonly Run[];
  readonly targets: readonly AdapterTarget[];
}

const upTo = (n: number) => Int32Array.from({ length: n }, (_, i) => i);
const last = (indices: Int32Array) => indices.reduce((most, index) => Math.max(most, index), 0);

/** Packed rows of a weight. */
export const rowsOf = ({ rows }: Placement): number => last(rows) + 1;

/** Floats from a tensor's base to its last element, padded. */
export const extentOf = (placement: Placement): number => padded(last(placement.rows) * placement.stride + last(placement.cols) + 1);

/** The tensors of `adapterSpecs`, one after the other from `start` on. */
export function adapterPackingOf(packing: Packing, parametrisation: LoraParametrisation | OftParametrisation, start = 0): AdapterPacking {
  const placed = new Map(packing.placements.map((placement) => [placement.name, placement]));
  let end = start;
  const place = (tensor: Omit<Placement, "base">): Placement => {
    const placement = { ...tensor, base: end };
    end += padded(rowsOf(placement) * placement.stride);
    return placement;
  };
  const targetOf = (name: string, tensors: (weight: Placement) => Placement[]): AdapterTarget => {
    const weight = placed.get(name) as Placement;
    return { weight, rows: rowsOf(weight), tensors: tensors(weight) };
  };
  if (parametrisation.kind === "lora") {
    const { rank } = parametrisation;
    const targets = parametrisation.targets.map((target) =>
      targetOf(target, ({ shape: [out, into], stride, rows, cols }) => [
        place({ name: adapterTensorName(target, "lora_A"), shape: [rank, into as number], stride, rows: upTo(rank), cols }),
        place({ name: adapterTensorName(target, "lora_B"), shape: [out as number, rank], stride: padded(rank), rows, cols: upTo(rank) }),
      ]),
    );
    return { end, targets };
  }
  const targets = parametrisation.targets.map(({ name, blockSize }) =>
    targetOf(name, ({ cols }) => {
      const [blocks, numbers] = [cols.length / blockSize, (blockSize * (blockSize - 1)) / 2];
      const shape = [blocks, numbers];
      return [place({ name: adapterTensorName(name, "oft_R"), shape, stride: padded(numbers), rows: upTo(blocks), cols: upTo(numbers) })];
    }),
  );
  return { end, targets };
}

/** Theta of every kind but `full`: trained weights in W_eff's order, so norms and biases come first, then the adapter's tensors. */
export function thetaPackingOf(packing: Packing, parametrisation: Exclude<Parametrisation, { kind: "full" }>): ThetaPacking {
  const trained = new Set([...(parametrisation.kind === "freeze" ? parametrisation.trained : []), VALUE_HEAD_WEIGHT, VALUE_HEAD_BIAS]);
  const runs: Run[] = [];
  const placements: Placement[] = [];
  let [end, noDecaySize] = [0, 0];
  for (const placement of packing.placements.toSorted((a, b) => a.base - b.base)) {
    if (!trained.has(placement.name)) continue;
    const floats = extentOf(placement);
    runs.push({ theta: end, weights: placement.base, floats });
    placements.push({ ...placement, base: end });
    end += floats;
    if (placement.base < packing.noDecaySize) noDecaySize = end;
  }
  if (parametrisation.kind === "freeze") return { size: end, noDecaySize, placements, runs, targets: [] };
  const adapter = adapterPackingOf(packing, parametrisation, end);
  placements.push(...adapter.targets.flatMap(({ tensors }) => tensors));
  return { size: adapter.end, noDecaySize, placements, runs, targets: adapter.targets };
}
