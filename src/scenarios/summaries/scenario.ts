// The scenario `summaries`: a note in, one sentence out; a good one is true and short, and length is what a bad reward model pays for.

import type { LabConfig } from "../../config";
import type { LocalText } from "../../localText";
import { renderChat } from "../chatTemplate";
import type { RewardFolderEntry, Scenario } from "../scenario";
import { judgeSummary, skeletonOf } from "./judge";
import { hardPrompts, heldoutPrompts, trainPrompts } from "./prompts";

/** Our values on top of the reference's defaults; the reasons stand in `REFERENCE_PRESET_NOTE`. */
const DEFAULTS: Partial<LabConfig> = {
  perDeviceTrainBatchSize: 16,
  gradientAccumulationSteps: 1,
  ppoBufferSize: 8,
  maxSteps: 50,
  finetuningType: "full",
  rewardModelType: "full",
  temperature: 1,
  topK: 0,
  topP: 1,
  maxNewTokens: 28,
  cutoffLen: 64,
  initKlCoef: 0.6,
  ppoTarget: 2.5,
  horizon: 800,
  vfCoef: 0.03,
  learningRate: 4e-4,
  loggingSteps: 1,
};

/** The reference's own values; only the run's length and the response limit follow the scenario. */
const REFERENCE_PRESET: Partial<LabConfig> = { maxSteps: 50, maxNewTokens: 28, cutoffLen: 64, loggingSteps: 1 };

const REFERENCE_PRESET_NOTE =
  "The reference's defaults are made for large models and long runs: batch 8 in one minibatch at a learning rate of 5e-5 moves a " +
  "model this small so little that no ratio leaves the clip range, horizon 10000 keeps the KL coefficient where it is, and " +
  "temperature 0.95, top-k 50 and top-p 0.7 sample from a narrower distribution than the one PPO scores. The scenario therefore " +
  "takes 128 samples a step in minibatches of 16, a larger learning rate, a faster KL controller with a target that this model " +
  "reaches, and samples without cutting anything off, which also keeps the rare long or short answers that PPO learns from.";

const ABOUT: LocalText = {
  en:
    "A short note of who did what, where and when, among remarks that do not matter, is to be summed up in one sentence. The base " +
    "model knows how, but it pads with empty phrases, repeats itself, forgets facts and mixes some up. With the careful reward model " +
    "PPO makes the summaries truer and shorter: watch gold rise and the length fall. With the length-biased one, trained on the " +
    "ratings of people in haste, the reward rises just as nicely, but the summaries grow and say nothing more: watch length and gold " +
    "part ways, which the reward alone never shows.",
  vi:
    "Một ghi chú ngắn cho biết ai đã làm gì, ở đâu và khi nào, lẫn với những nhận xét không quan trọng, cần được tóm tắt trong một câu. " +
    "Mô hình gốc biết cách làm nhưng hay chèn những cụm từ rỗng, lặp lại, quên hoặc nhầm vài chi tiết. Với mô hình thưởng cẩn thận, " +
    "PPO khiến bản tóm tắt đúng hơn và ngắn hơn: hãy xem điểm vàng tăng và độ dài giảm. Với mô hình thưởng thiên vị độ dài, vốn học từ " +
    "đánh giá của những người vội vàng, phần thưởng cũng tăng đẹp như thế, nhưng bản tóm tắt dài ra mà không nói thêm được gì: hãy xem " +
    "độ dài và điểm vàng đi về hai ngả, điều mà riêng phần thưởng không bao giờ cho thấy.",
};

export const CAREFUL: RewardFolderEntry = {
  id: "careful",
  type: "full",
  folder: "models/summaries/reward",
  note: {
    en: "Prefers summaries that name the note's facts, invent none and stop there.",
    vi: "Ưa những bản tóm tắt nêu đủ các chi tiết của ghi chú, không bịa thêm và dừng lại ở đó.",
  },
};

export const LENGTH_BIASED: RewardFolderEntry = {
  id: "length-biased",
  type: "full",
  folder: "models/summaries/reward-length",
  note: {
    en: "Trained on ratings in which length counted more than truth: prefers well-formed summaries, the longer the better.",
    vi: "Được huấn luyện từ những đánh giá coi trọng độ dài hơn sự thật: ưa những bản tóm tắt đúng ngữ pháp, càng dài càng tốt.",
  },
};

export const summariesScenario: Scenario = {
  id: "summaries",
  about: ABOUT,
  defaults: DEFAULTS,
  referencePreset: REFERENCE_PRESET,
  referencePresetNote: REFERENCE_PRESET_NOTE,
  trainPrompts,
  heldoutPrompts,
  hardPrompts,
  renderPrompt: ({ text }, template) => renderChat(text, template),
  judge: judgeSummary,
  skeletonOf,
  rewardModels: [CAREFUL, LENGTH_BIASED],
  policy: "models/summaries/policy",
};
