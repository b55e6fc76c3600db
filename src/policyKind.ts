// What a policy kind needs beside its name: the fewer weights are trained, the larger their steps; rotations want a shorter leash.

import type { FinetuningType, LabConfig } from "./config";

/** What is fitted to the kind. */
export type FittedValues = Pick<LabConfig, "learningRate" | "initKlCoef" | "ppoTarget">;

/**
 * Multiples of a scenario's values for full fine-tuning; found on the scenarios' models. OFT turns whole weight matrices and pays for
 * the same KL with more broken sentences, so it is held closer to the reference.
 */
const FACTORS: Readonly<Record<FinetuningType, FittedValues>> = {
  full: { learningRate: 1, initKlCoef: 1, ppoTarget: 1 },
  freeze: { learningRate: 2, initKlCoef: 1, ppoTarget: 1 },
  lora: { learningRate: 5, initKlCoef: 1, ppoTarget: 1 },
  oft: { learningRate: 1.5, initKlCoef: 1.25, ppoTarget: 0.7 },
};

/** `finetuningType` with the values that fit it, for a scenario whose own (`usual`) are for full fine-tuning. */
export function policyKindValues(kind: FinetuningType, usual: FittedValues): FittedValues & Pick<LabConfig, "finetuningType"> {
  const factors = FACTORS[kind];
  return {
    finetuningType: kind,
    learningRate: product(usual.learningRate, factors.learningRate),
    initKlCoef: product(usual.initKlCoef, factors.initKlCoef),
    ppoTarget: product(usual.ppoTarget, factors.ppoTarget),
  };
}

/** As people would write it: 6e-4, not 6.000000000000001e-4. */
const product = (value: number, factor: number): number => Number((value * factor).toPrecision(12));
