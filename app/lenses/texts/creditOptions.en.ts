// Options of scores, rewards and advantages in English.

import type { LensTexts } from "./lensTexts";

export const creditOptionsEn: LensTexts<"gamma" | "lam" | "baseline" | "ppoScoreNorm" | "ppoWhitenRewards"> = {
  gamma: {
    mathematics:
      "The discount in G_t = Σ γ^l R_(t+l). A response ends for certain, so the undiscounted sum is finite and γ = 1 keeps the objective as it is. Below 1 the final score is worth only γ^(T−t) at token t: early tokens see less of it, and what is maximised is no longer expected score minus β KL.",
    vision:
      "A receptive field in time: at γ = 0.9 a reward twenty tokens ahead keeps about 12 % of its weight, so early tokens hardly learn from the final score. Unlike games that never end, a response has an end, so nothing needs damping. Keep it at 1 unless you want to study the effect; here it is {gamma}.",
    nlp: "The score comes with the last token. With γ below 1 the first words receive only a fraction of it, although the opening often decides everything. A discount also brings a length bias: a positive score reached sooner is worth more, so short responses win. The reference therefore keeps γ at 1.",
  },
  lam: {
    mathematics:
      "λ interpolates between two estimators. At 0 the advantage is the one-step error δ_t: low variance, biased by every error of V. At 1 and γ = 1 it is the full return minus V_t: unbiased whatever V is, with the variance of the whole return. In between, errors are weighted by (γλ)^l. Here λ is {lam}.",
    vision:
      "Compare auxiliary losses: with λ near 0 every token is trained against the prediction one step on, a local target as good as the critic is; with λ = 1 only the final outcome counts, as with one loss at the end of a deep network. {lam} mixes both.",
    nlp: "How far a word looks ahead for its credit. λ = 0: only whether the critic liked the text more after this word. λ = 1: everything up to the end, so one lucky ending praises all words before it. At 0.95 the influence of later words halves about every fourteen tokens.",
  },
  baseline: {
    mathematics:
      "Any function of the state may be subtracted from the return without changing the expected gradient, since E[∇ log π] = 0. A good one, close to the true value, removes variance. The batch mean removes only the common part. With γ = λ = 1, whitening subtracts the mean anyway, so batch mean and none then coincide.",
    vision:
      "The baseline answers the question: better than what? The value head is a learnt predictor for each token; the batch mean is one constant, much like subtracting the mean image; none uses the raw returns. All have nearly the same average gradient but different noise, and noise decides how many samples you need.",
    nlp: "Some prompts are easy and score high whatever the model writes. Without a baseline every word of such a response is praised. The value head learns what a prompt usually earns and judges words against that. The batch mean is one number for all prompts, as in REINFORCE with a mean baseline. Only the value head is PPO's.",
  },
  ppoScoreNorm: {
    mathematics:
      "Scores become z-scores by the running moments of all scores so far, s' = (s − μ)/σ. The objective then has scale one and β a stable meaning. The moments never forget and include the current batch, so the map drifts with the policy: the same response gets a lower score later, once the average has risen.",
    vision:
      "Normalising by running statistics, as batch norm does, except that every sample of the whole run weighs the same instead of fading. It removes the arbitrary scale and offset of the reward model's output. One switch turns on scaling and centring together. As the policy improves, the normalised score of one fixed response sinks.",
    nlp: "Reward models give logits with an arbitrary zero and scale; two models of one task may differ tenfold. Normalising makes KL coefficient and value clip comparable between them. The reward chart still shows raw scores; PPO trains on the normalised ones, so a rising curve may mean an unchanged training signal.",
  },
  ppoWhitenRewards: {
    mathematics:
      "Token rewards become (R − μ)/σ + μ with the batch's moments: unit variance, the mean put back. The map differs from batch to batch, so the effective scale of score and penalty varies. Advantages are standardised in any case, so what changes is mainly the scale of the value head's targets.",
    vision:
      "Contrast normalisation of the reward signal: unit variance over all tokens of the batch, mean kept. Most tokens carry a small KL price and one carries the score, so the scores govern the scale. TRL's own benchmark found no noticeable difference. In the reference, padding leaks into the last tokens; the lab masks it.",
    nlp: "It rescales token rewards so that the critic sees targets of similar size whatever reward model is used. The reference has a flaw here: padding columns receive a constant, and through the recursion shorter responses inherit part of it at their last tokens. The lab corrects this unless you switch the quirk on.",
  },
};
