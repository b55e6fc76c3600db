// The scenario `reviews`: short film reviews about half warm and half cold, to be tuned towards warm ones.

import type { LabConfig } from "../../config";
import type { LocalText } from "../../localText";
import { renderChat } from "../chatTemplate";
import type { RewardFolderEntry, Scenario } from "../scenario";
import { judgeReview, skeletonOf } from "./judge";
import { hardPrompts, heldoutPrompts, trainPrompts } from "./prompts";

/** Our values on top of the reference's defaults; the reasons stand in `REFERENCE_PRESET_NOTE`. */
const DEFAULTS: Partial<LabConfig> = {
  perDeviceTrainBatchSize: 16,
  gradientAccumulationSteps: 1,
  ppoBufferSize: 8,
  maxSteps: 60,
  finetuningType: "full",
  rewardModelType: "full",
  temperature: 1,
  topK: 0,
  topP: 1,
  maxNewTokens: 24,
  cutoffLen: 64,
  initKlCoef: 0.4,
  ppoTarget: 2.5,
  horizon: 800,
  vfCoef: 0.03,
  learningRate: 4e-4,
  loggingSteps: 1,
};

/** The reference's own values; only the run's length and the response limit follow the scenario. */
const REFERENCE_PRESET: Partial<LabConfig> = { maxSteps: 60, maxNewTokens: 24, cutoffLen: 64, loggingSteps: 1 };

const ABOUT: LocalText = {
  en:
    "Short film reviews, about half of them warm and half cold. The reward model was trained to prefer warm, well-formed reviews " +
    "that speak about what was asked; PPO makes the policy write them. Watch the reward and the hidden gold score climb together " +
    "while KL settles near its target and the clip fraction stays small. Then switch the KL penalty off: the reward climbs higher " +
    "still, the sentences fall apart, and only the gold score tells.",
  vi:
    "Những bài bình phim ngắn, khoảng một nửa khen và một nửa chê. Mô hình thưởng được huấn luyện để ưa những bài khen, đúng ngữ " +
    "pháp và nói đúng điều được hỏi; PPO khiến chính sách viết như vậy. Hãy xem phần thưởng và điểm vàng (được giấu khỏi PPO) cùng " +
    "tăng trong khi KL ổn định quanh mục tiêu và tỉ lệ cắt vẫn nhỏ. Sau đó tắt phạt KL: phần thưởng còn tăng cao hơn, câu văn tan rã, " +
    "và chỉ điểm vàng cho thấy điều đó.",
};

const note = (kind: LocalText): LocalText => ({
  en: `Prefers warm, well-formed reviews on the asked topic; ${kind.en}.`,
  vi: `Ưa những bài khen, đúng ngữ pháp, nói đúng chủ đề được hỏi; ${kind.vi}.`,
});

export const WARMTH: RewardFolderEntry = {
  id: "warmth",
  type: "full",
  folder: "models/reviews/reward",
  note: note({ en: "a network of its own", vi: "là một mạng riêng" }),
};
export const WARMTH_LORA: RewardFolderEntry = {
  id: "warmth-lora",
  type: "lora",
  folder: "models/reviews/reward-lora",
  note: note({
    en: "a LoRA adapter and a head on the policy's base",
    vi: "là một bộ thích ứng LoRA và một đầu giá trị trên mô hình gốc của chính sách",
  }),
};
export const WARMTH_OFT: RewardFolderEntry = {
  id: "warmth-oft",
  type: "oft",
  folder: "models/reviews/reward-oft",
  note: note({
    en: "an OFT adapter and a head on the policy's base",
    vi: "là một bộ thích ứng OFT và một đầu giá trị trên mô hình gốc của chính sách",
  }),
};

export const SENTIMENT: RewardFolderEntry = {
  id: "sentiment",
  type: "full",
  folder: "models/reviews/reward-sentiment",
  note: {
    en: "Prefers warm reviews and looks at nothing else; it never saw a broken text, so it can be hacked.",
    vi: "Chỉ ưa những bài khen và không nhìn gì khác; nó chưa từng thấy văn bản hỏng nên có thể bị lợi dụng.",
  },
};

const REFERENCE_PRESET_NOTE =
  "The reference's defaults are made for large models and long runs. Here the reward rises with them too, but two of the three " +
  "headline charts stay flat. Batch 8 in one minibatch at a learning rate of 5e-5 means four tiny updates per rollout: no ratio " +
  "leaves the clip range. Horizon 10000 with batch 8 moves the KL coefficient by 0.016 % a step, about 1 % in 60 steps. And " +
  "temperature 0.95, top-k 50 and top-p 0.7 sample from a narrower distribution than the one PPO scores, so the measured KL is " +
  "not the policy's and can be negative. The scenario therefore takes 128 samples a step in minibatches of 16, a larger learning " +
  "rate, a faster controller with a target that this model reaches, and samples without cutting anything off. A value " +
  "coefficient of 0.03 instead of 0.1 keeps the value loss, which the KL penalty of a single odd response can make large, from " +
  "taking up the whole clipped gradient.";

/** A reward model of another scenario, as somebody might pick the wrong folder: its ids mean other words. */
const FOREIGN: RewardFolderEntry = {
  id: "foreign",
  type: "full",
  folder: "models/tool-calls/correctness",
  note: {
    en: "A mistake to study: the reward model of the tool-calls scenario, which has another vocabulary.",
    vi: "Một lỗi để nghiên cứu: mô hình thưởng của kịch bản gọi công cụ, vốn dùng bộ từ vựng khác.",
  },
};

export const reviewsScenario: Scenario = {
  id: "reviews",
  about: ABOUT,
  defaults: DEFAULTS,
  referencePreset: REFERENCE_PRESET,
  referencePresetNote: REFERENCE_PRESET_NOTE,
  trainPrompts,
  heldoutPrompts,
  hardPrompts,
  renderPrompt: ({ text }, template) => renderChat(text, template),
  judge: judgeReview,
  skeletonOf,
  rewardModels: [WARMTH, WARMTH_LORA, WARMTH_OFT, SENTIMENT, FOREIGN],
  policy: "models/reviews/policy",
};
