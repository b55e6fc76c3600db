// Metrics of the value head, the total loss and the optimizer in Vietnamese.

import type { LensTexts } from "./lensTexts";

type Id =
  | "ppo/loss/value"
  | "ppo/loss/total"
  | "ppo/val/var_explained"
  | "ppo/val/clipfrac"
  | "ppo/returns/mean"
  | "lab/grad_norm"
  | "ppo/learning_rate";

export const valueMetricsVi: LensTexts<Id> = {
  "ppo/loss/value": {
    mathematics:
      "Nửa trung bình của số lớn hơn giữa (V − G)² và bản bị cắt của nó: khớp bình phương tối thiểu cho lợi tức. Sàn của nó không phải 0 mà là nửa phương sai của G khi biết tiền tố, vì phần còn lại của câu là ngẫu nhiên. Số hiện ra là trước khi nhân với {vfCoef}.",
    vision:
      "Mất mát hồi quy theo đơn vị điểm bình phương. Lúc đầu nó giảm khi đầu giá trị học thang của phần thưởng, và có thể tăng lại khi phần thưởng leo lên, vì đích di chuyển. Cú vọt hoặc NaN là có gì đó phân kỳ. Muốn biết khớp tốt hay không, hãy xem phương sai giải thích được, vốn không có đơn vị.",
    nlp: "Đầu giá trị đoán sai bao nhiêu, ở từng token, về phần thưởng còn lại. Đầu khởi tạo ngẫu nhiên có sai số lớn, phần nhiều là độ lệch gốc của logit mô hình phần thưởng. Vì bình phương và theo đơn vị điểm, nó phụ thuộc mô hình phần thưởng; nhân {vfCoef} rồi nó nhập với mất mát chính sách trong transformer chung.",
  },
  "ppo/loss/total": {
    mathematics:
      "L_π + {vfCoef}·L_V, hàm mà AdamW thấy gradient, không có thành phần entropy. Vì L_π dao động quanh 0, tổng chủ yếu là mất mát giá trị có trọng số. Hàm này đổi ở mỗi bước theo dữ liệu, nên đường cong không phải đồ thị hội tụ: giảm nó là phương tiện, không phải mục đích.",
    vision:
      "Tổng trên hai đầu của cùng thân mạng. LLaMA-Factory vẽ nó với tên “loss”, và người ta chờ đường giảm mượt quen thuộc từ huấn luyện ảnh; nó sẽ không đến. Hãy dùng nó để phát hiện NaN và bùng nổ. Chất lượng hiện ở chỗ khác: phần thưởng, điểm vàng và các mẫu.",
    nlp: "Đây là số LLaMA-Factory ghi là loss trong trainer_log.jsonl. Trong tinh chỉnh có giám sát, mất mát thấp hơn là đoán văn bản cho sẵn tốt hơn. Ở đây không có văn bản đích: tổng thấp hơn chủ yếu nói rằng đầu giá trị đoán lợi tức tốt hơn. Hãy so các lượt bằng phần thưởng, KL và điểm vàng, đừng bằng số này.",
  },
  "ppo/val/var_explained": {
    mathematics:
      "1 − E[(V − G)²]/Var(G), phần phương sai của lợi tức mà đầu giá trị giải thích được. 1 là hoàn hảo, 0 không hơn gì trung bình, dưới 0 còn tệ hơn. Là biến kiểm soát, nó bỏ đi khoảng chừng ấy phương sai: ở 0,6, lợi thế còn giữ cỡ 40 % phương sai của lợi tức.",
    vision:
      "R² của hồi quy giá trị. Với đầu khởi tạo ngẫu nhiên, ban đầu bằng hoặc dưới 0 là bình thường; sau đó nó phải tăng. Nếu cứ ở 0, lợi thế nhiễu như lợi tức thô. Hãy kiểm tra hệ số giá trị và ngưỡng cắt giá trị, và xem lợi tức có biến thiên không: đích là hằng số thì không có gì để giải thích.",
    nlp: "Từ câu viết dở, đầu giá trị có đoán được câu sẽ được chấm thế nào? 1: chính xác. 0: chỉ biết trung bình. Token cuối câu thì dễ, đầu câu thì khó vì câu chưa viết xong; nên đầu giá trị tốt cũng dưới 1. Nếu cứ ở 0 hoặc thấp hơn thì nó vô dụng.",
  },
  "ppo/val/clipfrac": {
    mathematics:
      "Tỉ lệ token mà sai số bình phương bị cắt là số lớn hơn, nên giá trị không có gradient. Nó lớn khi ở nhiều token đầu giá trị muốn dịch quá {cliprangeValue} trong một bước. Hãy so ngưỡng này với độ lệch chuẩn của lợi tức trước khi coi đó là lỗi.",
    vision:
      "Tỉ lệ đích hồi quy bị giữ lại ở bước này. Tài liệu của TRL cho rằng 0,3 đến 0,6 là thường gặp, nên nó ít đáng lo hơn tỉ lệ bị cắt của chính sách. Cao mà khớp kém nghĩa là ngưỡng quá nhỏ so với thang phần thưởng: hãy nới rộng hoặc chuẩn hóa điểm.",
    nlp: "Lúc đầu, đầu giá trị đoán những số gần 0 trong khi điểm có thể ở rất xa. Nó muốn đuổi kịp ngay và bị giữ ở {cliprangeValue} mỗi token mỗi bước, nên ban đầu số này cao. Nó giảm khi đầu giá trị theo kịp; chuẩn hóa điểm hoặc nới ngưỡng sẽ rút ngắn giai đoạn này.",
  },
  "ppo/returns/mean": {
    mathematics:
      "Trung bình theo token của G_t = A_t + V_t, lợi tức λ mà V được khớp theo. Nó xấp xỉ điểm trừ phần giá KL còn lại. Trừ khi λ = 1, nó chứa cả ước lượng của chính đầu giá trị, nên tụt sau phần thưởng chừng nào đầu giá trị còn kém. Ở đây λ là {lam}.",
    vision:
      "Đích hồi quy trung bình của đầu giá trị: phần thưởng còn lại, trên mọi vị trí. Nó phải đi theo điểm trung bình, hạ xuống bởi giá KL. Nó trộn phần thưởng quan sát được với dự đoán của chính đầu giá trị, như nhãn giả do mạng tự tạo; λ = {lam} định phần quan sát được là bao nhiêu.",
    nlp: "Từ mỗi tiền tố: điểm ở cuối trừ giá KL của các token sắp viết, trong chừng mực λ để kết quả thật đi qua. Nó nên tăng cùng phần thưởng. Nếu tụt lại, đầu giá trị chưa theo kịp; nếu tăng một mình, chính sách đang được trả công bởi KL âm.",
  },
  "lab/grad_norm": {
    mathematics:
      "Chuẩn Euclid của gradient trên mọi tham số được học, trước khi cắt, trung bình trên các bước tối ưu của bước PPO này. Hãy so với lịch sử của chính nó, đừng so với con số tuyệt đối: nó phụ thuộc cách tham số hóa, và bộ thích ứng có chuẩn khác trọng số đầy đủ. Trên giới hạn, ở đây là {maxGradNorm}, nó bị co lại.",
    vision:
      "Như khi huấn luyện ResNet, đều đặn là tốt và cú vọt đáng xem lại. Ở đây cú vọt đến từ giá trị dị biệt trong mất mát giá trị hoặc từ tỉ số lớn ở các vòng cuối. Chuẩn lúc nào cũng trên giới hạn nghĩa là mọi bước dài như nhau và mất mát lớn hơn quyết định hướng.",
    nlp: "Một con số cho sức kéo của mất mát chính sách và mất mát giá trị lên transformer chung. Nó nhảy thường cùng lúc mất mát giá trị nhảy, do một câu lạ có giá KL khổng lồ. Nếu chuẩn luôn vượt giới hạn, hệ số giá trị nhỏ hơn sẽ dành cho chính sách phần lớn hơn của gradient bị cắt.",
  },
  "ppo/learning_rate": {
    mathematics:
      "Cỡ bước η của bước PPO này, không đổi trong bước và do lịch học định. Giảm tuyến tính về 0 trong số bước cho trước là kinh nghiệm cho thời hạn hữu hạn: bước lớn khi chính sách còn xa đích, bước nhỏ ở cuối để nhiễu của từng lô tự triệt tiêu.",
    vision:
      "Đường giảm quen thuộc, nhưng trục ngang đếm bước PPO: mọi vòng và lô nhỏ của một bước dùng chung một tốc độ, và khởi động cũng đếm theo bước PPO. Ở bản gốc, bước đầu tiên của giai đoạn khởi động chạy với tốc độ 0, nên cả đợt sinh ấy không dạy được gì.",
    nlp: "Các lịch học quen thuộc khi tinh chỉnh: tuyến tính, cosine, hằng số, mỗi bước PPO nhích một nấc. Nếu phần thưởng thôi tăng ở cuối lượt, hãy xem tốc độ học có đơn giản là đã giảm về 0 hay không, trước khi kết luận rằng chính sách đã hội tụ.",
  },
};
