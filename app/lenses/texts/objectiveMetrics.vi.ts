// Metrics of reward, drift and length in Vietnamese.

import type { LensTexts } from "./lensTexts";

type Id =
  | "env/reward_mean"
  | "lab/gold"
  | "objective/kl"
  | "objective/kl_coef"
  | "ppo/mean_non_score_reward"
  | "objective/entropy"
  | "tokens/responses_len_mean";

export const objectiveMetricsVi: LensTexts<Id> = {
  "env/reward_mean": {
    mathematics:
      "Trung bình mẫu của điểm thô, ước lượng E[s] dưới π với sai số chuẩn σ/√B, trong đó B là {batch}. Đây là mục tiêu đại diện chưa kể phần KL, nên nó tăng thì không có gì lạ. Nếu s là chất lượng thật cộng một sai số, cực đại hóa s chọn cả sai số lớn lẫn chất lượng: định luật Goodhart.",
    vision:
      "Điểm mà một bộ phân biệt đóng băng cho bộ sinh. Nó có thể tăng trong khi đầu ra tệ đi, vì bộ phân biệt chỉ đúng gần dữ liệu đã học và không gì huấn luyện lại nó. Hãy đọc cùng điểm vàng, độ đo kiểm tra độc lập. Điểm là logit không có khoảng cố định, chỉ so được dưới cùng một mô hình phần thưởng.",
    nlp: "Điểm trung bình của mô hình phần thưởng cho các câu trả lời ở bước này, điểm thô và chưa trừ giá KL. Mô hình phần thưởng đánh giá quá cao những gì hay gặp trong câu được ưa, như độ dài, sự hào hứng hay định dạng. Đường cong tăng nghĩa là chính sách đã tìm ra điều mô hình thích; đọc mẫu mới biết đó có phải điều bạn muốn.",
  },
  "lab/gold": {
    mathematics:
      "Một phiếm hàm độc lập, giá trị trong [0, 1], mà bộ tối ưu không bao giờ thấy: thứ mà điểm đại diện thay mặt. Gao và cộng sự vẽ cả hai theo khoảng cách tới mô hình tham chiếu: điểm vàng tăng, đạt đỉnh rồi giảm, còn điểm đại diện vẫn tăng. Qua đỉnh, tối ưu chỉ gom thêm sai số của điểm đại diện.",
    vision:
      "Độ đo trên tập kiểm tra của bạn. Mô hình phần thưởng đóng vai mất mát huấn luyện, giám khảo vàng đóng vai độ chính xác kiểm tra: một bên tốt lên mà bên kia xấu đi là quá khớp, ở đây gọi là tối ưu quá mức phần thưởng. Giám khảo là chương trình hiểu nhiệm vụ, nên không có điểm mù mà mẫu đối kháng tìm thấy ở mạng.",
    nlp: "Thay cho việc nhờ người đánh giá: một chương trình chấm mọi câu trả lời theo đúng yêu cầu của nhiệm vụ, như cảm xúc, ngữ pháp và chủ đề ở kịch bản nhận xét. Dự án thật không có giám khảo như vậy và phải hỏi người hoặc mô hình mạnh hơn. Ở đây bạn thấy ngay khi chính sách chỉ làm vui lòng mô hình phần thưởng.",
  },
  "objective/kl": {
    mathematics:
      "Trung bình trên các câu trả lời của Σ k_t. Với kiểu phạt kl, nó ước lượng KL(π‖π_ref) của cả câu, vì quy tắc dây chuyền biến độ phân kỳ của chuỗi thành tổng theo token. Giá trị thật không bao giờ âm; ước lượng âm kéo dài chứng tỏ mẫu không đến từ π, chẳng hạn do top-k.",
    vision:
      "Đầu ra của trò đã rời xa thầy đóng băng bao nhiêu, đo trên phân phối chứ không trên trọng số. Bằng 0 là hành xử như nhau. Nó cộng trên cả câu nên câu dài có nhiều hơn. Hai mạng trọng số rất khác nhau có thể có KL nhỏ, còn một thay đổi trọng số tí hon lại có thể cho KL lớn.",
    nlp: "Hiệu log xác suất giữa chính sách và tham chiếu, cộng trên một câu, lấy trung bình trên các câu, tính bằng nat; 0 đến 10 được coi là lành mạnh. Năm nat nghĩa là một câu điển hình có xác suất dưới chính sách gấp khoảng 150 lần dưới mô hình gốc. Hãy chia cho độ dài trước khi so các lượt có độ dài khác nhau.",
  },
  "objective/kl_coef": {
    mathematics:
      "Nhân tử β của bước này. Với bộ điều khiển thích nghi, log β đổi khoảng clip(KL/mục tiêu − 1)·n/H. Ở cân bằng, KL bằng mục tiêu và β là giá bóng của một nat: số điểm mà thêm một nat phân kỳ sẽ mang lại. Nếu nó tăng mãi thì không giữ được mục tiêu.",
    vision:
      "Trọng số hiện tại của thành phần chưng cất. Nó lên xuống cho thấy bộ điều khiển làm gì: giảm khi trò còn gần thầy, tăng khi trò đi xa. Ở những bước đầu nó giảm vì KL bắt đầu từ 0. Mỗi bước dùng giá trị có từ trước; thay đổi có tác dụng ở bước sau.",
    nlp: "Giá của một nat ở bước này. Nhân với KL mỗi câu trả lời sẽ ra chi phí của độ lệch theo đơn vị điểm, để so với phần thưởng kiếm được. Với mặc định của bản gốc, nó hầu như đứng yên trong lượt chạy ngắn. Tài liệu của TRL ghi rằng nó thường tăng trước khi huấn luyện mất ổn định.",
  },
  "ppo/mean_non_score_reward": {
    mathematics:
      "Trung bình trên các token trả lời của −β k_t, phần phạt không kể điểm. Nó bằng đúng −β nhân objective/kl chia cho độ dài trung bình của câu trả lời, vì cả hai là cùng một tổng với mẫu số khác nhau. Giá trị dương nghĩa là KL ước lượng âm: mẫu không đến từ π.",
    vision:
      "Phần tín hiệu của thành phần điều chuẩn trên mỗi token, như khi ghi mất mát chưng cất cạnh mất mát nhiệm vụ. Nó bắt đầu từ 0, khi trò và thầy đồng ý, rồi hơi âm. Nếu tổng của nó trên một câu lớn hơn chênh lệch điểm giữa các câu, thì giá phạt lái lần cập nhật, không phải nhiệm vụ.",
    nlp: "Trung bình mỗi token trả bao nhiêu vì khác với mô hình gốc. Số này tính theo token, còn KL tính theo câu: TRL trộn cả hai quy ước, hay gây nhầm lẫn. Nhân với độ dài trung bình để có giá của cả câu. Giá trị dương nghĩa là chính sách được trả công để đi lệch; hãy kiểm tra tùy chọn lấy mẫu.",
  },
  "objective/entropy": {
    mathematics:
      "Trung bình trên các câu của −Σ log π(a_t), độ bất ngờ của chuỗi đã lấy mẫu. Về kỳ vọng, nó là entropy của phân phối trên cả câu trả lời, nên tăng theo độ dài. Còn ppo/policy/entropy lấy trung bình entropy chính xác của từng phân phối token kế tiếp.",
    vision:
      "Âm log xác suất mà mạng gán cho chính đầu ra của nó, cộng trên cả chuỗi: độ dài mã tính bằng nat. Gần 0 thì chính sách lần nào cũng cho gần như cùng một đầu ra, tức sụp đổ mode như ở GAN. Vì là tổng, nó cũng giảm khi câu chỉ đơn giản ngắn đi, nên hãy xem độ dài trước.",
    nlp: "Âm log xác suất của chuỗi do chính mô hình sinh. Chia cho độ dài rồi lấy mũ sẽ ra perplexity của chính sách trên văn bản của nó. TRL gọi đây là entropy dù chỉ dùng token đã lấy mẫu. Giảm nghĩa là văn bản ngắn hơn hoặc dễ đoán hơn; biểu đồ độ dài cho biết là trường hợp nào.",
  },
  "tokens/responses_len_mean": {
    mathematics:
      "Thời điểm dừng trung bình. Các tổng trên một câu như KL, độ bất ngờ và lợi tức tỉ lệ với nó, trung bình theo token thì không, nên chỉ riêng độ dài đổi đã làm nửa số thống kê đổi theo. Nếu thêm một token được nhiều điểm hơn giá KL của nó, thời điểm dừng tối ưu lùi ra xa; ngược lại, dừng sớm có lợi.",
    vision:
      "Kích thước của vật được sinh ra. Mạng bị mạng khác chấm sẽ học khai thác bất cứ thứ gì đi kèm với điểm cao, và kích thước là đặc trưng đơn giản nhất. Dài gấp đôi cùng phần thưởng tăng mà điểm vàng đứng yên là một lối tắt, như bộ phân loại nhận ra con bò nhờ bãi cỏ.",
    nlp: "EOS cũng được tính là một token. Thiên lệch độ dài là lỗi kinh điển của mô hình phần thưởng, vì câu được ưa thường dài hơn. Hãy để ý khi dài gấp đôi lúc đầu, hoặc chạm giới hạn mà không có EOS. Co lại còn vài token là mẹo ngược lại: token không viết ra thì không tốn KL.",
  },
};
