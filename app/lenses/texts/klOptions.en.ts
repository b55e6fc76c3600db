// Options of the KL penalty in English.

import type { LensTexts } from "./lensTexts";

export const klOptionsEn: LensTexts<"initKlCoef" | "ppoTarget" | "horizon" | "klPenalty" | "adapKlCtrl"> = {
  initKlCoef: {
    mathematics:
      "β is the multiplier of a KL constraint: PPO maximises E[s] − β KL(π‖π_ref). The optimum tilts the reference, π ∝ π_ref exp(s/β). A large β keeps π near π_ref; β → 0 puts all mass where s is largest, whether or not s means anything there. Its unit is score per nat. This run starts at {initKlCoef}.",
    vision:
      "β weighs a distillation loss against the task loss: the frozen reference is the teacher, the reward model the new task. Near zero, the policy is like a generator against a discriminator that never learns: it finds outputs that score high and resemble nothing in the data. Too large, and the student simply stays the teacher.",
    nlp: "Every token pays β times the difference in log-likelihood to the reference model. That keeps the text fluent, because grammar lives in the reference. With β = 0 the policy soon repeats whatever words the reward model likes; with a large β it keeps the base model's habits. Here it starts at {initKlCoef} and may adapt.",
  },
  ppoTarget: {
    mathematics:
      "The set point of a feedback loop. Penalising with β and constraining KL are dual views of one problem; instead of solving for the multiplier, β is nudged after every step until the measured KL per response settles near {ppoTarget} nats. A larger target means a larger neighbourhood of π_ref and so a higher reachable score.",
    vision:
      "You state the allowed distance between student and teacher instead of the weight of the distillation loss; the weight follows by itself. The distance is in nats for a whole response: at {ppoTarget} nats a typical text of the policy is exp({ppoTarget}) times likelier under the policy than under its teacher.",
    nlp: "KL is summed over the tokens of a response, so one and the same target is strict for long responses and loose for short ones. TRL's default is 6 nats. At {ppoTarget} nats the policy may change its choice of words considerably; whether grammar survives shows in the samples and in gold, not in the KL itself.",
  },
  horizon: {
    mathematics:
      "The controller's time constant. After each step log β changes by about e·n/{horizon}, where n is the number of samples and the relative error e is clipped to ±0.2. Halving β therefore takes at least ln 2 / 0.2 ≈ 3.5 horizons of samples. A small horizon reacts fast and may oscillate, a large one leaves β practically constant.",
    vision:
      "Comparable to the momentum of an EMA teacher: it sets how slowly a quantity follows. With {batch} samples a step and a horizon of {horizon}, the KL weight changes by at most {betaStep} per step. Too slow, and the weight never gets where it should be; too fast, and weight and KL chase each other in waves.",
    nlp: "The controller counts sampled responses, not tokens. With the reference's 10000 and small batches the coefficient hardly moves in a short run: at 8 responses a step by 0.016 % at most. Keep this in mind when you copy settings from runs with hundreds of responses per step. Here the horizon is {horizon}, with {batch} responses a step.",
  },
  klPenalty: {
    mathematics:
      "Four measures of drift at a token, with d the log-ratio of the sampled token. kl is d: unbiased for the divergence, but of either sign. abs is |d|. mse is d²/2: never negative and close to the divergence for small drifts. full sums over the whole vocabulary: exact and non-negative, at the cost of keeping both distributions.",
    vision:
      "As with distillation losses, you may compare the output for the drawn class only or the whole softmax. kl, abs and mse look at the sampled token alone and differ as signed, absolute and squared errors do. full compares both softmax outputs over all classes, with less noise and more memory.",
    nlp: "kl compares the log-probability of the one token that was sampled, so a token that is less likely than under the reference earns a small bonus. abs and mse charge drift in both directions. full is the divergence of the two next-token distributions over the vocabulary, as in distilling language models.",
  },
  adapKlCtrl: {
    mathematics:
      "On, β is multiplied after each step by 1 + e·n/H, where e is the relative error KL/target − 1 clipped to ±0.2: a constrained problem with a running multiplier. Off, β is fixed and KL settles wherever reward and penalty balance. A fixed β makes objectives comparable between runs, an adaptive one makes their KL comparable.",
    vision:
      "Instead of searching a loss weight by grid, let it adjust so that one term stays at a chosen level. On, the KL weight rises while the policy strays further than the target and falls while it stays closer. Off, the weight is a plain hyper-parameter and the drift is whatever training makes of it.",
    nlp: "Introduced by Ziegler and colleagues for tuning language models from preferences: the coefficient grows while KL per response exceeds the target and shrinks while it is below. At the start KL is about zero, so the coefficient falls first. Off, it keeps its initial value through the whole run.",
  },
};
