// Options of scores, rewards and advantages in Vietnamese.

import type { LensTexts } from "./lensTexts";

export const creditOptionsVi: LensTexts<"gamma" | "lam" | "baseline" | "ppoScoreNorm" | "ppoWhitenRewards"> = {
  gamma: {
    mathematics:
      "Hệ số chiết khấu trong G_t = Σ γ^l R_(t+l). Câu trả lời chắc chắn kết thúc nên tổng không chiết khấu là hữu hạn, và γ = 1 giữ nguyên hàm mục tiêu. Dưới 1, điểm cuối chỉ còn đáng γ^(T−t) tại token t: token đầu câu thấy ít hơn, và đại lượng được cực đại hóa không còn là kỳ vọng điểm trừ β KL.",
    vision:
      "Như trường nhìn theo thời gian: với γ = 0,9, phần thưởng ở sau hai mươi token chỉ còn khoảng 12 % trọng lượng, nên token đầu câu hầu như không học được từ điểm cuối. Khác với trò chơi vô tận, câu trả lời có điểm dừng nên không cần làm nhạt. Hãy để 1 trừ khi muốn xem tác động của nó; ở đây là {gamma}.",
    nlp: "Điểm đến cùng token cuối. Với γ dưới 1, những từ đầu chỉ nhận được một phần, dù câu mở đầu thường quyết định tất cả. Chiết khấu còn gây thiên lệch độ dài: điểm dương nhận được sớm thì đáng giá hơn, nên câu ngắn có lợi. Vì thế bản gốc giữ γ bằng 1.",
  },
  lam: {
    mathematics:
      "λ nội suy giữa hai ước lượng. Tại 0, lợi thế là sai số một bước δ_t: phương sai nhỏ, chệch theo mọi sai số của V. Tại 1 với γ = 1, nó là toàn bộ lợi tức trừ V_t: không chệch dù V thế nào, với phương sai của cả lợi tức. Ở giữa, các sai số có trọng số (γλ)^l. Ở đây λ là {lam}.",
    vision:
      "Hãy so với mất mát phụ: λ gần 0 thì mỗi token được học theo dự đoán ngay sau nó, một đích cục bộ tốt đến đâu tùy đầu giá trị; λ = 1 thì chỉ kết quả cuối được tính, như chỉ có một mất mát ở cuối mạng sâu. {lam} trộn cả hai.",
    nlp: "Một từ nhìn xa đến đâu để nhận công. λ = 0: chỉ xem đầu giá trị có thích văn bản hơn sau từ này không. λ = 1: mọi thứ cho đến hết câu, nên một cái kết may mắn khen mọi từ đứng trước. Với 0,95, ảnh hưởng của các từ sau giảm một nửa sau mỗi khoảng mười bốn token.",
  },
  baseline: {
    mathematics:
      "Có thể trừ khỏi lợi tức một hàm bất kỳ của trạng thái mà không đổi kỳ vọng gradient, vì E[∇ log π] = 0. Một hàm tốt, gần giá trị thật, làm giảm phương sai. Trung bình lô chỉ bỏ được phần chung. Với γ = λ = 1, bước chuẩn hóa đằng nào cũng trừ trung bình, nên trung bình lô và không gì cả trùng nhau.",
    vision:
      "Đường cơ sở trả lời câu hỏi: tốt hơn so với cái gì? Đầu giá trị là bộ dự đoán đã học cho từng token; trung bình lô là một hằng số, như trừ ảnh trung bình; không dùng gì thì lấy lợi tức thô. Gradient trung bình gần như nhau nhưng nhiễu khác nhau, và nhiễu quyết định cần bao nhiêu mẫu.",
    nlp: "Có câu lệnh dễ, điểm cao bất kể mô hình viết gì. Không có đường cơ sở thì mọi từ của câu trả lời ấy đều được khen. Đầu giá trị học xem câu lệnh thường được bao nhiêu điểm và xét từng từ theo đó. Trung bình lô là một con số cho mọi câu lệnh, như REINFORCE với trung bình. Chỉ đầu giá trị mới là của PPO.",
  },
  ppoScoreNorm: {
    mathematics:
      "Điểm trở thành điểm z theo mô-men chạy của mọi điểm từ đầu, s' = (s − μ)/σ. Khi ấy hàm mục tiêu có thang bằng một và β có ý nghĩa ổn định. Các mô-men không bao giờ quên và đã gồm lô hiện tại, nên phép biến đổi trôi theo chính sách: cùng một câu trả lời về sau được điểm thấp hơn khi trung bình đã tăng.",
    vision:
      "Chuẩn hóa bằng thống kê chạy như batch norm, chỉ khác là mọi mẫu của cả lượt chạy có trọng số như nhau thay vì nhạt dần. Nó bỏ đi thang và gốc tùy ý ở đầu ra của mô hình phần thưởng. Một công tắc bật cả chia thang lẫn trừ trung bình. Khi chính sách tốt lên, điểm chuẩn hóa của một câu cố định giảm xuống.",
    nlp: "Mô hình phần thưởng cho logit với gốc và thang tùy ý; hai mô hình của cùng nhiệm vụ có thể chênh nhau mười lần. Chuẩn hóa giúp hệ số KL và ngưỡng cắt giá trị so sánh được. Biểu đồ phần thưởng vẫn hiện điểm thô; PPO học theo điểm đã chuẩn hóa, nên đường cong tăng có thể ứng với tín hiệu học không đổi.",
  },
  ppoWhitenRewards: {
    mathematics:
      "Phần thưởng từng token thành (R − μ)/σ + μ theo mô-men của lô: phương sai một, trung bình được cộng lại. Phép biến đổi khác nhau giữa các lô, nên thang thực của điểm và giá phạt thay đổi. Lợi thế đằng nào cũng được chuẩn hóa, vì vậy thứ đổi chủ yếu là thang của đích mà đầu giá trị học.",
    vision:
      "Chuẩn hóa tương phản cho tín hiệu thưởng: phương sai một trên mọi token của lô, giữ trung bình. Đa số token chỉ mang giá KL nhỏ và một token mang điểm, nên điểm chi phối thang đo. Phép đo của chính TRL không thấy khác biệt đáng kể. Ở bản gốc, phần đệm rò vào các token cuối; lab che phần đó đi.",
    nlp: "Nó đổi thang phần thưởng từng token để đầu giá trị luôn thấy đích cỡ như nhau, dù dùng mô hình phần thưởng nào. Bản gốc có một lỗi ở đây: cột đệm nhận một hằng số, và qua phép truy hồi, câu ngắn thừa hưởng một phần ở các token cuối. Lab sửa điều này, trừ khi bạn bật lại lỗi ấy.",
  },
};
