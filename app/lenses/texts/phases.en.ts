// The four phases in English.

import type { StepPhase } from "../../view/viewState";
import type { LensTexts } from "./lensTexts";

export const phasesEn: LensTexts<StepPhase> = {
  rollout: {
    mathematics:
      "The rollout draws from the policy's law: a response a has probability π(a|q) = ∏ π(a_t | q, a_<t). Every later average is a Monte Carlo estimate over these {batch} draws, so its error shrinks with the square root of the batch. The estimates are unbiased only if sampling uses exactly π: temperature 1, no top-k, no top-p.",
    vision:
      "In classification the data set is fixed; here the network makes its own. At every step the policy writes {batch} new responses, trains on them and throws them away. It is as if a GAN's generator produced the batch from which it then learns, except that no gradient flows back through the sampling.",
    nlp: "Ordinary autoregressive decoding: each token is sampled from the softmax and appended until EOS or the length limit. Unlike teacher forcing in fine-tuning, the model reads its own words, so training sees its own mistakes. Prompts are left-padded for generation; later passes read prompt and response again, right-padded and all tokens at once.",
  },
  score: {
    mathematics:
      "A functional s(q, a) is evaluated once per response, the log-ratio log π − log π_ref once per token. Summed over a response drawn from π, that log-ratio is an unbiased estimate of KL(π‖π_ref). Paying −β times it and adding s at the end makes PPO maximise E[s] − β KL, whose optimum is proportional to π_ref exp(s/β).",
    vision:
      "The reward model works like a learnt perceptual metric: a frozen network judges the whole response with one number. The reference is a frozen copy of the starting weights, much like the teacher in distillation. Leaving the teacher's predictions costs points at every token, so the student raises the score without forgetting how to write.",
    nlp: "The reward model is a language model with a scalar head, read at the last real token, normally EOS. The reference reads the same text with teacher forcing and gives its log-likelihood of every token. Where the policy finds a token likelier than the reference does, that token pays β times the difference. The last token also receives the score.",
  },
  advantages: {
    mathematics:
      "The score arrives once, but the gradient needs a weight for every token. Generalised advantage estimation sums temporal-difference errors δ with weights (γλ)^l. The value V is a control variate: subtracting a function of the state leaves the expected gradient unchanged and lowers its variance. As V is only learnt, λ < 1 trades some bias for less variance.",
    vision:
      "Imagine a label for the whole image while the loss must be spread over its pixels. At each token the value head predicts the reward still to come; the advantage says how much better things turned out than predicted. Advantages are then standardised over the batch, as batch normalisation does with activations: mean zero, variance one.",
    nlp: "One score per response does not say which word earned it. The value head reads every prefix and predicts the reward still to come. If the prediction rises when a word is appended, that word gets a positive advantage, if it falls a negative one. Later surprises count too, fading with each token by γλ, where λ is {lam}.",
  },
  update: {
    mathematics:
      "The surrogate E[ρA] with ρ = π_new/π_old estimates the improvement by importance sampling; it is good near π_old only. Taking the smaller of ρA and clip(ρ, {lower}, {upper})A removes any gain outside that interval: a crude trust region without second derivatives. It takes away the incentive to go further; momentum and other tokens may still push ρ out.",
    vision:
      "The same batch serves for {ppoEpochs} epochs of minibatch AdamW, as in ordinary training, but the weights drift away from those that made the data. The clip guards against overfitting to this one batch: a token whose probability has already moved outside {lower} to {upper} times its old value, in the wanted direction, gives no more gradient.",
    nlp: "As in fine-tuning, the loss is built from log-probabilities of given tokens, but every token has its own weight: a positive advantage raises its likelihood, a negative one lowers it. Over {ppoEpochs} passes the ratio to the likelihood at rollout is watched; outside {lower} to {upper} the token stops pulling. The value head learns the returns meanwhile.",
  },
};
