// Options of optimizer, batch and models in Vietnamese.

import type { LensTexts } from "./lensTexts";

export const trainingOptionsVi: LensTexts<"learningRate" | "maxGradNorm" | "batch" | "finetuningType" | "rewardModelType"> = {
  learningRate: {
    mathematics:
      "Bước η của AdamW. Vì Adam chia cho căn của mô-men bậc hai, η xấp xỉ độ thay đổi của mỗi trọng số trong một bước tối ưu, bất kể thang của gradient. Điều quan trọng là phân phối thay đổi bao nhiêu: η quá lớn thì tỉ số rời [{lower}, {upper}] ngay; quá nhỏ thì {ppoEpochs} vòng cũng hầu như không làm nó nhúc nhích.",
    vision:
      "Như mọi nơi, đây là núm cần chỉnh đầu tiên, nhưng thất bại trông khác: mất mát không phân kỳ, mà đầu ra mất dần đa dạng. Lời khuyên cho mô hình lớn là 1e-6 đến 5e-6; mô hình tí hon như ở đây cần nhiều hơn, hiện là {learningRate}. Lịch học nhích một nấc mỗi bước PPO, không phải mỗi lô nhỏ.",
    nlp: "Với mô hình lớn, nên bắt đầu từ 1e-6 đến 5e-6, vì gradient nhiễu và độ trôi chảy rất dễ mất. Mô hình tí hon cần lớn hơn nhiều mới dịch chuyển được; ở đây là {learningRate}. Dấu hiệu quá lớn: KL và tỉ lệ bị cắt nhảy vọt, entropy giảm, các câu trả lời thành bản sao của nhau.",
  },
  maxGradNorm: {
    mathematics:
      "Gradient g được nhân với min(1, c/‖g‖): phép chiếu lên quả cầu bán kính c, chặn ảnh hưởng của một ước lượng có đuôi nặng. Adam bất biến khi mọi gradient cùng nhân một hằng số, nên cắt đều đặn hầu như không đổi gì; thứ nó thuần hóa là những cú vọt thỉnh thoảng. Hướng giữ nguyên.",
    vision:
      "Chính là cắt chuẩn toàn cục quen thuộc khi huấn luyện bộ phát hiện và transformer: chuẩn trên mọi trọng số vượt giới hạn thì cả gradient co lại. Bản gốc chỉ cắt ở bước tối ưu đầu tiên của lượt chạy, vì nó giữ một iterator đã bị dùng cạn; lab mặc định cắt ở mọi bước.",
    nlp: "Quen thuộc từ mạng hồi quy và transformer. Trong PPO, cú vọt đến từ mất mát giá trị khi một câu trả lời có lợi tức khác thường, hoặc từ tỉ số xa một. Chuẩn gồm cả chính sách lẫn đầu giá trị, nên khi gradient giá trị khổng lồ bị cắt, phần còn lại cho chính sách rất ít.",
  },
  batch: {
    mathematics:
      "Một bước PPO lấy trung bình trên {batch} câu trả lời; sai số chuẩn của gradient ước lượng giảm theo căn bậc hai của số đó. Lô nhỏ đổi nhiễu lấy số bước: mỗi vòng PPO có {updates} bước tối ưu. Lợi thế được chuẩn hóa trên cả {batch} câu cùng lúc, không phải trong từng lô nhỏ.",
    vision:
      "Lô nhỏ × tích lũy × bộ đệm = {batch} mẫu. Hai số đầu có nghĩa như khi huấn luyện ảnh: bộ nhớ mỗi lượt, và lấy trung bình qua các lượt. Bộ đệm là của RL: sinh bao nhiêu lô như vậy rồi mới bắt đầu học. Bộ đệm lớn cho nhiều cập nhật hơn mỗi đợt sinh, trên dữ liệu cũ dần.",
    nlp: "Số câu mỗi lượt truyền, số lượt mỗi bước tối ưu, như khi tinh chỉnh; điều mới là bộ đệm, số lô tối ưu gom trong một đợt sinh. Mất mát lấy trung bình trên token của lô nhỏ nên câu dài nặng hơn câu ngắn. Mặc định của LLaMA-Factory cho 8 câu mỗi bước; ở đây là {batch}.",
  },
  finetuningType: {
    mathematics:
      "Nó giới hạn việc tìm kiếm trong một tập con của không gian trọng số. full: tất cả. LoRA: W + s·BA hạng nhỏ. OFT: W nhân phép quay chéo khối, giữ nguyên chuẩn và góc giữa các hàng của W. freeze: các lớp cuối. Với B = 0 hoặc phép quay I, điểm xuất phát đúng bằng mô hình tham chiếu. Đầu giá trị luôn được học.",
    vision:
      "Bạn đã quen khi thích nghi một mạng huấn luyện sẵn: học tất cả, chỉ các khối cuối (freeze), hay bộ thích ứng nhỏ. LoRA thêm cập nhật hạng thấp vào lớp tuyến tính; OFT quay đầu vào của chúng theo từng khối. Bộ thích ứng cần ít bộ nhớ tối ưu hơn nhiều, và mạng thầy đóng băng có sẵn: chỉ cần tắt bộ thích ứng.",
    nlp: "full học mọi trọng số và cần thêm một bản sao làm tham chiếu. Với LoRA hoặc OFT, tham chiếu là chính mạng đó khi tắt bộ thích ứng, và một thân mạng mang được cả bộ thích ứng của chính sách lẫn của phần thưởng. Cẩn thận với bộ thích ứng SFT nạp lại mà chưa trộn: khi đó tham chiếu là mô hình trước SFT.",
  },
  rewardModelType: {
    mathematics:
      "Loại nào cũng định nghĩa một phiếm hàm s(q, a): một mạng, một bộ thích ứng trên thân của chính sách, một máy chủ, hay một quy tắc viết sẵn. PPO chỉ cần giá trị của s, không cần gradient, nên s có thể gián đoạn hoặc là hộp đen. Điều đáng kể là sai số của nó: chính sách bị hút về nơi s quá cao.",
    vision:
      "full là một mạng riêng, như bộ phân biệt đóng băng. lora và oft đặt bộ thích ứng và đầu chấm của giám khảo lên thân đóng băng của chính sách, bật lên khi chấm, nên tiết kiệm bộ nhớ. api hỏi một máy chủ. rule là độ đo lập trình sẵn, tức là bạn tối ưu một điểm số không khả vi.",
    nlp: "Mô hình phần thưởng là mô hình ngôn ngữ có đầu vô hướng, học từ các cặp sở thích với −log σ(s_chosen − s_rejected). full, lora và oft nhận mã token nên phải dùng chung bộ tách từ với chính sách; api gửi văn bản đã giải mã để tách lại từ đầu. rule kiểm tra văn bản bằng chương trình, như với đáp án kiểm chứng được.",
  },
};
