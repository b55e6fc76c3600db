// The scenario `sums`: sums and comparisons of two or three numbers, answered right less than half the time, to be tuned by a rule.

import type { LabConfig } from "../../config";
import type { LocalText } from "../../localText";
import { renderChat } from "../chatTemplate";
import type { Scenario } from "../scenario";
import { skeletonOf } from "./answers";
import { judgeAnswer } from "./judge";
import { hardPrompts, heldoutPrompts, trainPrompts } from "./prompts";
import { answerRule, formatRule } from "./rules";

/** Our values on top of the reference's defaults; the reasons stand in `REFERENCE_PRESET_NOTE`. */
const DEFAULTS: Partial<LabConfig> = {
  perDeviceTrainBatchSize: 16,
  gradientAccumulationSteps: 1,
  ppoBufferSize: 16,
  maxSteps: 45,
  finetuningType: "full",
  rewardModelType: "rule",
  rewardModel: answerRule.id,
  temperature: 1,
  topK: 0,
  topP: 1,
  maxNewTokens: 10,
  cutoffLen: 64,
  initKlCoef: 0.03,
  ppoTarget: 1.5,
  horizon: 800,
  learningRate: 4e-4,
  loggingSteps: 1,
};

/** The reference's own values; only the run's length, the limits and what there is to train with follow the scenario. */
const REFERENCE_PRESET: Partial<LabConfig> = {
  maxSteps: 45,
  rewardModelType: "rule",
  rewardModel: answerRule.id,
  maxNewTokens: 10,
  cutoffLen: 64,
  loggingSteps: 1,
};

const ABOUT: LocalText = {
  en:
    "Sums of two or three numbers, and which of them is larger or smaller. The base model has learnt arithmetic from people in a " +
    "hurry: it is right less than half the time, and otherwise forgets a carry, slips by one, swaps digits, leaves an operand out " +
    "or talks instead of answering. Here no reward model is needed, because a rule can check the answer. Watch PPO move the " +
    "probability from the slips to the right numbers, also for operands it never saw. Then take the rule that only looks at the " +
    "form: the reward nears its maximum within a few steps while the sums get no better. And render the evaluation's prompts without " +
    "the assistant header: the same weights fail at once.",
  vi:
    "Phép cộng hai hoặc ba số, và so sánh xem số nào lớn hơn hay nhỏ hơn. Mô hình gốc học số học từ những người vội vàng: nó trả lời " +
    "đúng chưa tới một nửa, còn lại thì quên nhớ, lệch một đơn vị, đảo chữ số, bỏ sót một số hạng hoặc nói lảng đi. Ở đây không cần " +
    "mô hình thưởng, vì một quy tắc có thể kiểm tra đáp án. Hãy xem PPO dời xác suất từ các lỗi sang con số đúng, kể cả với những số " +
    "hạng nó chưa từng gặp. Sau đó chọn quy tắc chỉ xét hình thức: phần thưởng gần chạm mức tối đa chỉ sau vài bước mà kết quả chẳng khá hơn. " +
    "Và hãy dựng câu hỏi đánh giá mà thiếu phần mở đầu của trợ lý: vẫn những trọng số ấy nhưng hỏng ngay lập tức.",
};

const REFERENCE_PRESET_NOTE =
  "The reference's defaults are made for large models and long runs. Batch 8 in one minibatch at a learning rate of 5e-5 means four " +
  "tiny updates per rollout, and eight answers that are right or wrong say little about which way is up: a run of such steps changes next " +
  "to nothing. A score between 0 and 1 also weighs little against the reference's KL coefficient of 0.2. And temperature 0.95, " +
  "top-k 50 and top-p 0.7 sample from a narrower distribution than the one PPO scores: most slips are never drawn, so PPO cannot " +
  "unlearn them, and the measured KL is not the policy's. The scenario therefore takes 256 samples a step in minibatches of 16, a " +
  "larger learning rate, a smaller KL coefficient with a fast controller, and samples without cutting anything off.";

export const sumsScenario: Scenario = {
  id: "sums",
  about: ABOUT,
  defaults: DEFAULTS,
  referencePreset: REFERENCE_PRESET,
  referencePresetNote: REFERENCE_PRESET_NOTE,
  trainPrompts,
  heldoutPrompts,
  hardPrompts,
  renderPrompt: ({ text }, template) => renderChat(text, template),
  judge: judgeAnswer,
  skeletonOf,
  rewardModels: [answerRule, formatRule],
  policy: "models/sums/policy",
};
