// Options of sampling, and the seed, in Vietnamese.

import type { LensTexts } from "./lensTexts";

export const samplingOptionsVi: LensTexts<"temperature" | "topK" | "topP" | "maxNewTokens" | "seed"> = {
  temperature: {
    mathematics:
      "Token được rút từ π^(1/τ) đã chuẩn hóa, với τ = {temperature}. Mọi công thức sau đó dùng chính π, nên khi τ ≠ 1 mẫu đến từ một độ đo khác, và ước lượng KL cùng hàm thay thế bị chệch; PPO không gán lại trọng số. Với τ < 1, token dễ xảy ra xuất hiện quá nhiều, và KL ước lượng thậm chí có thể âm.",
    vision:
      "Chính là nhiệt độ trong chưng cất và hiệu chỉnh xác suất: nó chia logit trước softmax. Cao hơn thì mẫu đa dạng hơn. Nhưng trong chưng cất hai phía dùng cùng nhiệt độ; ở đây mẫu được rút ở {temperature} và tính điểm ở 1, nên mọi giá trị khác 1 đều làm dữ liệu học và mất mát không khớp nhau.",
    nlp: "Khi sinh văn bản, ta chọn nhiệt độ theo ý thích. Trong PPO nó nên là 1: log xác suất, tỉ số và KL đều tính ở nhiệt độ 1, nên văn bản sinh ở 0,95 hay 1,2 đến từ một mô hình khác với mô hình đang được học. Mặc định của LLaMA-Factory là 0,95; lượt này dùng {temperature}.",
  },
  topK: {
    mathematics:
      "Cắt còn k token có xác suất lớn nhất rồi chuẩn hóa lại. Luật lấy mẫu bằng không ở ngoài tập đó còn π thì không, nên không trọng số nào sửa được ước lượng: tỉ số log không còn là ước lượng không chệch của độ phân kỳ. k = 0 là tắt. Các token bằng nhau ở ngưỡng đều được giữ.",
    vision:
      "Như chỉ giữ k lớp tốt nhất của bộ phân loại trước khi rút: đẹp khi trình bày, có hại khi huấn luyện. Những lớp bên ngoài không bao giờ xuất hiện làm mẫu nên không học được gì trực tiếp về chúng, trong khi khối lượng của chúng vẫn nằm trong softmax được tính điểm. 0, tức tắt, là đúng cho PPO.",
    nlp: "Một mẹo giải mã để tránh token rác hiếm gặp. Trong PPO nó che mất điều mô hình thật sự sẽ nói, và vì tính điểm trên toàn từ vựng nên KL đo được bị lệch, thường xuống dưới 0. Mặc định của LLaMA-Factory là 50, ví dụ PPO cũ của họ dùng 0. Với từ vựng vài trăm từ, 50 cắt đi không nhiều nhưng vẫn gây chệch.",
  },
  topP: {
    mathematics:
      "Lấy mẫu nucleus giữ các token dễ xảy ra nhất cho đến tổng khối lượng p rồi chuẩn hóa lại. Tập giữ lại tùy trạng thái, nên luật lấy mẫu khác π một thừa số cũng tùy trạng thái. Thiếu phần đuôi, log xác suất của mẫu trung bình bị cao quá. p = 1 là tắt; ở đây p là {topP}.",
    vision:
      "Như ngưỡng phát hiện thích nghi: giữ bao nhiêu lớp là tùy softmax tự tin đến đâu. Hữu ích khi trình bày kết quả, nhưng tập huấn luyện được lọc bằng chính sự tự tin của mô hình lại củng cố sự tự tin ấy, và độ đa dạng co lại. Mặc định 0,7 của bản gốc có thể bỏ tới 30 % khối lượng ở mỗi token.",
    nlp: "Nucleus cho văn bản sạch hơn vì phần đuôi không bao giờ được rút. Với PPO, phần đuôi là nơi tìm ra cách nói khác, và là nơi phân phối được tính điểm vẫn còn khối lượng. Câu đã lọc mà tính điểm như chưa lọc làm sai KL và tỉ số, nên lab cảnh báo. Hãy dùng nó để trưng bày mẫu, đừng để huấn luyện.",
  },
  maxNewTokens: {
    mathematics:
      "Nó chặn thời điểm dừng: T là EOS đầu tiên hoặc giới hạn, cái nào đến trước. Câu bị cắt ngang vẫn được chấm ở token cuối như thể đã trọn vẹn, nên đại lượng được cực đại hóa là điểm của quá trình bị dừng. Câu càng dài thì tổng KL càng lớn, và phương sai của lợi tức cũng tăng theo.",
    vision:
      "Kích thước khung cắt của văn bản. Phần vượt giới hạn bị bỏ, và mô hình phần thưởng chấm phần còn lại. Chi phí tăng theo, vì việc sinh là tuần tự và lô được đệm rộng bằng hàng dài nhất. Nếu đa số câu chạm giới hạn thì khung quá nhỏ, hoặc chính sách đã quên cách dừng.",
    nlp: "Độ dài tối đa của câu trả lời; EOS có thể kết thúc sớm hơn. Hãy xem bao nhiêu câu tự kết thúc: câu bị cắt được chấm khi chưa trọn, và chính sách được thưởng vì dài sẽ đâm vào bức tường này. Cố ý không có độ dài tối thiểu: cấm EOS là lấy những token trái ý mô hình và đẩy KL xuống âm.",
  },
  seed: {
    mathematics:
      "Hạt giống chọn một quỹ đạo của toàn bộ quá trình ngẫu nhiên: thứ tự câu lệnh, các token rút ra, hoán vị lô nhỏ, đầu giá trị ban đầu. Phép rút là hàm của hạt giống, bước, hàng và vị trí, nên tái lập được và không phụ thuộc cách chia hàng. Một lượt chạy là một mẫu; hãy so trên vài hạt giống trước khi tin vào khác biệt.",
    vision:
      "Hai lượt chỉ khác hạt giống cho thấy nhiễu lớn đến đâu, như huấn luyện một bộ phân loại hai lần. Ở đây nhiễu được khuếch đại vì chính sách tự sinh dữ liệu. Cùng hạt giống và tùy chọn thì ra đúng lượt chạy ấy, nên khi bạn xoay một núm, mọi thay đổi đều do núm đó.",
    nlp: "Nó cố định thứ tự câu lệnh, mọi token được sinh và thứ tự các lô nhỏ. Chỉ đổi tốc độ học thì câu trả lời của bước đầu vẫn y nguyên từng từ; sau đó trọng số khác đi, một token nào đó đổi, và từ đấy các văn bản rẽ hướng. Hãy lấy trung bình trên nhiều hạt giống trước khi công bố một đường cong.",
  },
};
