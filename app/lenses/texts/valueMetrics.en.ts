// Metrics of the value head, the total loss and the optimizer in English.

import type { LensTexts } from "./lensTexts";

type Id =
  | "ppo/loss/value"
  | "ppo/loss/total"
  | "ppo/val/var_explained"
  | "ppo/val/clipfrac"
  | "ppo/returns/mean"
  | "lab/grad_norm"
  | "ppo/learning_rate";

export const valueMetricsEn: LensTexts<Id> = {
  "ppo/loss/value": {
    mathematics:
      "Half the mean of the larger of (V − G)² and its clipped version: a least-squares fit of the returns. Its floor is not zero but half the variance of G given the prefix, because the rest of the response is random. It is shown before it is multiplied by {vfCoef}.",
    vision:
      "A regression loss in squared score units. It falls at first as the head learns the scale of the rewards, and may rise again while the reward climbs, because the target moves. Spikes or NaN mean that something diverges. To judge the fit, look at variance explained, which has no unit.",
    nlp: "How wrong the critic is, token by token, about the reward still to come. A random head starts with a large error, much of it the offset of the reward model's logits. Squared and in score units, it depends on the reward model; times {vfCoef} it joins the policy loss in the shared transformer.",
  },
  "ppo/loss/total": {
    mathematics:
      "L_π + {vfCoef}·L_V, whose gradient AdamW sees, without an entropy term. As L_π hovers near zero, the total is mostly the weighted value loss. The function changes at every step with the data, so its curve is no convergence plot: lowering it is a means, not the aim.",
    vision:
      "The sum over two heads on one backbone. LLaMA-Factory plots it as “loss”, and people wait for the smooth decay known from image training; it will not come. Use it to spot NaN and explosions. Quality shows elsewhere: in reward, gold and the samples.",
    nlp: "What LLaMA-Factory writes as loss into trainer_log.jsonl. In supervised fine-tuning a lower loss means better prediction of given texts. Here there are no target texts: a lower total mostly says that the critic predicts returns better. Compare runs by reward, KL and gold, never by this number.",
  },
  "ppo/val/var_explained": {
    mathematics:
      "1 − E[(V − G)²]/Var(G), the share of the returns' variance that the critic accounts for. 1 is perfect, 0 no better than the mean, below 0 worse. As a control variate the critic removes about this share of variance: at 0.6, advantages keep some 40 % of the returns' variance.",
    vision:
      "R² of the value regression. With a random head, zero or below is normal at first; then it should climb. If it stays at zero, advantages are as noisy as raw returns. Check value coefficient and value clip range, and whether returns vary at all: a constant target leaves nothing to explain.",
    nlp: "Can the critic tell from a half-written response how it will be scored? 1: exactly. 0: it knows only the average. Late tokens are easy, early ones hard, since the response is not written yet; even a good critic stays below 1. If it stays at 0 or below, it is useless.",
  },
  "ppo/val/clipfrac": {
    mathematics:
      "The share of tokens at which the clipped squared error is the larger one, so the value gets no gradient. It is large when the critic would move further than {cliprangeValue} in one step on many tokens. Compare this range with the standard deviation of the returns before calling it a fault.",
    vision:
      "The share of regression targets held back in this step. TRL's documentation calls 0.3 to 0.6 common, so it is less alarming than the policy's clip fraction. High values together with a poor fit mean that the range is too small for the scale of your rewards: widen it or normalise the scores.",
    nlp: "At first the value head predicts numbers near zero while scores may lie far from it. It wants to catch up at once and is held at {cliprangeValue} per token and step, hence high values early on. They fall as the critic catches up; normalised scores or a wider range shorten this time.",
  },
  "ppo/returns/mean": {
    mathematics:
      "The token mean of G_t = A_t + V_t, the λ-return that V is fitted to. It approximates the score minus the KL cost still to come. Unless λ = 1 it contains the critic's own estimates, so it lags behind the reward as long as the critic is poor. Here λ is {lam}.",
    vision:
      "The average regression target of the value head: the reward still to come, over all positions. It should follow the mean score, lowered by the KL price. It mixes observed rewards with the head's own predictions, like pseudo-labels made by the network itself; λ = {lam} sets the share that is observed.",
    nlp: "From each prefix: the score at the end minus the KL price of the tokens still to be written, as far as λ lets real outcomes through. It should rise with the reward. If it stays behind, the critic has not caught up; if it rises alone, negative KL is paying the policy.",
  },
  "lab/grad_norm": {
    mathematics:
      "The Euclidean norm of the gradient over all trained parameters before clipping, averaged over the optimizer steps of this PPO step. Compare it with its own history, not with an absolute number: it depends on the parametrisation, and adapters have other norms than full weights. Above the limit, here {maxGradNorm}, it is scaled back.",
    vision:
      "As in training ResNets, steady is good and spikes deserve a look. Here they come from outliers in the value loss or from large ratios in late epochs. A norm above the limit at every step means that all steps have the same length and that the larger loss dictates their direction.",
    nlp: "One number for the pull of policy loss and value loss on the shared transformer. A jump often goes with a jump in value loss, caused by one odd response with a huge KL price. If the norm always exceeds the limit, a smaller value coefficient gives the policy more of the clipped gradient.",
  },
  "ppo/learning_rate": {
    mathematics:
      "The step size η of this PPO step, constant within it and given by the schedule. Linear decay to zero over a fixed number of steps is a finite-horizon heuristic: large steps while the policy is far from its goal, small ones at the end so that the noise of single batches averages out.",
    vision:
      "The familiar decay, but the horizontal axis counts PPO steps: all epochs and minibatches of a step share one rate, and warm-up counts PPO steps too. In the reference, the first step of a warm-up runs at rate zero, so its whole rollout teaches nothing.",
    nlp: "The schedules known from fine-tuning: linear, cosine, constant, ticking once per PPO step. If the reward stops rising towards the end, check first whether the rate has simply decayed to nothing before you conclude that the policy has converged.",
  },
};
