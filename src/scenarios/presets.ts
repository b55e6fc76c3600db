// Failure presets: named configs that go wrong on purpose, each with the healthy twin it is compared with.

import type { LabConfig } from "../config";
import { ConfigError } from "../errors";
import type { LocalText } from "../localText";

export interface FailurePreset {
  readonly id: string;
  /** Scenario it runs on. */
  readonly scenario: string;
  readonly title: LocalText;
  /** What goes wrong and in which numbers it shows. */
  readonly symptom: LocalText;
  /** What to do about it. */
  readonly remedy: LocalText;
  /** On top of the scenario's defaults. */
  readonly values: Partial<LabConfig>;
  /** The same for the healthy twin; usually only the run's length. */
  readonly twin: Partial<LabConfig>;
}

/** Larger steps than the defaults, so that a policy without a leash gets far within the run, and a reward model that can be hacked. */
const FAST = { rewardModel: "sentiment", learningRate: 8e-4, ppoEpochs: 8, maxSteps: 50 } as const satisfies Partial<LabConfig>;
/** So many samples a step that the ceiling of the proxy is not the luck of one batch. */
const LARGE_BATCH = { ppoBufferSize: 32, maxSteps: 25 } as const satisfies Partial<LabConfig>;
/** A KL coefficient too small to pull a policy back within a step; four epochs do not need that. */
const LOOSE = { ppoBufferSize: 4, adapKlCtrl: false, initKlCoef: 0.05, maxSteps: 25 } as const satisfies Partial<LabConfig>;

export const PRESETS: readonly FailurePreset[] = [
  {
    id: "kl-off",
    scenario: "reviews",
    title: { en: "KL penalty off", vi: "Tắt phạt KL" },
    symptom: {
      en: "The reward climbs higher than in the healthy run, while grammar collapses: the policy has found texts that the reward model likes and nobody would write. KL runs away.",
      vi: "Phần thưởng tăng cao hơn lần chạy lành mạnh trong khi ngữ pháp sụp đổ: chính sách đã tìm ra những văn bản mà mô hình thưởng thích nhưng không ai viết như vậy. KL tăng mất kiểm soát.",
    },
    remedy: {
      en: "Give initKlCoef a value above 0 and let the controller hold KL near its target.",
      vi: "Đặt initKlCoef lớn hơn 0 và để bộ điều khiển giữ KL gần mục tiêu.",
    },
    values: { ...FAST, initKlCoef: 0 },
    twin: FAST,
  },
  {
    id: "learning-rate",
    scenario: "reviews",
    title: { en: "Learning rate too high", vi: "Tốc độ học quá lớn" },
    symptom: {
      en: "After a few steps the answers shrink to one token, reward and gold fall to the floor and stay there; gradient norm and KL jump first.",
      vi: "Sau vài bước, câu trả lời co lại còn một token, phần thưởng và điểm vàng rơi xuống đáy rồi nằm yên ở đó; chuẩn gradient và KL vọt lên trước tiên.",
    },
    remedy: {
      en: "Lower learningRate to the scenario's value, or add warm-up.",
      vi: "Giảm learningRate về giá trị của kịch bản, hoặc thêm giai đoạn khởi động.",
    },
    values: { learningRate: 8e-3, maxSteps: 25 },
    twin: { maxSteps: 25 },
  },
  {
    id: "ppo-epochs",
    scenario: "reviews",
    title: { en: "Too many PPO epochs", vi: "Quá nhiều epoch PPO" },
    symptom: {
      en: "Every batch is learnt by heart: the clip fraction stands near a half, KL runs to dozens of nats and gold ends far below the run with 4 epochs.",
      vi: "Mỗi lô bị học thuộc lòng: tỉ lệ cắt gần một nửa, KL lên tới hàng chục nat và điểm vàng thấp hơn hẳn so với lần chạy 4 epoch.",
    },
    remedy: { en: "Use 2 to 4 PPO epochs, or stop them early by targetKl.", vi: "Dùng 2 đến 4 epoch PPO, hoặc dừng sớm bằng targetKl." },
    values: { ...LOOSE, ppoEpochs: 32 },
    twin: LOOSE,
  },
  {
    id: "length-hack",
    scenario: "summaries",
    title: { en: "Length hack", vi: "Gian lận độ dài" },
    symptom: {
      en: "The reward model was taught by people in haste, who took longer for better. Reward and length climb together, gold stays behind: the summaries say nothing more.",
      vi: "Mô hình thưởng học từ những người vội vàng, coi dài hơn là tốt hơn. Phần thưởng và độ dài cùng tăng, điểm vàng tụt lại: bản tóm tắt không nói thêm được gì.",
    },
    remedy: {
      en: "Chart length beside reward, and train the reward model on pairs of equal length or with careful labels.",
      vi: "Vẽ độ dài bên cạnh phần thưởng, và huấn luyện mô hình thưởng bằng các cặp dài như nhau hoặc nhãn cẩn thận.",
    },
    values: { rewardModel: "length-biased" },
    twin: { rewardModel: "careful" },
  },
  {
    id: "format-only",
    scenario: "tool-calls",
    title: { en: "Format-only reward", vi: "Chỉ thưởng hình thức" },
    symptom: {
      en: "The reward pays for any well-formed call. It saturates at once, and gold stays low: wrong tools, wrong arguments, and calls where plain talk was due.",
      vi: "Phần thưởng trả cho mọi lời gọi đúng hình thức. Nó bão hoà ngay, còn điểm vàng vẫn thấp: sai công cụ, sai đối số, và gọi công cụ cả khi chỉ cần trò chuyện.",
    },
    remedy: {
      en: "Reward what the call does, not how it looks: right tool, right arguments, and no call where none fits.",
      vi: "Thưởng cho việc lời gọi làm đúng điều gì chứ không phải trông thế nào: đúng công cụ, đúng đối số, và không gọi khi không có công cụ phù hợp.",
    },
    values: { ...LARGE_BATCH, rewardModel: "format-only" },
    twin: { ...LARGE_BATCH, rewardModel: "correctness" },
  },
  {
    id: "vocabulary-mismatch",
    scenario: "reviews",
    title: { en: "Reward model with another vocabulary", vi: "Mô hình thưởng dùng bộ từ vựng khác" },
    symptom: {
      en: "The gate stops this run. Forced past it, the reward model reads other words than the policy wrote: its scores do not follow gold at all.",
      vi: "Cổng kiểm tra chặn lần chạy này. Nếu bị ép chạy, mô hình thưởng đọc thành những từ khác với những gì chính sách viết: điểm của nó hoàn toàn không theo điểm vàng.",
    },
    remedy: {
      en: "Choose a reward model that was trained with the policy's tokenizer.",
      vi: "Chọn mô hình thưởng được huấn luyện với bộ tách từ của chính sách.",
    },
    values: { rewardModel: "foreign", allowVocabularyMismatch: true, maxSteps: 25 },
    twin: { maxSteps: 25 },
  },
  {
    id: "template-mismatch",
    scenario: "sums",
    title: { en: "Another template in evaluation", vi: "Mẫu hội thoại khác khi đánh giá" },
    symptom: {
      en: "Training goes well, evaluation says the model has learnt nothing: the same weights are asked without the template they know.",
      vi: "Huấn luyện diễn ra tốt, nhưng đánh giá lại nói mô hình chẳng học được gì: cùng bộ trọng số đó bị hỏi mà không có mẫu hội thoại nó quen.",
    },
    remedy: {
      en: "Render prompts by one template everywhere; compare the token ids.",
      vi: "Dựng câu hỏi bằng cùng một mẫu ở mọi nơi; hãy so sánh các mã token.",
    },
    values: { evalTemplate: "noHeader", evalSteps: 5, maxSteps: 25 },
    twin: { evalSteps: 5, maxSteps: 25 },
  },
  {
    id: "sampling-mismatch",
    scenario: "reviews",
    title: { en: "Sampling differs from scoring", vi: "Lấy mẫu khác với tính điểm" },
    symptom: {
      en: "Responses are drawn at temperature 2 but scored at 1. KL turns negative and stays there: the policy is paid for being more predictable than the reference, and gold barely moves.",
      vi: "Câu trả lời được lấy mẫu ở nhiệt độ 2 nhưng tính điểm ở nhiệt độ 1. KL trở nên âm và cứ âm mãi: chính sách được thưởng vì dễ đoán hơn tham chiếu, còn điểm vàng hầu như không nhúc nhích.",
    },
    remedy: { en: "Sample with temperature 1, topK 0 and topP 1.", vi: "Lấy mẫu với temperature 1, topK 0 và topP 1." },
    values: { temperature: 2, maxSteps: 30 },
    twin: { maxSteps: 30 },
  },
  {
    id: "tiny-batch",
    scenario: "reviews",
    title: { en: "Tiny batch", vi: "Lô quá nhỏ" },
    symptom: {
      en: "Two samples a step: reward, KL and advantages are noise, and after as many steps gold has hardly moved.",
      vi: "Mỗi bước chỉ hai mẫu: phần thưởng, KL và advantage chỉ là nhiễu, và sau cùng số bước đó điểm vàng hầu như đứng yên.",
    },
    remedy: {
      en: "Raise ppoBufferSize until a step has 64 samples or more.",
      vi: "Tăng ppoBufferSize cho tới khi mỗi bước có từ 64 mẫu trở lên.",
    },
    values: { perDeviceTrainBatchSize: 2, ppoBufferSize: 1, maxSteps: 25 },
    twin: { maxSteps: 25 },
  },
  {
    id: "no-critic",
    scenario: "tool-calls",
    title: { en: "No critic", vi: "Không có bộ phê bình" },
    symptom: {
      en: "Without a baseline a return is compared with nothing. On the very same records the advantages vary most with no baseline, less with the batch's mean, least with the value head: that is what the value head is for.",
      vi: "Không có đường cơ sở thì phần thưởng tích luỹ không được so với gì cả. Trên cùng bản ghi, phương sai của advantage lớn nhất khi không có đường cơ sở, nhỏ hơn với trung bình lô và nhỏ nhất với đầu giá trị: đó là lý do cần đầu giá trị.",
    },
    remedy: { en: "Set baseline to valueHead.", vi: "Đặt baseline thành valueHead." },
    values: { baseline: "none", vfCoef: 0.15 },
    twin: { vfCoef: 0.15 },
  },
];

/** @throws ConfigError listing the presets there are. */
export function presetById(id: string): FailurePreset {
  const found = PRESETS.find((preset) => preset.id === id);
  if (!found) throw new ConfigError(`There is no preset "${id}". Expected one of ${PRESETS.map((preset) => preset.id).join(", ")}.`);
  return found;
}
