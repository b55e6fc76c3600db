// Options of optimizer, batch and models in English.

import type { LensTexts } from "./lensTexts";

export const trainingOptionsEn: LensTexts<"learningRate" | "maxGradNorm" | "batch" | "finetuningType" | "rewardModelType"> = {
  learningRate: {
    mathematics:
      "The step η of AdamW. As Adam divides by the root of the second moment, η is roughly the change of each weight per optimizer step, whatever the scale of the gradient. What matters is the change of the distribution: with η too large, ratios leave [{lower}, {upper}] at once; with η too small, {ppoEpochs} epochs hardly move them.",
    vision:
      "The first knob to tune, as everywhere, but failure looks different: no diverging loss, instead the outputs lose their variety. Advice for large models is 1e-6 to 5e-6; tiny models such as these need more, here {learningRate}. The schedule ticks once per PPO step, not once per minibatch.",
    nlp: "For large models the advice is to start at 1e-6 to 5e-6, because the gradient is noisy and fluency is easily lost. A tiny model needs far more to move at all; here {learningRate}. Signs of too much: KL and clip fraction jump, entropy falls, responses become copies of each other.",
  },
  maxGradNorm: {
    mathematics:
      "The gradient g is multiplied by min(1, c/‖g‖): projection onto a ball of radius c, which bounds the influence of one heavy-tailed estimate. Adam is invariant under a constant rescaling of all gradients, so steady clipping changes little; what it tames is the occasional spike. The direction stays the same.",
    vision:
      "The global-norm clipping known from training detectors and transformers: if the norm over all weights exceeds the limit, the whole gradient shrinks. The reference clips only the first optimizer step of a run, because it stores an iterator that is then exhausted; the lab clips every step by default.",
    nlp: "Familiar from recurrent nets and transformers. In PPO spikes come from the value loss when a response has an unusual return, or from ratios far from one. The norm covers policy and value head together, so when a huge value gradient is clipped, little is left for the policy.",
  },
  batch: {
    mathematics:
      "A PPO step averages over {batch} responses; the standard error of the estimated gradient falls with the square root of that number. Minibatches trade noise for the number of steps: each PPO epoch makes {updates} optimizer steps. Advantages are standardised over all {batch} responses at once, not within a minibatch.",
    vision:
      "Minibatch × accumulation × buffer = {batch} samples. The first two mean what they mean in image training: memory per pass, and averaging over passes. The buffer belongs to RL: how many such batches are generated before training on them begins. A larger buffer gives more updates per rollout, on data that grow staler.",
    nlp: "Responses per forward pass, passes per optimizer step, as in fine-tuning; new is the buffer, the number of optimizer batches collected in a rollout. Losses average over the tokens of a minibatch, so long responses weigh more than short ones. LLaMA-Factory's defaults make 8 responses a step; here it is {batch}.",
  },
  finetuningType: {
    mathematics:
      "It restricts the search to a subset of weight space. full: everything. LoRA: W + s·BA with small rank. OFT: W times a block-diagonal rotation, which keeps norms and angles of W's rows. freeze: the last layers. With B = 0 or rotation I the start is the reference exactly. The value head always trains.",
    vision:
      "You know it from adapting a pretrained backbone: train everything, only the last blocks (freeze), or small adapters. LoRA adds low-rank updates to the linear layers; OFT rotates their inputs block by block. Adapters need much less optimizer memory, and the frozen teacher comes for free: switch the adapter off.",
    nlp: "full trains every weight and needs a second copy as reference. With LoRA or OFT the reference is the same network without its adapter, and one base can carry policy and reward adapters. Beware of a resumed SFT adapter that is not merged first: the reference is then the model from before SFT.",
  },
  rewardModelType: {
    mathematics:
      "Every type defines a functional s(q, a): a network, an adapter on the policy's base, a server, or a rule in closed form. PPO needs values of s, never its gradient, so s may be discontinuous or a black box. What matters are its errors: the policy is drawn to where s is too high.",
    vision:
      "full is a network of its own, like a frozen discriminator. lora and oft put the judge's adapter and head on the policy's frozen backbone and switch them in for scoring, which saves memory. api asks a server. rule is a programmed metric, so you optimise a score that cannot be differentiated.",
    nlp: "A reward model is a language model with a scalar head, trained on preference pairs with −log σ(s_chosen − s_rejected). full, lora and oft are fed token ids, so they must share the policy's tokenizer; api sends decoded text that is tokenised anew. rule checks the text with a program, as for verifiable answers.",
  },
};
