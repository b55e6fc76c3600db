// The scenario `tool-calls`: requests to an assistant with eight tools; the right answer is one call, or plain talk.

import type { LabConfig } from "../../config";
import type { LocalText } from "../../localText";
import { renderChat } from "../chatTemplate";
import type { RewardFolderEntry, Scenario } from "../scenario";
import { judgeAnswer, skeletonOf } from "./judge";
import { hardPrompts, heldoutPrompts, trainPrompts } from "./prompts";

/** Our values on top of the reference's defaults; the reasons stand in `REFERENCE_PRESET_NOTE`. */
const DEFAULTS: Partial<LabConfig> = {
  perDeviceTrainBatchSize: 16,
  gradientAccumulationSteps: 1,
  ppoBufferSize: 8,
  maxSteps: 56,
  finetuningType: "full",
  rewardModelType: "full",
  temperature: 1,
  topK: 0,
  topP: 1,
  maxNewTokens: 18,
  cutoffLen: 64,
  initKlCoef: 0.3,
  ppoTarget: 1.5,
  horizon: 800,
  cliprange: 0.1,
  vfCoef: 0.03,
  learningRate: 4e-4,
  loggingSteps: 1,
};

/** The reference's own values; only the run's length and the response limit follow the scenario. */
const REFERENCE_PRESET: Partial<LabConfig> = { maxSteps: 56, maxNewTokens: 18, cutoffLen: 64, loggingSteps: 1 };

const REFERENCE_PRESET_NOTE =
  "The reference's defaults are made for large models and long runs. Batch 8 in one minibatch at a learning rate of 5e-5 means four " +
  "tiny updates per rollout, so in a run of this length hardly anything moves, and horizon 10000 leaves the KL coefficient where it " +
  "was. Temperature 0.95, top-k 50 and top-p 0.7 sample from a narrower distribution than the one PPO scores; they hide most of the " +
  "wrong calls that it should unlearn. The scenario therefore takes 128 samples a step in minibatches of 16, a larger learning rate, " +
  "a faster controller with a target that this model reaches, and samples without cutting anything off. Most tokens of a call are " +
  "certain, so the few that PPO moves would move far under the clip range of 0.2; it is 0.1 here. A value coefficient of 0.03 " +
  "instead of 0.1 keeps the value loss from taking up the whole clipped gradient.";

const ABOUT: LocalText = {
  en:
    "A user asks for something in words; the assistant has eight tools with typed arguments and should answer with one call, such as " +
    'get_weather(city="Paris", day="tomorrow"), or with plain talk when no tool fits. The base model does so about half the time; else ' +
    "it breaks the format, takes the wrong tool or argument, or talks too much. With the reward model for correctness the hidden gold " +
    "score climbs along with the reward. With the one that only looks at the format the reward soon stands at its maximum while gold " +
    "stays low: calls are well-formed but wrong, and small talk is answered by a call.",
  vi:
    "Người dùng nhờ một việc bằng lời; trợ lý có tám công cụ với đối số có kiểu và nên trả lời bằng đúng một lời gọi, chẳng hạn " +
    'get_weather(city="Paris", day="tomorrow"), hoặc bằng lời nói thường khi không công cụ nào phù hợp. Mô hình gốc làm đúng khoảng một ' +
    "nửa số lần; những lần khác nó sai định dạng, chọn nhầm công cụ hay đối số, hoặc nói quá nhiều. Với mô hình thưởng chấm tính đúng " +
    "đắn, điểm vàng (được giấu khỏi PPO) tăng cùng phần thưởng. Với mô hình chỉ nhìn định dạng, phần thưởng sớm chạm mức cao nhất còn " +
    "điểm vàng vẫn thấp: lời gọi đúng dạng nhưng sai việc, và cả câu chuyện phiếm cũng bị đáp lại bằng một lời gọi.",
};

export const CORRECTNESS: RewardFolderEntry = {
  id: "correctness",
  type: "full",
  folder: "models/tool-calls/correctness",
  note: {
    en: "Prefers the right call with the right arguments, and plain talk where no tool fits.",
    vi: "Ưa lời gọi đúng với đối số đúng, và lời nói thường khi không công cụ nào phù hợp.",
  },
};
export const FORMAT_ONLY: RewardFolderEntry = {
  id: "format-only",
  type: "full",
  folder: "models/tool-calls/format-only",
  note: {
    en: "Prefers any well-formed call of a known tool, right or wrong, even where plain talk is due.",
    vi: "Ưa mọi lời gọi đúng định dạng tới một công cụ có thật, dù đúng hay sai, kể cả khi đáng lẽ chỉ nên nói thường.",
  },
};

export const toolCallsScenario: Scenario = {
  id: "tool-calls",
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
  rewardModels: [CORRECTNESS, FORMAT_ONLY],
  policy: "models/tool-calls/policy",
};
