// The KL coefficient's controller: this step's KL goes in, the next step's coefficient comes out.

/** Largest relative error the adaptive controller reacts to. */
const ERROR_CLIP = 0.2;

export interface KlControllerInputs {
  readonly klCoef: number;
  /** `objective/kl` of this step. */
  readonly kl: number;
  /** Samples in this step. */
  readonly samples: number;
  readonly target: number;
  readonly horizon: number;
}

/** beta (1 + clip(kl / target - 1, -0.2, 0.2) samples / horizon) (Ziegler et al. 2019, section 2.2; fact sheet 5.10). */
export function adaptKlCoef({ klCoef, kl, samples, target, horizon }: KlControllerInputs): number {
  const error = Math.min(Math.max(kl / target - 1, -ERROR_CLIP), ERROR_CLIP);
  return klCoef * (1 + (error * samples) / horizon);
}
