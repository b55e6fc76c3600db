// Metrics of the policy's update in English.

import type { LensTexts } from "./lensTexts";

type Id =
  | "ppo/policy/entropy"
  | "ppo/policy/clipfrac"
  | "ppo/policy/approxkl"
  | "ppo/policy/policykl"
  | "ppo/policy/ratio"
  | "ppo/policy/advantages_mean"
  | "ppo/loss/policy";

export const policyMetricsEn: LensTexts<Id> = {
  "ppo/policy/entropy": {
    mathematics:
      "The mean of −Σ_v π(v) log π(v) over the response tokens, exact for each next-token distribution, in nats; at most the logarithm of the vocabulary size. PPO as built here has no entropy bonus, so entropy falls as mass gathers on rewarded choices. Only the KL term holds against it, as far as the reference itself is undecided.",
    vision:
      "The uncertainty of the softmax, averaged over positions. High: many plausible next tokens; near zero: the network is sure everywhere. If it drops early, exploration ends, because classes that are never drawn are never tried. A slow fall that flattens is healthy; oscillation points to too high a learning rate.",
    nlp: "exp(entropy) is the effective number of candidates for the next token. Grammar words have few, content words more. When it collapses, responses repeat the same phrases whatever the prompt. Unlike objective/entropy it does not depend on length, and it uses the whole distribution, not only the sampled token.",
  },
  "ppo/policy/clipfrac": {
    mathematics:
      "The share of tokens at which the clipped branch gives the strictly larger loss, so that the gradient is exactly zero. Not every ratio outside [{lower}, {upper}] counts: a good token that became less likely keeps its gradient. Zero throughout means an inactive constraint; above 0.4 the constraint dominates.",
    vision:
      "The share of examples that no longer contribute, like samples beyond the margin of a hinge loss. Up to a quarter is fine. Near zero with a flat reward: the steps are too small. Above 0.4: the batch is being overfitted, so lower the learning rate or the number of epochs.",
    nlp: "The share of tokens whose probability has already passed {lower} or {upper} times its old value in the wanted direction. It averages over all minibatches of the step; the first always adds zero, since nothing has changed yet. Libraries that count every ratio outside the range report larger numbers for the same run.",
  },
  "ppo/policy/approxkl": {
    mathematics:
      "Half the mean squared log-ratio, ½E[(log π_new − log π_old)²]: to second order the KL divergence of the update, and never negative. Keep it apart from objective/kl: that is the distance from the fixed reference over a response, this the distance travelled within one PPO step, per token. About 0.01 is customary.",
    vision:
      "How much the softmax changed because of this batch: a step length in output space. Learning rate, epochs and clip range set it together. Compare this number when you carry settings over to a model of another size, since equal learning rates do not mean equal changes of behaviour.",
    nlp: "The size of the update in nats per token, between the model that wrote the responses and the one being trained on them. Spinning Up stopped a step above 0.015; tiny models bear more. Beyond 0.1 the responses are stale before the epochs end: use fewer epochs or a lower rate.",
  },
  "ppo/policy/policykl": {
    mathematics:
      "The mean of log π_old − log π_new over the sampled tokens: the plain estimator of KL(π_old‖π_new), unbiased at first but signed. approxkl is its squared relative: biased, less noisy, never negative. Early stopping uses this one, so noise below zero can hide a real move.",
    vision:
      "How much log-likelihood the batch's own tokens lost during the update: how much worse the new weights explain data that the old ones generated. Slightly positive is expected, for probability given to some tokens is taken from others. Early stopping watches it against 1.5 × {targetKl}.",
    nlp: "Measure the log-perplexity of the sampled responses before and after the update: this is the difference. Some tokens gain and others lose; on average losses prevail, since no model explains the old model's text better than the old model itself. Clearly negative values are therefore noise or a mismatch in sampling.",
  },
  "ppo/policy/ratio": {
    mathematics:
      "The importance weight ρ = π_new(a)/π_old(a). Under π_old its mean is one for every π_new; its variance tells how far the two are apart and how noisy the surrogate is. In the first minibatch every ρ is exactly 1, a good self-test. Beyond [{lower}, {upper}] the surrogate is clipped.",
    vision:
      "New over old probability of the class that was drawn. Its histogram should be a narrow peak at 1 that broadens from epoch to epoch, mostly inside the clip band from {lower} to {upper}. Long tails mean that a few examples changed drastically: the steps are too large.",
    nlp: "How much likelier a sampled token is now than when it was written; 1.2 means 20 % likelier. Over a sentence the ratios multiply: twenty tokens at 1.05 make it 2.65 times likelier, although none of them is clipped. PPO clips tokens, never sentences.",
  },
  "ppo/policy/advantages_mean": {
    mathematics:
      "The mean of the standardised advantages on response tokens. Over the whole batch it is zero by construction; the figure averages minibatch means, which counts minibatches equally although they hold different numbers of tokens. A small deviation from zero reflects unequal lengths and nothing else.",
    vision:
      "After standardisation over the batch it should sit at zero, as activations do after batch norm. It is a check, not a result. Look at the histogram instead: most values within ±3 and both signs present. If raw advantages are nearly equal, standardising only amplifies noise.",
    nlp: "Near zero by construction, so it says nothing about success. Even in a batch of excellent responses about half of the tokens are praised and half are blamed, because PPO judges within the batch. Deviations come from averaging minibatches whose responses differ in length.",
  },
  "ppo/loss/policy": {
    mathematics:
      "The negative clipped surrogate, averaged over tokens. Advantages have mean zero and ρ is close to 1, so it starts near 0, and a shift of the baseline shifts it arbitrarily: its gradient matters, its value does not. Slightly negative after some epochs means that the surrogate was improved on this batch.",
    vision:
      "Unlike cross-entropy it does not fall during training. Data change at every step and advantages are centred anew, so each step starts from zero again. Like a GAN's generator loss it tells whether optimisation works within a step, not whether outputs get better. Spikes do mean trouble.",
    nlp: "Likelihood training with weights of mean zero: raising good tokens and lowering bad ones nearly cancel in the average. Do not read it as you read a language-model loss or perplexity. Hovering near 0 is right; large swings mean ratios far from one.",
  },
};
