// What each metric means and how to read it, in English. Ranges are the sources' for large models; small ones may bear more.

import type { MetricKey, MetricText } from "../../help/metrics";

const heldout = "Greedy answers to prompts that training never sees, every so many PPO steps. ";
const hard = "Greedy answers to the hard cases, prompts made to catch cheating, every so many PPO steps. ";
const evaluated = (prompts: string): Record<"gold" | "part" | "proxy" | "kl" | "length", MetricText> => ({
  gold: {
    definition: `${prompts}This is the hidden judge's mean grade, 0 to 1.`,
    healthy: "Rises together with the training batch's gold.",
    unhealthy: "Falls behind the training batch: what is learnt does not carry over.",
  },
  part: {
    definition: `${prompts}This is one factor of the hidden judge's grade.`,
    healthy: "Stays high or rises.",
    unhealthy: "Falls while another factor rises: the policy pays with it.",
  },
  proxy: {
    definition: `${prompts}This is the reward model's mean raw score.`,
    healthy: "Rises together with gold on the same prompts.",
    unhealthy: "Rises while gold on the same prompts falls: the reward model is being fooled.",
  },
  kl: {
    definition: `${prompts}This is the drift from the reference over the whole vocabulary, summed over a response. Never negative, unlike the training KL.`,
    healthy: "Grows slowly with the reward.",
    unhealthy: "Jumps, or grows while gold does not.",
  },
  length: {
    definition: `${prompts}This is the mean number of tokens in an answer, its end included.`,
    healthy: "Stable.",
    unhealthy: "Twice the start, or shrinking to a few tokens: the reward is gamed by length.",
  },
});
const onHeldout = evaluated(heldout);
const onHard = evaluated(hard);

const baseline = (kind: string): MetricText => ({
  definition: `Variance of the advantages before whitening, had they been measured against ${kind}. The same rewards, another baseline.`,
  healthy: "The value head's is the smallest of the three: a quieter gradient learns from fewer samples.",
  unhealthy: "The value head's is above the batch mean's: the critic does more harm than good.",
});

const seconds = (of: string): MetricText => ({
  definition: `Seconds of this PPO step spent on ${of}.`,
  healthy: "Steady from step to step.",
  unhealthy: "Grows: longer responses, another program on the machine, or a tab in the background.",
});

export const metricTexts: Readonly<Record<MetricKey, MetricText>> = {
  "objective/kl": {
    definition:
      "How far the policy has drifted from the reference: the per-token KL estimate summed over a response, mean over the batch. A sum per response, not a mean per token.",
    healthy: "0 to 10 (TRL's guide), near the dotted target when the coefficient adapts.",
    unhealthy: "Persistently negative: sampling or masking is off. Above twice the target, or rising while reward is flat.",
  },
  "objective/kl_coef": {
    definition: "The price of drift in this step (beta). The adaptive controller moves it so that KL approaches its target.",
    healthy: "Moves slowly; with small batches it is nearly constant.",
    unhealthy: "Swings or runs away. It often rises before a run becomes unstable.",
  },
  "objective/entropy": {
    definition:
      "Minus the log-probability of the tokens taken, summed over a response. TRL calls it entropy; it is the surprisal of the samples and grows with their length.",
    healthy: "Falls slowly.",
    unhealthy: "Falls to 0: the policy always says the same. Read it beside the response length.",
  },
  "objective/kl_dist": {
    definition: "The drift of every single response; their mean is the KL per response.",
    healthy: "One hump a little right of 0.",
    unhealthy: "A long right tail: a few responses have run far away. Much below 0: sampling is off.",
  },
  "objective/logprobs": {
    definition: "Log-probability of each response token under the policy that wrote it.",
    healthy: "Most near 0 (likely tokens), with a tail to the left.",
    unhealthy: "All at 0: the policy no longer chooses, it recites.",
  },
  "objective/ref_logprobs": {
    definition: "Log-probability of the same tokens under the frozen reference.",
    healthy: "Much like the policy's own.",
    unhealthy: "A far longer left tail than the policy's: it says what the reference never would.",
  },
  "ppo/mean_non_score_reward": {
    definition: "Mean over the response tokens of -beta times the KL estimate: the reward's price per token, without the score.",
    healthy: "Slightly below 0.",
    unhealthy: "Far below 0: drift eats up the score. Above 0: KL is negative and drift is being rewarded.",
  },
  "ppo/loss/total": {
    definition:
      "What the optimizer minimises: the clipped policy loss plus the weighted value loss, mean over all minibatches. There is no entropy bonus.",
    healthy: "Falls with the value loss, then flattens.",
    unhealthy: "Spikes or grows without end. The loss alone does not tell whether the policy gets better.",
  },
  "ppo/loss/policy": {
    definition: "Mean over tokens of max(-A r, -A clip(r, 1 - eps, 1 + eps)): the clipped surrogate with its sign turned.",
    healthy: "Small and around 0, mostly below.",
    unhealthy: "Large swings: steps too big. It says nothing about the reward's level.",
  },
  "ppo/policy/entropy": {
    definition: "How undecided the policy is about the next token: entropy of its distribution, mean over the response tokens.",
    healthy: "Falls, then flattens.",
    unhealthy: "Goes to 0: collapse. Oscillates: the learning rate is too high.",
  },
  "ppo/policy/approxkl": {
    definition:
      "How far this step's update moved the policy from the one that wrote the responses: half the mean squared log-ratio. Never negative.",
    healthy: "About 0.01.",
    unhealthy: "Above 0.015 Spinning Up stopped; tiny models bear more. 0: nothing moves.",
  },
  "ppo/policy/policykl": {
    definition: "The same movement, estimated as the mean of old minus new log-probability. Early stopping looks at this one.",
    healthy: "Small and mostly above 0; single steps may be below.",
    unhealthy: "Beyond 1.5 times the early-stopping target: too many epochs or too high a learning rate.",
  },
  "ppo/policy/clipfrac": {
    definition:
      "Share of tokens whose clipped loss was the larger one: the ratio had left the clip range in the advantage's direction, so the token gets no gradient.",
    healthy: "0 to 0.25.",
    unhealthy: "Above 0.4 steps are too large; 0 over several epochs means that hardly anything is learnt.",
  },
  "ppo/policy/ratio": {
    definition:
      "New over old probability of every response token, in every minibatch of the step. The band is the clip range; outside it a token in the advantage's direction gets no gradient.",
    healthy: "Narrow around 1; exactly 1 in the first minibatch.",
    unhealthy: "Values such as 0.1, 2 or 1000. Above a mean of 10 the whole minibatch is skipped.",
  },
  "ppo/policy/advantages": {
    definition: "How much better each token turned out than the value head expected, whitened over the batch.",
    healthy: "Mean 0, most within ±3, at most ±10.",
    unhealthy: "A long tail: a few tokens rule the gradient. All alike: there is nothing to learn from.",
  },
  "ppo/policy/advantages_mean": {
    definition: "Mean advantage over the minibatches. Whitening makes the mean of the whole batch 0.",
    healthy: "Near 0; minibatches weigh responses unequally, so not exactly.",
    unhealthy: "Far from 0: whitening or masking is off.",
  },
  "ppo/learning_rate": {
    definition: "Step size of AdamW in this PPO step; the scheduler lowers it over the run.",
    healthy: "Follows the schedule.",
    unhealthy: "Too high: KL and clip fraction jump. Too low: nothing moves. 0 in the first step when warming up.",
  },
  "ppo/loss/value": {
    definition: "Half the mean squared error of the value head, clipped as the policy loss is, before its weight.",
    healthy: "Falls, then flattens.",
    unhealthy: "Spikes or turns NaN: the run is going wrong.",
  },
  "ppo/val/var_explained": {
    definition:
      "How well the value head predicts returns: 1 - squared error / variance of the returns. 1 is perfect, 0 no better than their mean.",
    healthy: "Moves towards 1. At or below 0 early on is normal with a fresh head.",
    unhealthy: "Stays at 0 or below: the value head is useless.",
  },
  "ppo/val/vpred": {
    definition: "Mean of the value head's predictions during the update.",
    healthy: "Follows the mean return.",
    unhealthy: "Drifts away from the mean return.",
  },
  "ppo/val/error": {
    definition: "Mean squared difference between prediction and return, without the clip.",
    healthy: "Falls, well below the variance of returns.",
    unhealthy: "Above the variance of returns: worse than always predicting the mean.",
  },
  "ppo/val/clipfrac": {
    definition: "Share of tokens whose clipped value loss was the larger one, so that the value head gets no gradient there.",
    healthy: "0.3 to 0.6 is common (TRL's docs).",
    unhealthy: "Near 1: the value clip range is too tight for the reward's scale.",
  },
  "ppo/val/mean": {
    definition: "Mean of the value head's predictions at the rollout, before the update.",
    healthy: "Follows the mean return, a step behind.",
    unhealthy: "Stays far from it.",
  },
  "ppo/val/var": {
    definition: "Variance of the rollout's predictions over the tokens.",
    healthy: "Somewhat below the variance of returns.",
    unhealthy: "0: the head says the same everywhere. Far above the variance of returns: it guesses wildly.",
  },
  "ppo/returns/mean": {
    definition: "Mean of what a token is worth in hindsight: advantage plus value, scores and KL penalties to come.",
    healthy: "Rises with the score.",
    unhealthy: "Falls while the score rises: the KL penalty outweighs it.",
  },
  "ppo/returns/var": {
    definition: "Variance of the returns over the tokens; the measure for the value head's error.",
    healthy: "Shrinks as responses become evenly good.",
    unhealthy: "0: every response is worth the same, nothing to learn from.",
  },
  "env/reward_mean": {
    definition: "Mean raw score that the reward model gives the responses of this step. PPO maximises it: the proxy.",
    healthy: "Rises together with gold.",
    unhealthy: "Rises while gold falls: reward hacking (Gao et al. 2022).",
  },
  "env/reward_std": {
    definition: "Standard deviation of the raw scores within the batch.",
    healthy: "Clearly above 0; shrinks slowly.",
    unhealthy: "Near 0: reward saturated or responses identical, so no signal is left.",
  },
  "env/reward_dist": {
    definition: "The raw score of every response of the step.",
    healthy: "One hump that moves to the right.",
    unhealthy: "All in one place: saturated. Two far humps: a trick that some responses have found.",
  },
  "ppo/mean_scores": {
    definition: "Mean score after scaling, normalisation and clipping: what really enters the rewards.",
    healthy: "Rises; of a size comparable to the KL penalty.",
    unhealthy: "Dwarfs the KL penalty, or vanishes beside it.",
  },
  "ppo/std_scores": {
    definition: "Standard deviation of the scaled scores within the batch.",
    healthy: "Clearly above 0.",
    unhealthy: "Goes to 0: reward saturated or identical responses.",
  },
  "tokens/responses_len_mean": {
    definition: "Mean number of tokens in a response.",
    healthy: "Stable.",
    unhealthy: "Twice the start, or shrinking to a few tokens: the reward is being gamed by length.",
  },
  "tokens/responses_len_std": {
    definition: "Standard deviation of the response lengths within the batch.",
    healthy: "Above 0.",
    unhealthy: "0: every response has the same length, often the limit.",
  },
  "tokens/responses_dist": {
    definition: "Tokens of every response of the step.",
    healthy: "A hump away from both ends.",
    unhealthy: "A pile at the longest: responses are cut off. A pile at 1 or 2: they say nothing.",
  },
  "tokens/queries_len_mean": {
    definition: "Mean number of tokens in a prompt, template included.",
    healthy: "As the data: it does not depend on training.",
    unhealthy: "Unlike the data: the template or the cut-off changes the prompts.",
  },
  "tokens/queries_len_std": {
    definition: "Standard deviation of the prompt lengths within the batch.",
    healthy: "As the data.",
    unhealthy: "0 where prompts differ: they are cut to one length.",
  },
  "tokens/queries_dist": {
    definition: "Tokens of every prompt of the step.",
    healthy: "As the data.",
    unhealthy: "A pile at the cut-off length: prompts lose their beginning.",
  },
  "lab/eval/heldout/gold": onHeldout.gold,
  "lab/eval/heldout/gold_*": onHeldout.part,
  "lab/eval/heldout/proxy": onHeldout.proxy,
  "lab/eval/heldout/kl": onHeldout.kl,
  "lab/eval/heldout/response_length": onHeldout.length,
  "lab/eval/hard/gold": onHard.gold,
  "lab/eval/hard/gold_*": onHard.part,
  "lab/eval/hard/proxy": onHard.proxy,
  "lab/eval/hard/kl": onHard.kl,
  "lab/eval/hard/response_length": onHard.length,
  "lab/gold": {
    definition: "Mean grade of the hidden judge, 0 to 1. PPO never sees it: it shows whether the reward model is being fooled.",
    healthy: "Rises.",
    unhealthy: "Falls while the reward rises.",
  },
  "lab/gold_*": {
    definition: "One factor of gold. Their product per response is the grade, so one bad factor is enough to spoil it.",
    healthy: "One rises while the others stay high.",
    unhealthy: "One falls while another rises: the policy pays with it.",
  },
  "lab/proxy_gold_correlation": {
    definition: "Pearson's r between raw score and gold over the responses of the step.",
    healthy: "Clearly above 0: within the batch the reward model still prefers what is good.",
    unhealthy: "At 0 or below: what the policy writes now, the reward model judges no better than a coin.",
  },
  "lab/grad_norm": {
    definition: "Length of the gradient before clipping, mean over the step's optimizer steps.",
    healthy: "Steady; longer ones are cut to the limit (1 by default).",
    unhealthy: "Spikes far above its usual level.",
  },
  "lab/distinct_responses": {
    definition: "How many different responses the batch holds.",
    healthy: "Close to the batch size.",
    unhealthy: "Falls to a few: the policy has found one answer for everything.",
  },
  "lab/advantage_variance/value_head": baseline("the value head, as PPO does"),
  "lab/advantage_variance/batch_mean": baseline("the batch's mean return"),
  "lab/advantage_variance/none": baseline("nothing at all"),
  "time/ppo/forward_pass": seconds("the forward passes of policy and reference over the finished responses"),
  "time/ppo/compute_rewards": seconds("turning scores and drift into rewards"),
  "time/ppo/compute_advantages": seconds("generalised advantage estimation"),
  "time/ppo/optimize_step": seconds("the update, all epochs and minibatches"),
  "time/ppo/calc_stats": seconds("these statistics"),
  "time/ppo/total": seconds("everything but rollout and reward model"),
};
