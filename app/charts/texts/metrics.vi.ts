// What each metric means and how to read it, in Vietnamese.

import type { MetricKey, MetricText } from "../../help/metrics";

const heldout = "Câu trả lời tham lam cho những câu lệnh mà huấn luyện không bao giờ thấy, cứ sau một số bước PPO. ";
const hard = "Câu trả lời tham lam cho các ca khó, những câu lệnh dựng lên để bắt gian lận, cứ sau một số bước PPO. ";
const evaluated = (prompts: string): Record<"gold" | "part" | "proxy" | "kl" | "length", MetricText> => ({
  gold: {
    definition: `${prompts}Đây là điểm trung bình của giám khảo ẩn, từ 0 đến 1.`,
    healthy: "Tăng cùng với điểm vàng của lô huấn luyện.",
    unhealthy: "Tụt lại sau lô huấn luyện: điều học được không áp dụng được cho câu lệnh mới.",
  },
  part: {
    definition: `${prompts}Đây là một thừa số trong điểm của giám khảo ẩn.`,
    healthy: "Giữ mức cao hoặc tăng.",
    unhealthy: "Giảm trong khi thừa số khác tăng: chính sách đang đánh đổi phần này.",
  },
  proxy: {
    definition: `${prompts}Đây là điểm thô trung bình của mô hình phần thưởng.`,
    healthy: "Tăng cùng với điểm vàng trên cùng những câu lệnh ấy.",
    unhealthy: "Tăng trong khi điểm vàng trên cùng những câu lệnh ấy giảm: mô hình phần thưởng đang bị lừa.",
  },
  kl: {
    definition: `${prompts}Đây là độ lệch khỏi mô hình tham chiếu tính trên toàn bộ từ vựng, cộng dồn trên câu trả lời. Khác với KL lúc huấn luyện, nó không bao giờ âm.`,
    healthy: "Tăng chậm cùng với phần thưởng.",
    unhealthy: "Nhảy vọt, hoặc tăng trong khi điểm vàng không tăng.",
  },
  length: {
    definition: `${prompts}Đây là số token trung bình của câu trả lời, kể cả token kết thúc.`,
    healthy: "Ổn định.",
    unhealthy: "Gấp đôi lúc đầu, hoặc co lại còn vài token: phần thưởng bị lách bằng độ dài.",
  },
});
const onHeldout = evaluated(heldout);
const onHard = evaluated(hard);

const baseline = (kind: string): MetricText => ({
  definition: `Phương sai của lợi thế trước khi chuẩn hóa, nếu mốc so sánh là ${kind}. Cùng phần thưởng, chỉ khác mốc.`,
  healthy: "Với đầu giá trị là nhỏ nhất trong ba: gradient ít nhiễu hơn nên cần ít mẫu hơn.",
  unhealthy: "Với đầu giá trị lại lớn hơn với trung bình lô: bộ phê bình hại nhiều hơn lợi.",
});

const seconds = (of: string): MetricText => ({
  definition: `Số giây của bước PPO này dành cho ${of}.`,
  healthy: "Đều đặn từ bước này sang bước khác.",
  unhealthy: "Tăng dần: câu trả lời dài hơn, chương trình khác trên máy, hoặc thẻ đang ở nền.",
});

export const metricTexts: Readonly<Record<MetricKey, MetricText>> = {
  "objective/kl": {
    definition:
      "Chính sách đã lệch bao xa khỏi mô hình tham chiếu: ước lượng KL từng token cộng dồn trên câu trả lời, rồi lấy trung bình trên lô. Là tổng theo câu trả lời, không phải trung bình theo token.",
    healthy: "0 đến 10 (hướng dẫn của TRL), gần đường mục tiêu chấm chấm khi hệ số tự thích nghi.",
    unhealthy: "Âm kéo dài: lấy mẫu hoặc mặt nạ bị sai. Trên hai lần mục tiêu, hoặc tăng trong khi phần thưởng đứng yên.",
  },
  "objective/kl_coef": {
    definition: "Cái giá của độ lệch trong bước này (beta). Bộ điều khiển thích nghi chỉnh nó để KL tiến về mục tiêu.",
    healthy: "Thay đổi chậm; với lô nhỏ thì gần như không đổi.",
    unhealthy: "Dao động mạnh hoặc tăng mất kiểm soát. Nó thường tăng trước khi lượt chạy mất ổn định.",
  },
  "objective/entropy": {
    definition:
      "Trừ log xác suất của các token đã chọn, cộng dồn trên câu trả lời. TRL gọi là entropy; thật ra là độ bất ngờ của mẫu và tăng theo độ dài.",
    healthy: "Giảm chậm.",
    unhealthy: "Giảm về 0: chính sách luôn nói một câu. Hãy đọc kèm độ dài câu trả lời.",
  },
  "objective/kl_dist": {
    definition: "Độ lệch của từng câu trả lời; trung bình của chúng là KL mỗi câu trả lời.",
    healthy: "Một đỉnh nằm hơi bên phải số 0.",
    unhealthy: "Đuôi phải dài: vài câu trả lời đã đi rất xa. Thấp hơn 0 nhiều: lấy mẫu bị sai.",
  },
  "objective/logprobs": {
    definition: "Log xác suất của từng token câu trả lời theo chính sách đã viết ra nó.",
    healthy: "Phần lớn gần 0 (token dễ đoán), có một đuôi bên trái.",
    unhealthy: "Tất cả ở 0: chính sách không còn lựa chọn nữa mà chỉ đọc thuộc lòng.",
  },
  "objective/ref_logprobs": {
    definition: "Log xác suất của cũng những token ấy theo mô hình tham chiếu đã đóng băng.",
    healthy: "Khá giống của chính sách.",
    unhealthy: "Đuôi trái dài hơn hẳn của chính sách: nó nói những điều mô hình tham chiếu không bao giờ nói.",
  },
  "ppo/mean_non_score_reward": {
    definition: "Trung bình trên các token câu trả lời của -beta nhân ước lượng KL: phần phạt trong phần thưởng mỗi token, không kể điểm.",
    healthy: "Hơi dưới 0.",
    unhealthy: "Thấp hơn 0 nhiều: độ lệch ăn hết điểm. Trên 0: KL âm và việc đi lệch đang được thưởng.",
  },
  "ppo/loss/total": {
    definition:
      "Đại lượng bộ tối ưu giảm xuống: mất mát chính sách có cắt cộng mất mát giá trị nhân trọng số, trung bình trên mọi lô nhỏ. Không có phần thưởng entropy.",
    healthy: "Giảm cùng mất mát giá trị rồi đi ngang.",
    unhealthy: "Vọt lên hoặc tăng mãi. Chỉ nhìn mất mát thì không biết chính sách có tốt lên hay không.",
  },
  "ppo/loss/policy": {
    definition: "Trung bình trên token của max(-A r, -A clip(r, 1 - eps, 1 + eps)): hàm thay thế có cắt, đổi dấu.",
    healthy: "Nhỏ, quanh 0, phần lớn dưới 0.",
    unhealthy: "Dao động mạnh: bước đi quá lớn. Nó không cho biết phần thưởng cao hay thấp.",
  },
  "ppo/policy/entropy": {
    definition: "Chính sách phân vân đến đâu về token kế tiếp: entropy của phân phối, trung bình trên các token câu trả lời.",
    healthy: "Giảm rồi đi ngang.",
    unhealthy: "Về 0: sụp đổ. Dao động: tốc độ học quá cao.",
  },
  "ppo/policy/approxkl": {
    definition:
      "Lần cập nhật này đưa chính sách đi bao xa khỏi chính sách đã viết các câu trả lời: một nửa trung bình bình phương log tỉ số. Không bao giờ âm.",
    healthy: "Khoảng 0,01.",
    unhealthy: "Trên 0,015 là ngưỡng dừng của Spinning Up; mô hình tí hon chịu được nhiều hơn. Bằng 0: không gì thay đổi.",
  },
  "ppo/policy/policykl": {
    definition: "Cũng sự dịch chuyển ấy, ước lượng bằng trung bình của log xác suất cũ trừ mới. Cơ chế dừng sớm nhìn vào số này.",
    healthy: "Nhỏ và phần lớn trên 0; vài bước có thể dưới 0.",
    unhealthy: "Vượt 1,5 lần mục tiêu dừng sớm: quá nhiều vòng hoặc tốc độ học quá cao.",
  },
  "ppo/policy/clipfrac": {
    definition:
      "Tỉ lệ token có mất mát đã cắt lớn hơn: tỉ số đã ra khỏi khoảng cắt theo hướng của lợi thế, nên token đó không nhận gradient.",
    healthy: "0 đến 0,25.",
    unhealthy: "Trên 0,4: bước đi quá lớn; bằng 0 qua nhiều vòng: hầu như không học được gì.",
  },
  "ppo/policy/ratio": {
    definition:
      "Xác suất mới chia xác suất cũ của từng token câu trả lời, trong mọi lô nhỏ của bước. Dải màu là khoảng cắt; ra ngoài dải theo hướng của lợi thế thì token không nhận gradient.",
    healthy: "Hẹp quanh 1; đúng bằng 1 ở lô nhỏ đầu tiên.",
    unhealthy: "Những giá trị như 0,1, 2 hay 1000. Trung bình trên 10 thì cả lô nhỏ bị bỏ qua.",
  },
  "ppo/policy/advantages": {
    definition: "Mỗi token hóa ra tốt hơn đầu giá trị mong đợi bao nhiêu, đã chuẩn hóa trên lô.",
    healthy: "Trung bình 0, phần lớn trong ±3, không quá ±10.",
    unhealthy: "Đuôi dài: vài token chi phối gradient. Tất cả như nhau: không có gì để học.",
  },
  "ppo/policy/advantages_mean": {
    definition: "Lợi thế trung bình trên các lô nhỏ. Chuẩn hóa làm trung bình của cả lô bằng 0.",
    healthy: "Gần 0; các lô nhỏ cân câu trả lời không đều nên không đúng bằng 0.",
    unhealthy: "Xa 0: chuẩn hóa hoặc mặt nạ bị sai.",
  },
  "ppo/learning_rate": {
    definition: "Độ lớn bước đi của AdamW trong bước PPO này; bộ lập lịch giảm dần nó trong lượt chạy.",
    healthy: "Theo đúng lịch.",
    unhealthy: "Quá cao: KL và tỉ lệ bị cắt nhảy vọt. Quá thấp: không gì thay đổi. Bằng 0 ở bước đầu khi có giai đoạn làm nóng.",
  },
  "ppo/loss/value": {
    definition: "Một nửa sai số bình phương trung bình của đầu giá trị, có cắt như mất mát chính sách, chưa nhân trọng số.",
    healthy: "Giảm rồi đi ngang.",
    unhealthy: "Vọt lên hoặc thành NaN: lượt chạy đang hỏng.",
  },
  "ppo/val/var_explained": {
    definition:
      "Đầu giá trị dự đoán lợi tức tốt đến đâu: 1 - sai số bình phương / phương sai lợi tức. 1 là hoàn hảo, 0 là không hơn gì trung bình.",
    healthy: "Tiến về 1. Lúc đầu bằng hoặc dưới 0 là bình thường với đầu giá trị mới.",
    unhealthy: "Cứ ở 0 hoặc thấp hơn: đầu giá trị vô dụng.",
  },
  "ppo/val/vpred": {
    definition: "Trung bình dự đoán của đầu giá trị trong lúc cập nhật.",
    healthy: "Bám theo lợi tức trung bình.",
    unhealthy: "Trôi xa khỏi lợi tức trung bình.",
  },
  "ppo/val/error": {
    definition: "Trung bình bình phương hiệu giữa dự đoán và lợi tức, không cắt.",
    healthy: "Giảm, thấp hơn hẳn phương sai của lợi tức.",
    unhealthy: "Lớn hơn phương sai của lợi tức: tệ hơn cả việc luôn đoán trung bình.",
  },
  "ppo/val/clipfrac": {
    definition: "Tỉ lệ token có mất mát giá trị đã cắt lớn hơn, nên đầu giá trị không nhận gradient ở đó.",
    healthy: "0,3 đến 0,6 là thường gặp (tài liệu TRL).",
    unhealthy: "Gần 1: khoảng cắt giá trị quá hẹp so với thang phần thưởng.",
  },
  "ppo/val/mean": {
    definition: "Trung bình dự đoán của đầu giá trị lúc sinh mẫu, trước khi cập nhật.",
    healthy: "Bám theo lợi tức trung bình, chậm một bước.",
    unhealthy: "Cứ ở xa lợi tức trung bình.",
  },
  "ppo/val/var": {
    definition: "Phương sai của các dự đoán lúc sinh mẫu, trên các token.",
    healthy: "Thấp hơn phương sai của lợi tức một chút.",
    unhealthy: "Bằng 0: chỗ nào cũng đoán như nhau. Cao hơn phương sai lợi tức nhiều: đoán bừa.",
  },
  "ppo/returns/mean": {
    definition: "Trung bình giá trị thật của một token khi nhìn lại: lợi thế cộng giá trị, gồm điểm và các mức phạt KL về sau.",
    healthy: "Tăng cùng điểm.",
    unhealthy: "Giảm trong khi điểm tăng: mức phạt KL lấn át.",
  },
  "ppo/returns/var": {
    definition: "Phương sai của lợi tức trên các token; thước đo cho sai số của đầu giá trị.",
    healthy: "Giảm dần khi các câu trả lời tốt đều nhau.",
    unhealthy: "Bằng 0: câu trả lời nào cũng đáng giá như nhau, không có gì để học.",
  },
  "env/reward_mean": {
    definition: "Điểm thô trung bình mà mô hình phần thưởng cho các câu trả lời của bước này. PPO tối đa hóa điểm ấy: đó là điểm đại diện.",
    healthy: "Tăng cùng với điểm vàng.",
    unhealthy: "Tăng trong khi điểm vàng giảm: lách phần thưởng (Gao và cộng sự, 2022).",
  },
  "env/reward_std": {
    definition: "Độ lệch chuẩn của điểm thô trong lô.",
    healthy: "Lớn hơn 0 rõ rệt; giảm chậm.",
    unhealthy: "Gần 0: phần thưởng bão hòa hoặc câu trả lời giống hệt nhau, không còn tín hiệu.",
  },
  "env/reward_dist": {
    definition: "Điểm thô của từng câu trả lời trong bước.",
    healthy: "Một đỉnh dịch dần sang phải.",
    unhealthy: "Dồn vào một chỗ: bão hòa. Hai đỉnh xa nhau: một mẹo mà vài câu trả lời đã tìm ra.",
  },
  "ppo/mean_scores": {
    definition: "Điểm trung bình sau khi co giãn, chuẩn hóa và cắt: thứ thật sự đi vào phần thưởng.",
    healthy: "Tăng; độ lớn so sánh được với mức phạt KL.",
    unhealthy: "Lấn át mức phạt KL, hoặc chẳng thấm gì so với nó.",
  },
  "ppo/std_scores": {
    definition: "Độ lệch chuẩn của điểm đã chuẩn hóa trong lô.",
    healthy: "Lớn hơn 0 rõ rệt.",
    unhealthy: "Về 0: phần thưởng bão hòa hoặc câu trả lời giống hệt nhau.",
  },
  "tokens/responses_len_mean": {
    definition: "Số token trung bình của một câu trả lời.",
    healthy: "Ổn định.",
    unhealthy: "Gấp đôi lúc đầu, hoặc co lại còn vài token: phần thưởng bị lách bằng độ dài.",
  },
  "tokens/responses_len_std": {
    definition: "Độ lệch chuẩn của độ dài câu trả lời trong lô.",
    healthy: "Lớn hơn 0.",
    unhealthy: "Bằng 0: mọi câu trả lời dài như nhau, thường là chạm giới hạn.",
  },
  "tokens/responses_dist": {
    definition: "Số token của từng câu trả lời trong bước.",
    healthy: "Một đỉnh cách xa hai đầu.",
    unhealthy: "Dồn ở độ dài lớn nhất: câu trả lời bị cắt ngang. Dồn ở 1 hay 2: chẳng nói gì.",
  },
  "tokens/queries_len_mean": {
    definition: "Số token trung bình của một câu lệnh, kể cả khuôn mẫu.",
    healthy: "Như dữ liệu: không phụ thuộc việc huấn luyện.",
    unhealthy: "Khác dữ liệu: khuôn mẫu hoặc ngưỡng cắt độ dài đã làm thay đổi câu lệnh.",
  },
  "tokens/queries_len_std": {
    definition: "Độ lệch chuẩn của độ dài câu lệnh trong lô.",
    healthy: "Như dữ liệu.",
    unhealthy: "Bằng 0 khi các câu lệnh khác nhau: chúng bị cắt về cùng độ dài.",
  },
  "tokens/queries_dist": {
    definition: "Số token của từng câu lệnh trong bước.",
    healthy: "Như dữ liệu.",
    unhealthy: "Dồn ở ngưỡng cắt độ dài: câu lệnh mất phần đầu.",
  },
  "lab/eval/heldout/gold": onHeldout.gold,
  "lab/eval/heldout/gold_*": onHeldout.part,
  "lab/eval/heldout/proxy": onHeldout.proxy,
  "lab/eval/heldout/kl": onHeldout.kl,
  "lab/eval/heldout/response_length": onHeldout.length,
  "lab/eval/hard/gold": onHard.gold,
  "lab/eval/hard/gold_*": onHard.part,
  "lab/eval/hard/proxy": onHard.proxy,
  "lab/eval/hard/kl": onHard.kl,
  "lab/eval/hard/response_length": onHard.length,
  "lab/gold": {
    definition:
      "Điểm trung bình của giám khảo ẩn, từ 0 đến 1. PPO không bao giờ thấy điểm này: nó cho biết mô hình phần thưởng có đang bị lừa hay không.",
    healthy: "Tăng dần.",
    unhealthy: "Giảm trong khi phần thưởng tăng.",
  },
  "lab/gold_*": {
    definition: "Một thừa số của điểm vàng. Điểm của mỗi câu trả lời là tích của chúng, nên chỉ một thừa số kém là đủ làm hỏng.",
    healthy: "Một phần tăng trong khi các phần khác vẫn cao.",
    unhealthy: "Một phần giảm trong khi phần khác tăng: chính sách đang đánh đổi phần đó.",
  },
  "lab/proxy_gold_correlation": {
    definition: "Hệ số tương quan Pearson giữa điểm thô và điểm vàng trên các câu trả lời của bước.",
    healthy: "Lớn hơn 0 rõ rệt: trong lô, mô hình phần thưởng vẫn chuộng cái tốt.",
    unhealthy: "Bằng hoặc dưới 0: với những gì chính sách đang viết, mô hình phần thưởng chấm chẳng hơn tung đồng xu.",
  },
  "lab/grad_norm": {
    definition: "Độ dài gradient trước khi cắt, trung bình trên các bước tối ưu của bước này.",
    healthy: "Đều đặn; dài hơn giới hạn (mặc định 1) thì bị rút về giới hạn.",
    unhealthy: "Vọt lên xa mức thường thấy.",
  },
  "lab/distinct_responses": {
    definition: "Lô chứa bao nhiêu câu trả lời khác nhau.",
    healthy: "Gần bằng kích thước lô.",
    unhealthy: "Còn vài câu: chính sách đã tìm ra một câu trả lời cho mọi thứ.",
  },
  "lab/advantage_variance/value_head": baseline("đầu giá trị, như PPO làm"),
  "lab/advantage_variance/batch_mean": baseline("lợi tức trung bình của lô"),
  "lab/advantage_variance/none": baseline("số 0, tức không có mốc"),
  "time/ppo/forward_pass": seconds("các lượt truyền xuôi của chính sách và mô hình tham chiếu qua câu trả lời đã xong"),
  "time/ppo/compute_rewards": seconds("việc đổi điểm và độ lệch thành phần thưởng"),
  "time/ppo/compute_advantages": seconds("ước lượng lợi thế tổng quát (GAE)"),
  "time/ppo/optimize_step": seconds("việc cập nhật, mọi vòng và mọi lô nhỏ"),
  "time/ppo/calc_stats": seconds("chính các thống kê này"),
  "time/ppo/total": seconds("mọi việc trừ sinh mẫu và mô hình phần thưởng"),
};
