// AdamW number by number in float64 (fact sheet 5.9), fed with an engine's own gradients.

import type { AdamWStep } from "../../src/engine/engine";
import type { ParameterSpec } from "../../src/engine/layout";
import type { Weights64 } from "../oracle/llama";

export class ReferenceAdamW {
  readonly values: ReadonlyMap<string, { readonly data: Float64Array; readonly m: Float64Array; readonly v: Float64Array }>;
  private readonly specs: readonly ParameterSpec[];
  private k = 0;

  constructor(specs: readonly ParameterSpec[], initial: Weights64) {
    this.specs = specs;
    this.values = new Map([...initial].map(([name, data]) => [name, { data: data.slice(), m: data.map(() => 0), v: data.map(() => 0) }]));
  }

  /** @returns the gradients' norm before clipping */
  apply(gradients: Weights64, options: AdamWStep): number {
    this.k++;
    const norm = Math.sqrt([...gradients.values()].reduce((sum, g) => sum + g.reduce((s, x) => s + x * x, 0), 0));
    const clip = options.maxGradNorm === null ? 1 : Math.min(1, options.maxGradNorm / (norm + 1e-6));
    for (const { name, decayGroup } of this.specs) {
      const { data, m, v } = this.values.get(name) as { data: Float64Array; m: Float64Array; v: Float64Array };
      for (const [i, raw] of (gradients.get(name) as Float64Array).entries()) {
        const g = raw * clip;
        m[i] = options.beta1 * (m[i] as number) + (1 - options.beta1) * g;
        v[i] = options.beta2 * (v[i] as number) + (1 - options.beta2) * g * g;
        const mHat = m[i] / (1 - options.beta1 ** this.k);
        const vHat = v[i] / (1 - options.beta2 ** this.k);
        const decayed = (data[i] as number) * (1 - options.learningRate * options.weightDecay[decayGroup]);
        data[i] = decayed - (options.learningRate * mHat) / (Math.sqrt(vHat) + options.epsilon);
      }
    }
    return norm;
  }
}
