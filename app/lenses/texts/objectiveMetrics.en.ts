// Metrics of reward, drift and length in English.

import type { LensTexts } from "./lensTexts";

type Id =
  | "env/reward_mean"
  | "lab/gold"
  | "objective/kl"
  | "objective/kl_coef"
  | "ppo/mean_non_score_reward"
  | "objective/entropy"
  | "tokens/responses_len_mean";

export const objectiveMetricsEn: LensTexts<Id> = {
  "env/reward_mean": {
    mathematics:
      "The sample mean of the raw scores, an estimate of E[s] under π with standard error σ/√B, where B is {batch}. It is the proxy objective without the KL term, so its rise is no surprise. If s is the true quality plus an error, maximising s selects large errors as well as quality: Goodhart's law.",
    vision:
      "The generator's score by a frozen discriminator. It can rise while outputs get worse, since the discriminator is right only near its training data and nothing retrains it. Read it together with gold, the independent test metric. Scores are logits without a fixed range, comparable only under the same reward model.",
    nlp: "Mean reward-model score of this step's responses, raw and without the KL price. Reward models overrate what was frequent in preferred answers, such as length, enthusiasm or format. A rising curve says that the policy has found what the model likes; reading samples says whether that is what you meant.",
  },
  "lab/gold": {
    mathematics:
      "An independent functional with values in [0, 1] that the optimizer never sees: what the proxy stands for. Gao and colleagues plotted both against the distance from the reference: gold rises, peaks and falls while the proxy keeps rising. Beyond the peak, optimisation only collects the proxy's errors.",
    vision:
      "Your held-out test metric. The reward model plays the training loss, the gold judge the test accuracy: one improving while the other gets worse is overfitting, here called reward over-optimisation. The judge is a program that knows the task, so it has none of the blind spots that adversarial examples find in a network.",
    nlp: "A stand-in for human evaluation: a program grades every response on what the task really asks for, such as sentiment, grammar and topic in the reviews. Real projects have no such oracle and must ask people or stronger models. Here you see at once when the policy pleases the reward model only.",
  },
  "objective/kl": {
    mathematics:
      "The mean over responses of Σ k_t. With the penalty kl it estimates KL(π‖π_ref) of whole responses, because the chain rule turns the divergence of sequences into a sum over tokens. The true value is never negative; an estimate that stays negative proves that samples do not come from π, for instance because of top-k.",
    vision:
      "How far the student's outputs have moved from the frozen teacher, measured on distributions, not on weights. Zero means the same behaviour. It is summed over a response, so longer outputs have more of it. Two networks with very different weights may have a small KL, and a tiny change of weights may give a large one.",
    nlp: "The difference in log-likelihood between policy and reference, summed over a response and averaged over responses, in nats; 0 to 10 is considered healthy. Five nats mean that a typical response is about 150 times likelier under the policy than under the base model. Divide by the length before you compare runs with different lengths.",
  },
  "objective/kl_coef": {
    mathematics:
      "The multiplier β of this step. Under the adaptive controller log β moves by about clip(KL/target − 1)·n/H. In equilibrium KL equals the target and β is the shadow price of a nat: the score that one more nat of divergence would gain. If it rises without end, the target cannot be held.",
    vision:
      "The current weight of the distillation term. Its movement shows what the controller does: falling while the student is still close to the teacher, rising once it strays. In the first steps it falls, because KL starts at zero. A step uses the value from before it; the change acts in the next.",
    nlp: "The price per nat in this step. Multiplied by KL per response it is the cost of drift in score units, to be compared with the reward gained. With the reference's defaults it hardly moves in short runs. TRL's documentation notes that it often rises before training becomes unstable.",
  },
  "ppo/mean_non_score_reward": {
    mathematics:
      "The mean over response tokens of −β k_t, the penalty without the score. It equals −β times objective/kl divided by the mean response length, exactly, because both are the same sum with different denominators. A positive value means negative estimated KL: the samples do not come from π.",
    vision:
      "The regulariser's part of the signal per token, as you would log a distillation loss beside the task loss. It starts at zero, when student and teacher agree, and becomes slightly negative. If its total over a response outweighs the differences in score between responses, the penalty steers the update, not the task.",
    nlp: "What a token pays on average for differing from the base model. It is per token, whereas KL is per response: TRL mixes both conventions, which often confuses. Multiply by the mean length for the price of a response. Positive values mean that the policy is paid for drifting; check the sampling options.",
  },
  "objective/entropy": {
    mathematics:
      "The mean over responses of −Σ log π(a_t), the surprisal of the sampled sequence. In expectation it is the entropy of the distribution over whole responses, so it grows with their length. ppo/policy/entropy, in contrast, averages the exact entropies of single next-token distributions.",
    vision:
      "The negative log-likelihood that the network gives its own outputs, summed over the sequence: their code length in nats. Near zero the policy produces almost the same output every time, the mode collapse of GANs. Being a sum, it also falls when responses merely get shorter, so look at their length first.",
    nlp: "The sequence negative log-likelihood of the model's own samples. Divided by length and exponentiated it is the policy's perplexity on its own text. TRL calls it entropy although it uses sampled tokens only. A fall means shorter or more predictable text; the length chart tells which.",
  },
  "tokens/responses_len_mean": {
    mathematics:
      "The mean stopping time. Sums over a response, such as KL, surprisal and return, scale with it, token means do not, so a change of length alone moves half of the statistics. If one more token brings more score than it costs in KL, the optimal stopping time grows; otherwise stopping early pays.",
    vision:
      "The size of the generated object. A network judged by another network learns to exploit whatever correlates with a high mark, and size is the simplest such feature. Twice the length together with rising reward and flat gold is a shortcut, as when a classifier recognises cows by the grass.",
    nlp: "EOS counts as a token. Length bias is the classic fault of reward models, since preferred answers tend to be longer. Watch for growth beyond twice the start, or for responses that reach the limit without EOS. Shrinking to a few tokens is the opposite trick: a token that is not written costs no KL.",
  },
};
