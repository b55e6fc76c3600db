// Names of all options in both languages, and their help in Vietnamese (the English help stands beside the defaults in src/config.ts).

import { type ConfigField, FIELDS } from "../../src/config";
import type { Language } from "../strings/strings";

interface OptionText {
  readonly en: string;
  readonly vi: string;
  /** Help in Vietnamese. */
  readonly help: string;
}

export function optionName(field: ConfigField, language: Language): string {
  return OPTION_TEXTS[field][language];
}

export function optionHelp(field: ConfigField, language: Language): string {
  return language === "vi" ? OPTION_TEXTS[field].help : FIELDS[field].help;
}

// biome-ignore format: one row per option reads as a table
export const OPTION_TEXTS: { readonly [K in ConfigField]: OptionText } = {
  seed: { en: "Seed", vi: "Hạt giống", help: "Cố định mọi lựa chọn ngẫu nhiên: xáo trộn, lấy mẫu, hoán vị và trọng số ban đầu." },
  maxSamples: { en: "Prompt limit", vi: "Giới hạn câu lệnh", help: "Chỉ dùng chừng ấy câu lệnh huấn luyện đầu tiên." },
  cutoffLen: { en: "Prompt cut-off", vi: "Độ dài câu lệnh tối đa", help: "Câu lệnh dài hơn bị cắt phần đầu, để phần mở lời của trợ lý ở cuối còn nguyên." },
  template: { en: "Chat template", vi: "Mẫu hội thoại", help: "Câu lệnh huấn luyện được dựng thế nào; chat là cách mô hình đã được huấn luyện, các mẫu khác là lỗi để nghiên cứu." },

  perDeviceTrainBatchSize: { en: "Minibatch", vi: "Lô nhỏ", help: "Kích thước lô nhỏ: số mẫu trong mỗi lượt truyền xuôi và truyền ngược." },
  gradientAccumulationSteps: { en: "Accumulation", vi: "Tích lũy", help: "Số lô nhỏ được lấy trung bình gradient trước một bước tối ưu." },
  ppoBufferSize: { en: "Buffer", vi: "Bộ đệm", help: "Số lô truyền ngược trong mỗi đợt mẫu: lô PPO = lô nhỏ x tích lũy x bộ đệm." },
  numTrainEpochs: { en: "Passes over the prompts", vi: "Số vòng qua dữ liệu", help: "Số lượt đi qua toàn bộ câu lệnh khi không đặt giới hạn bước." },
  maxSteps: { en: "PPO steps", vi: "Số bước PPO", help: "Số bước PPO; -1 để suy ra từ số vòng qua dữ liệu." },

  doSample: { en: "Sampling", vi: "Lấy mẫu ngẫu nhiên", help: "Chọn token ngẫu nhiên; tắt thì luôn lấy token có xác suất cao nhất." },
  temperature: { en: "Temperature", vi: "Nhiệt độ", help: "Chia logit trước khi lấy mẫu; chỉ giá trị 1 mới lấy mẫu đúng phân phối mà PPO tính điểm." },
  topK: { en: "Top-k", vi: "Top-k", help: "Chỉ lấy mẫu trong k token có xác suất cao nhất; 0 là tắt, đúng như PPO cần." },
  topP: { en: "Top-p", vi: "Top-p", help: "Lấy mẫu trong tập token nhỏ nhất có tổng xác suất bằng giá trị này; 1 là tắt, đúng như PPO cần." },
  maxNewTokens: { en: "Response limit", vi: "Độ dài trả lời tối đa", help: "Câu trả lời dài nhất; từng dòng có thể kết thúc sớm hơn khi gặp token dừng. 0 thì maxLength quyết định." },
  maxLength: { en: "Total length limit", vi: "Tổng độ dài tối đa", help: "Câu lệnh và câu trả lời gộp lại, câu lệnh được đệm theo lô; chỉ có tác dụng khi maxNewTokens là 0." },
  repetitionPenalty: { en: "Repetition penalty", vi: "Phạt lặp từ", help: "Trên 1 thì token đã xuất hiện ít được chọn lại hơn; 1 là tắt." },

  finetuningType: { en: "Policy kind", vi: "Kiểu tinh chỉnh", help: "PPO huấn luyện trọng số nào: tất cả, các lớp cuối, hay một bộ thích ứng nhỏ (LoRA hoặc OFT); đầu giá trị thì luôn luôn." },
  adapterNameOrPath: { en: "Starting adapters", vi: "Bộ thích ứng ban đầu", help: "Các thư mục bộ thích ứng để bắt đầu, cách nhau bằng dấu phẩy; tất cả trừ cái cuối được gộp vào mô hình gốc. Chỉ dùng với LoRA, như bản tham chiếu." },
  createNewAdapter: { en: "New adapter on top", vi: "Thêm bộ thích ứng mới", help: "Gộp mọi bộ thích ứng đã cho rồi huấn luyện một bộ mới; khi đó mô hình tham chiếu là mô hình đã gộp và KL bắt đầu từ 0 (điểm lạ Q5)." },
  freezeTrainableLayers: { en: "Trained layers", vi: "Số lớp được huấn luyện", help: "Với freeze: huấn luyện chừng ấy lớp cuối; số âm thì huấn luyện các lớp đầu." },
  freezeTrainableModules: { en: "Trained modules", vi: "Mô-đun được huấn luyện", help: "Với freeze: những mô-đun nào của các lớp này được huấn luyện (ví dụ mlp, self_attn), cách nhau bằng dấu phẩy; all là tất cả." },
  freezeExtraModules: { en: "Extra trained modules", vi: "Mô-đun huấn luyện thêm", help: "Với freeze: các mô-đun ngoài những lớp đó cũng được huấn luyện (ví dụ embed_tokens, norm, lm_head), cách nhau bằng dấu phẩy." },
  loraRank: { en: "LoRA rank", vi: "Hạng LoRA", help: "Với LoRA: hạng của phần cập nhật hạng thấp B A." },
  loraAlpha: { en: "LoRA alpha", vi: "Alpha của LoRA", help: "Với LoRA: phần cập nhật được nhân với alpha / hạng; để trống là gấp đôi hạng." },
  useRslora: { en: "rsLoRA", vi: "rsLoRA", help: "Với LoRA: nhân với alpha / căn bậc hai của hạng." },
  loraTarget: { en: "LoRA targets", vi: "Lớp gắn LoRA", help: "Với LoRA: những lớp tuyến tính được gắn (ví dụ q_proj, v_proj), cách nhau bằng dấu phẩy; all là mọi lớp trừ lm_head." },
  oftRank: { en: "OFT blocks", vi: "Số khối OFT", help: "Với OFT: số khối quay trong mỗi lớp; trong hai giá trị này và oftBlockSize, đúng một giá trị lớn hơn 0." },
  oftBlockSize: { en: "OFT block size", vi: "Kích thước khối OFT", help: "Với OFT: số đầu vào của mỗi khối quay, được chỉnh về ước số gần nhất của số đầu vào của lớp." },
  oftTarget: { en: "OFT targets", vi: "Lớp gắn OFT", help: "Với OFT: những lớp tuyến tính được gắn, cách nhau bằng dấu phẩy; all là mọi lớp trừ lm_head." },
  useCayleyNeumann: { en: "Cayley-Neumann series", vi: "Chuỗi Cayley-Neumann", help: "Với OFT: phép quay tính bằng chuỗi Cayley-Neumann; tắt thì giải chính xác, và quay theo chiều ngược lại (điểm lạ Q37)." },
  numCayleyNeumannTerms: { en: "Cayley-Neumann terms", vi: "Số hạng Cayley-Neumann", help: "Với OFT: số số hạng của chuỗi Cayley-Neumann." },
  refModel: { en: "Reference policy", vi: "Mô hình tham chiếu", help: "Thư mục của mô hình tham chiếu; để trống là điểm xuất phát của chính sách. Bị bỏ qua với LoRA và OFT, vì tham chiếu của chúng là mô hình gốc (điểm lạ Q5)." },
  summaryDropoutProb: { en: "Value head dropout", vi: "Dropout của đầu giá trị", help: "Dropout trước đầu giá trị; bản tham chiếu huấn luyện với 0.1 nên điểm bị nhiễu (điểm lạ Q4), mặc định ở đây là 0." },

  rewardModelType: { en: "Reward kind", vi: "Loại phần thưởng", help: "Ai chấm câu trả lời: một mạng riêng (full), bộ thích ứng trên mô hình gốc của chính sách (lora, oft), máy chủ (api) hay một hàm của văn bản (rule)." },
  rewardModel: { en: "Reward model", vi: "Mô hình phần thưởng", help: "Tên một mô hình phần thưởng của kịch bản, hoặc địa chỉ đầy đủ của máy chủ với api; để trống là mô hình đầu tiên thuộc loại đó." },
  allowVocabularyMismatch: { en: "Allow another vocabulary", vi: "Cho phép khác từ vựng", help: "Vẫn chạy dù mô hình phần thưởng dùng bộ tách từ khác với chính sách, như bản tham chiếu; khi đó điểm chỉ là nhiễu." },

  ppoScoreNorm: { en: "Normalise scores", vi: "Chuẩn hóa điểm", help: "Biến điểm thành điểm chuẩn z theo trung bình và độ lệch chạy của cả lượt." },
  useScoreScaling: { en: "Scale scores", vi: "Co giãn điểm", help: "Chia điểm cho độ lệch chuẩn chạy; để trống thì theo ppoScoreNorm." },
  useScoreNorm: { en: "Centre scores", vi: "Trừ trung bình điểm", help: "Khi co giãn thì trừ luôn trung bình chạy; để trống thì theo ppoScoreNorm." },
  scoreClip: { en: "Score clip", vi: "Ngưỡng cắt điểm", help: "Cắt điểm về cộng trừ giá trị này sau khi co giãn; để trống là tắt." },

  klPenalty: { en: "KL measure", vi: "Cách đo KL", help: "Độ lệch khỏi mô hình tham chiếu trên mỗi token đo thế nào: log tỉ số, giá trị tuyệt đối, một nửa bình phương, hay toàn bộ phân kỳ KL." },
  adapKlCtrl: { en: "Adaptive KL control", vi: "Điều khiển KL thích nghi", help: "Tự chỉnh hệ số KL để KL tiến về mục tiêu; tắt thì giữ nguyên." },
  initKlCoef: { en: "KL coefficient", vi: "Hệ số KL", help: "Cái giá của việc đi lệch khỏi mô hình tham chiếu: hệ số KL beta lúc bắt đầu." },
  ppoTarget: { en: "KL target", vi: "Mục tiêu KL", help: "KL trên mỗi câu trả lời mà bộ điều khiển thích nghi nhắm tới." },
  horizon: { en: "KL horizon", vi: "Tầm phản ứng KL", help: "Bộ điều khiển thích nghi cần bao nhiêu mẫu để phản ứng; nhỏ là nhanh." },

  gamma: { en: "Discount gamma", vi: "Hệ số chiết khấu gamma", help: "Chiết khấu phần thưởng về sau; 1 tính trọn vẹn." },
  lam: { en: "GAE lambda", vi: "Lambda của GAE", help: "Pha trộn của GAE: 0 tin đầu giá trị, 1 tin phần thưởng quan sát được." },
  ppoWhitenRewards: { en: "Whiten rewards", vi: "Làm trắng phần thưởng", help: "Đưa phần thưởng từng token về phương sai 1 trước khi tính lợi thế." },
  baseline: { en: "Baseline", vi: "Mốc so sánh", help: "Lợi tức được so với gì: ước lượng của đầu giá trị, lợi tức trung bình của lô, hay không gì cả; chỉ cách đầu là PPO." },

  ppoEpochs: { en: "PPO epochs", vi: "Số vòng PPO", help: "Mỗi mẫu của một đợt được học lại bao nhiêu lần; hãy bắt đầu với 2 đến 4." },
  cliprange: { en: "Clip range", vi: "Ngưỡng cắt", help: "Tỉ số xác suất không còn được lợi gì khi vượt quá 1 cộng hoặc trừ giá trị này." },
  cliprangeValue: { en: "Value clip range", vi: "Ngưỡng cắt giá trị", help: "Giá trị được đi xa nhất chừng này khỏi giá trị lúc sinh mẫu trước khi hàm mất mát thôi thưởng cho nó." },
  vfCoef: { en: "Value loss weight", vi: "Trọng số mất mát giá trị", help: "Trọng số của mất mát giá trị trong tổng mất mát." },
  ratioThreshold: { en: "Ratio limit", vi: "Ngưỡng tỉ số", help: "Lô nhỏ có tỉ số trung bình vượt quá giá trị này bị bỏ qua." },
  earlyStopping: { en: "Early stopping", vi: "Dừng sớm", help: "Kết thúc các vòng PPO của một bước khi chính sách đã đi xa hơn 1.5 lần targetKl." },
  targetKl: { en: "Early stopping KL", vi: "KL để dừng sớm", help: "Giới hạn KL cũ-mới trên mỗi token của dừng sớm (nhân 1.5)." },

  learningRate: { en: "Learning rate", vi: "Tốc độ học", help: "Độ lớn bước đi của AdamW; lời khuyên 1e-6 đến 5e-6 dành cho mô hình lớn, mô hình tí hon cần giá trị lớn hơn." },
  lrSchedulerType: { en: "Learning rate schedule", vi: "Lịch tốc độ học", help: "Tốc độ học giảm thế nào trong lượt chạy; mỗi bước PPO một nhịp." },
  warmupRatio: { en: "Warm-up share", vi: "Tỉ lệ khởi động", help: "Phần của lượt chạy mà tốc độ học tăng dần từ 0." },
  warmupSteps: { en: "Warm-up steps", vi: "Số bước khởi động", help: "Số bước PPO khởi động; lớn hơn 0 thì thay cho warmupRatio." },
  weightDecay: { en: "Weight decay", vi: "Suy giảm trọng số", help: "Suy giảm trọng số tách rời trên các ma trận; chuẩn hóa và độ chệch được miễn." },
  adamBeta1: { en: "Adam beta 1", vi: "Beta 1 của Adam", help: "Trí nhớ của mô-men bậc nhất trong AdamW." },
  adamBeta2: { en: "Adam beta 2", vi: "Beta 2 của Adam", help: "Trí nhớ của mô-men bậc hai trong AdamW." },
  adamEpsilon: { en: "Adam epsilon", vi: "Epsilon của Adam", help: "Giữ cho phép chia của AdamW hữu hạn." },
  maxGradNorm: { en: "Gradient norm limit", vi: "Giới hạn chuẩn gradient", help: "Gradient dài hơn thì bị rút về giá trị này; để trống là tắt." },

  loggingSteps: { en: "Logging interval", vi: "Nhịp ghi nhật ký", help: "Các đồng hồ đo mất mát và phần thưởng được lấy trung bình qua chừng ấy bước." },
  promptColumnStats: { en: "Prompt columns too", vi: "Ghi cả cột câu lệnh", help: "Ghi cả log xác suất và tỉ số ở các cột câu lệnh và cột đệm, như bản tham chiếu; tốn thời gian mà không thay đổi gì." },

  evalSteps: { en: "Evaluation interval", vi: "Nhịp đánh giá", help: "Cứ chừng ấy bước thì đánh giá trên câu lệnh để riêng và câu lệnh khó; 0 là tắt (bản tham chiếu không có đánh giá, điểm lạ Q14)." },
  evalSamples: { en: "Evaluation prompts", vi: "Số câu lệnh đánh giá", help: "Số câu lệnh của mỗi tập đánh giá." },
  evalDoSample: { en: "Sampled evaluation", vi: "Đánh giá có lấy mẫu", help: "Đánh giá các câu trả lời được lấy mẫu; tắt thì lấy token có xác suất cao nhất." },
  evalTemplate: { en: "Evaluation template", vi: "Mẫu hội thoại khi đánh giá", help: "Câu lệnh đánh giá được dựng thế nào; phải là mẫu khi huấn luyện, nếu không các con số thuộc về một bài toán khác." },

  referenceMode: { en: "Reference mode", vi: "Chế độ tham chiếu", help: "Đưa trở lại mọi điểm lạ của LLaMA-Factory trên TRL 0.9.6 dưới đây, như phép kiểm tra tương đương cần." },
  q1ClipFirstStepOnly: { en: "Q1: clip the first step only", vi: "Q1: chỉ cắt gradient bước đầu", help: "Q1: gradient chỉ bị cắt ở bước tối ưu đầu tiên của lượt chạy, vì TRL lưu một iterator đã cạn." },
  q2DecayNormsAndBiases: { en: "Q2: decay norms and biases", vi: "Q2: suy giảm cả chuẩn hóa và độ chệch", help: "Q2: chuẩn hóa và độ chệch suy giảm theo mặc định 0.01 của AdamW, vì nhóm không suy giảm không ghi giá trị nào." },
  q3StepEveryMinibatchAtLoaderEnd: { en: "Q3: step every minibatch at the end", vi: "Q3: cuối dữ liệu, lô nhỏ nào cũng bước", help: "Q3: ở lô cuối của một vòng dữ liệu, lô nhỏ nào cũng gây một bước tối ưu, còn gradient vẫn bị chia cho số lần tích lũy." },
  q7NoRemaskAfterWhitening: { en: "Q7: no mask after whitening", vi: "Q7: không che lại sau khi làm trắng", help: "Q7: phần thưởng đã làm trắng để lại một hằng số ở cột đệm, rò rỉ vào lợi thế của những token cuối." },
  q15CeilHorizon: { en: "Q15: horizon rounded up", vi: "Q15: tầm lịch học làm tròn lên", help: "Q15: tầm của lịch học làm tròn số lô lên trong khi số bước làm tròn xuống, và khởi động bắt đầu với tốc độ học 0." },
  q21CutPromptTail: { en: "Q21: cut the prompt's tail", vi: "Q21: cắt đuôi câu lệnh", help: "Q21: câu lệnh dài hơn cutoffLen mất phần đuôi, và cùng với nó là phần mở lời của trợ lý." },
  q27StepOnSkippedMinibatch: { en: "Q27: step on skipped minibatches", vi: "Q27: vẫn bước ở lô bị bỏ qua", help: "Q27: lô nhỏ bị ngưỡng tỉ số bỏ qua vẫn làm trọng số dịch chuyển qua quán tính và suy giảm." },
  q30EarlyStopOnLastMinibatch: { en: "Q30: early stop by the last minibatch", vi: "Q30: dừng sớm theo lô nhỏ cuối", help: "Q30: dừng sớm nhìn lô nhỏ cuối của vòng thay vì trung bình của vòng." },
};
