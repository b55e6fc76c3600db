// Options of the losses and of the PPO epochs in English.

import type { LensTexts } from "./lensTexts";

type Id = "cliprange" | "cliprangeValue" | "vfCoef" | "ppoEpochs" | "earlyStopping" | "ratioThreshold";

export const lossOptionsEn: LensTexts<Id> = {
  cliprange: {
    mathematics:
      "ε = {cliprange} bounds where the surrogate has a slope: ρA counts fully inside [{lower}, {upper}] and is flat beyond it on the side that would gain. The bound concerns the ratio of one token, not the KL of a response, so over many tokens the policy may still move far. Small ε means small, pessimistic steps.",
    vision:
      "Compare a hinge loss: an example classified with enough margin stops contributing. Here a good token stops pulling once its probability has passed {upper} times the old value, a bad one once it is below {lower} times. This limits how much any single example can be fitted within one batch.",
    nlp: "A ratio between {lower} and {upper} is a change of log-probability of roughly ±{cliprange} nats. The bound is relative: a frequent word can gain much probability in one step, a word at one in a thousand only a little of its tiny share. So rare but good words rise slowly, over many steps.",
  },
  cliprangeValue: {
    mathematics:
      "The loss takes the larger of (V − G)² and the same with V clipped to V_old ± {cliprangeValue}. A value that has moved towards G by more than this gets no further gradient; one that moved away still does. The bound is absolute, in score units, so it must fit the scale of the returns. It is a heuristic without a theorem.",
    vision:
      "It limits how far a regression output may move per batch, a relative of the Huber loss: once the prediction has moved {cliprangeValue} towards its target, that token is done for this step. If rewards are large compared with this number the critic learns slowly; then widen it or normalise the scores.",
    nlp: "The critic predicts, from each prefix, the reward still to come. During the epochs on one batch its prediction may move by {cliprangeValue} score units per token before the loss goes flat. Reward-model scores are logits without a natural scale, so look at their spread first: with scores around ten, 0.2 is very tight.",
  },
  vfCoef: {
    mathematics:
      "The weight c in L = L_π + c·L_V. Both losses share the backbone, so c decides the direction of the summed gradient; under a bound on the global norm, a large value loss also shrinks the policy's part of the step. While returns are large and badly predicted, {vfCoef} decides who moves the shared weights.",
    vision:
      "A multi-task weight, as between box regression and classification on one backbone. Too high, and the features serve the critic while the policy hardly moves under gradient clipping; too low, and the critic lags behind, so advantages stay noisy. The reference uses 0.1; here it is {vfCoef}.",
    nlp: "Policy and critic share one transformer; only the last linear layer differs, LM head and value head. {vfCoef} weighs the critic's squared error against the policy loss. Squared errors in score units can exceed the policy loss by far, which is why the weight is small.",
  },
  ppoEpochs: {
    mathematics:
      "The number of passes over one set of draws. In the first minibatch ρ = 1 and the gradient is the plain policy gradient. Later ones reuse the draws with importance ratios whose variance grows as the policy moves. Clipping bounds the gain but adds bias, so {ppoEpochs} passes are a compromise between use of data and staleness.",
    vision:
      "Epochs over a data set of {batch} examples that lives for one step only. As with any small data set without augmentation, more epochs fit it better and generalise worse: noise in the advantages is memorised. Generating data is the expensive part, so a few epochs pay. Two to four is a good start; watch clip fraction and approximate KL.",
    nlp: "Sampling text is slow, training on it in parallel is fast, so each batch of responses is used {ppoEpochs} times. With every pass the likelihoods move further from those under which the text was sampled. Too many passes overfit to {batch} responses: clip fraction climbs, entropy falls, and the next responses sound alike.",
  },
  earlyStopping: {
    mathematics:
      "After each epoch the mean of log π_old − log π_new over response tokens, an estimate of KL(π_old‖π_new), is compared with 1.5 × {targetKl}. Above it the remaining epochs are skipped. A fixed number of epochs becomes an adaptive one, limited by a step-size test in the space of distributions. The estimate is signed and noisy.",
    vision:
      "Early stopping as you know it, but the watched quantity is not a validation loss. It is how far the softmax has moved since the batch was generated. When the move exceeds 1.5 times the limit of {targetKl} nats per token, the batch counts as used up and new data are generated. Off by default.",
    nlp: "It looks at the average loss of log-likelihood of the sampled tokens during this update, in nats per token. The default limit of 1 is very loose: on average a token's probability would have to fall to about a fifth. Spinning Up uses 0.01 with the same factor of 1.5.",
  },
  ratioThreshold: {
    mathematics:
      "Under π_old the ratio has expectation one, whatever π_new is. A minibatch mean far above one therefore says that a few tokens carry enormous importance weights and the estimate is worthless. Above {ratioThreshold} the losses of the minibatch are set to zero. Means below one never trigger it.",
    vision:
      "A guard against outlier batches, like skipping a batch whose loss overflows in mixed-precision training. The watched number is the mean of new over old probability, which stays close to one in healthy training. The lab then skips the optimizer step as well; in the reference, momentum and weight decay still move the weights.",
    nlp: "A token whose probability rose from one in a million to one in a thousand has ratio 1000 and dominates its minibatch. Such tokens come from sampling that differs from the scored distribution, or from too large a learning rate. A minibatch whose mean ratio exceeds {ratioThreshold} is left out.",
  },
};
