// The four phases in Vietnamese.

import type { StepPhase } from "../../view/viewState";
import type { LensTexts } from "./lensTexts";

export const phasesVi: LensTexts<StepPhase> = {
  rollout: {
    mathematics:
      "Pha này lấy mẫu từ luật của chính sách: câu trả lời a có xác suất π(a|q) = ∏ π(a_t | q, a_<t). Mọi trung bình về sau đều là ước lượng Monte Carlo trên {batch} mẫu này, nên sai số giảm theo căn bậc hai của số mẫu. Ước lượng chỉ không chệch khi lấy mẫu đúng từ π: nhiệt độ 1, không top-k, không top-p.",
    vision:
      "Trong phân loại ảnh, tập dữ liệu là cố định; ở đây mạng tự tạo dữ liệu. Mỗi bước, chính sách viết {batch} câu trả lời mới, học từ chúng rồi bỏ đi. Giống như bộ sinh của GAN tạo ra chính lô ảnh mà nó sẽ học, chỉ khác là gradient không truyền ngược qua phép lấy mẫu.",
    nlp: "Đây là giải mã tự hồi quy thông thường: mỗi token được lấy mẫu từ softmax rồi nối vào, cho tới EOS hoặc giới hạn độ dài. Khác với teacher forcing khi tinh chỉnh, mô hình đọc chính lời của nó nên việc học thấy được lỗi của nó. Khi sinh, câu lệnh được đệm bên trái; các lượt sau đọc lại cả câu, đệm bên phải.",
  },
  score: {
    mathematics:
      "Mỗi câu trả lời được tính một lần phiếm hàm s(q, a), mỗi token được tính tỉ số log π − log π_ref. Cộng lại trên câu trả lời lấy từ π, tỉ số log ấy là ước lượng không chệch của KL(π‖π_ref). Trả −β lần nó và cộng s ở cuối thì PPO cực đại hóa E[s] − β KL, với nghiệm tối ưu tỉ lệ với π_ref exp(s/β).",
    vision:
      "Mô hình phần thưởng giống một độ đo cảm nhận đã học: một mạng đóng băng chấm cả câu trả lời bằng một con số. Mô hình tham chiếu là bản sao đóng băng của trọng số ban đầu, như mạng thầy trong chưng cất. Lệch khỏi dự đoán của thầy thì mất điểm ở từng token, nên trò nâng điểm mà không quên cách viết.",
    nlp: "Mô hình phần thưởng là mô hình ngôn ngữ có đầu ra vô hướng, đọc ở token thật cuối cùng, thường là EOS. Mô hình tham chiếu đọc cùng văn bản theo teacher forcing và cho log xác suất của từng token. Ở đâu chính sách thấy token dễ xảy ra hơn tham chiếu, token đó trả β lần hiệu số. Token cuối còn nhận thêm điểm.",
  },
  advantages: {
    mathematics:
      "Điểm chỉ đến một lần, nhưng gradient cần trọng số cho mọi token. Ước lượng lợi thế tổng quát (GAE) cộng các sai số khác biệt thời gian δ với trọng số (γλ)^l. Giá trị V là biến kiểm soát: trừ đi một hàm của trạng thái không đổi kỳ vọng gradient mà giảm phương sai. Vì V chỉ là ước lượng, λ < 1 đổi một ít chệch lấy phương sai nhỏ hơn.",
    vision:
      "Hãy hình dung nhãn dành cho cả bức ảnh mà mất mát phải chia xuống từng điểm ảnh. Tại mỗi token, đầu giá trị dự đoán phần thưởng còn lại; lợi thế cho biết thực tế tốt hơn dự đoán bao nhiêu. Sau đó lợi thế được chuẩn hóa trên cả lô, như batch norm làm với kích hoạt: trung bình 0, phương sai 1.",
    nlp: "Một điểm cho cả câu không nói từ nào đáng được khen. Đầu giá trị đọc mọi tiền tố và dự đoán phần thưởng còn lại. Thêm một từ mà dự đoán tăng thì từ đó có lợi thế dương, giảm thì âm. Những bất ngờ về sau cũng được tính, nhạt dần qua mỗi token theo γλ, với λ là {lam}.",
  },
  update: {
    mathematics:
      "Hàm thay thế E[ρA] với ρ = π_new/π_old ước lượng mức cải thiện bằng lấy mẫu theo trọng số, chỉ tốt ở gần π_old. Lấy số nhỏ hơn giữa ρA và clip(ρ, {lower}, {upper})A xóa mọi lợi ích ngoài khoảng ấy: một miền tin cậy thô không cần đạo hàm bậc hai. Nó bỏ động cơ đi xa hơn; quán tính và các token khác vẫn có thể đẩy ρ ra ngoài.",
    vision:
      "Cùng một lô được dùng cho {ppoEpochs} vòng AdamW theo lô nhỏ như huấn luyện thường, nhưng trọng số dần rời xa trọng số đã tạo dữ liệu. Phép cắt chống quá khớp với riêng lô này: token nào đã có xác suất ra ngoài {lower} đến {upper} lần giá trị cũ, theo hướng mong muốn, thì không còn gradient.",
    nlp: "Như khi tinh chỉnh, mất mát dựng từ log xác suất của các token cho sẵn, nhưng mỗi token có trọng số riêng: lợi thế dương nâng xác suất, lợi thế âm hạ xuống. Qua {ppoEpochs} vòng, tỉ số so với lúc sinh mẫu được theo dõi; ngoài khoảng {lower} đến {upper}, token thôi kéo. Cùng lúc, đầu giá trị học các lợi tức.",
  },
};
