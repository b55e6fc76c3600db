// Options of sampling, and the seed, in English.

import type { LensTexts } from "./lensTexts";

export const samplingOptionsEn: LensTexts<"temperature" | "topK" | "topP" | "maxNewTokens" | "seed"> = {
  temperature: {
    mathematics:
      "Tokens are drawn from π^(1/τ), normalised, with τ = {temperature}. All later formulas use π itself, so for τ ≠ 1 the draws come from another measure and the estimates of KL and surrogate are biased; PPO does not reweight them. With τ < 1 likely tokens are over-represented, and the estimated KL may even turn negative.",
    vision:
      "The temperature known from distillation and calibration: it divides the logits before the softmax. Higher gives flatter, more varied samples. But in distillation both sides use the same temperature; here samples are drawn at {temperature} and scored at 1, so any value but 1 makes training data and loss disagree.",
    nlp: "For generation you choose temperature by taste. In PPO it should be 1: log-probabilities, ratios and KL are all computed at temperature 1, so text sampled at 0.95 or 1.2 comes from another model than the one that is trained. LLaMA-Factory's default is 0.95; this run uses {temperature}.",
  },
  topK: {
    mathematics:
      "Truncation to the k most probable tokens, renormalised. The sampling law vanishes outside that set, π does not, so no importance weight could repair the estimates: the sampled log-ratio is no longer unbiased for the divergence. k = 0 switches it off. Ties at the threshold all survive.",
    vision:
      "Like keeping only the k best classes of a classifier before drawing one: fine for presentation, harmful for training. Classes outside never occur as examples, so nothing is learnt about them directly, while their mass still counts in the softmax that is scored. 0, off, is right for PPO.",
    nlp: "A decoding heuristic against rare junk tokens. In PPO it hides what the model would really say, and as scoring uses the full vocabulary it shifts the measured KL, often below zero. LLaMA-Factory's default is 50, its former PPO example used 0. In a vocabulary of some hundred words even 50 cuts off little but still biases.",
  },
  topP: {
    mathematics:
      "Nucleus sampling keeps the most probable tokens up to total mass p and renormalises. The set depends on the state, so the law differs from π by a factor that depends on the state too. Without the tail, sampled log-probabilities are too high on average. p = 1 is off; here p is {topP}.",
    vision:
      "An adaptive detection threshold: how many classes survive depends on how confident the softmax is. Useful for showing results, but a training set filtered by the model's own confidence reinforces that confidence, and variety shrinks. The reference's default of 0.7 may remove up to 30 % of the mass at every token.",
    nlp: "Nucleus sampling gives cleaner text because the tail is never drawn. For PPO the tail is where alternatives are found, and where the scored distribution still has mass. Filtered responses, scored as if unfiltered, distort KL and ratios, so the lab warns. Use it to show samples, not to train on them.",
  },
  maxNewTokens: {
    mathematics:
      "It bounds the stopping time: T is the first EOS or the limit, whichever comes first. A response that was cut off is scored at its last token as if it were complete, so what is maximised is the score of the stopped process. With longer responses the sums of KL grow, and with them the variance of the return.",
    vision:
      "The crop size of text. What lies beyond the limit is cut off, and the reward model judges the crop. Cost grows with it, because generation is sequential and the padded batch is as wide as its longest row. If most responses reach the limit, the crop is too small or the policy has forgotten how to stop.",
    nlp: "The longest response; EOS may end it sooner. Watch how many end by themselves: a response that was cut off gets a score for an unfinished text, and a policy rewarded for length runs into this wall. There is no minimum length on purpose: forbidding EOS samples tokens against the model's will and drives KL negative.",
  },
  seed: {
    mathematics:
      "The seed picks one path of the whole random process: prompt order, token draws, minibatch permutations, initial value head. Draws are functions of seed, step, row and position, so they are reproducible and do not depend on how rows are grouped. One run is one sample; compare settings over several seeds before believing a difference.",
    vision:
      "Two runs that differ only in the seed show how large the noise is, as when a classifier is trained twice. Here it is amplified, because the policy generates its own data. The same seed and options give the same run again, so when you turn one knob, everything that changes is that knob's doing.",
    nlp: "It fixes the order of the prompts, every sampled token and the order of the minibatches. Change only the learning rate and the first step's responses stay the same word for word; then weights differ, some token flips, and from there the texts diverge. Average over seeds before you report a curve.",
  },
};
