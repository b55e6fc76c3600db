// Options of the KL penalty in Vietnamese.

import type { LensTexts } from "./lensTexts";

export const klOptionsVi: LensTexts<"initKlCoef" | "ppoTarget" | "horizon" | "klPenalty" | "adapKlCtrl"> = {
  initKlCoef: {
    mathematics:
      "β là nhân tử của một ràng buộc KL: PPO cực đại hóa E[s] − β KL(π‖π_ref). Nghiệm tối ưu làm nghiêng mô hình tham chiếu, π ∝ π_ref exp(s/β). β lớn giữ π gần π_ref; β → 0 dồn hết khối lượng vào nơi s lớn nhất, dù ở đó s còn ý nghĩa hay không. Đơn vị là điểm trên nat. Lượt này bắt đầu ở {initKlCoef}.",
    vision:
      "β cân mất mát chưng cất với mất mát của nhiệm vụ: mô hình tham chiếu đóng băng là thầy, mô hình phần thưởng là nhiệm vụ mới. Gần 0, chính sách giống bộ sinh đối đầu với bộ phân biệt không bao giờ học thêm: nó tìm ra đầu ra điểm cao mà chẳng giống dữ liệu nào. Quá lớn thì trò chỉ lặp lại thầy.",
    nlp: "Mỗi token trả β lần hiệu log xác suất so với mô hình tham chiếu. Nhờ vậy câu văn vẫn trôi chảy, vì ngữ pháp nằm ở mô hình tham chiếu. Với β = 0, chính sách sớm lặp đi lặp lại những từ mô hình phần thưởng ưa; với β lớn, nó giữ thói quen của mô hình gốc. Ở đây hệ số bắt đầu từ {initKlCoef} và có thể thích nghi.",
  },
  ppoTarget: {
    mathematics:
      "Giá trị đặt của một vòng phản hồi. Phạt bằng β và ràng buộc KL là hai cách nhìn đối ngẫu của cùng bài toán; thay vì giải ra nhân tử, β được chỉnh sau mỗi bước cho tới khi KL đo được mỗi câu trả lời ổn định gần {ppoTarget} nat. Mục tiêu lớn hơn là lân cận rộng hơn quanh π_ref, nên điểm có thể cao hơn.",
    vision:
      "Bạn nêu khoảng cách cho phép giữa trò và thầy thay vì trọng số của mất mát chưng cất; trọng số tự điều chỉnh theo. Khoảng cách tính bằng nat cho cả câu trả lời: ở {ppoTarget} nat, một văn bản điển hình của chính sách có xác suất dưới chính sách gấp exp({ppoTarget}) lần dưới thầy.",
    nlp: "KL được cộng trên các token của câu trả lời, nên cùng một mục tiêu là chặt với câu dài và lỏng với câu ngắn. Mặc định của TRL là 6 nat. Ở {ppoTarget} nat, chính sách có thể đổi cách dùng từ khá nhiều; ngữ pháp còn hay mất thì phải xem các mẫu và điểm vàng, không xem ở KL.",
  },
  horizon: {
    mathematics:
      "Hằng số thời gian của bộ điều khiển. Sau mỗi bước, log β đổi khoảng e·n/{horizon}, với n là số mẫu và sai số tương đối e bị cắt trong ±0,2. Vì vậy muốn giảm β một nửa cần ít nhất ln 2 / 0,2 ≈ 3,5 lần số mẫu này. Giá trị nhỏ phản ứng nhanh và dễ dao động, giá trị lớn khiến β gần như không đổi.",
    vision:
      "Giống hệ số quán tính của mạng thầy EMA: nó định một đại lượng bám theo chậm đến đâu. Với {batch} mẫu mỗi bước và giá trị {horizon}, trọng số KL đổi nhiều nhất {betaStep} mỗi bước. Quá chậm thì trọng số không bao giờ tới nơi cần tới; quá nhanh thì trọng số và KL đuổi nhau thành sóng.",
    nlp: "Bộ điều khiển đếm câu trả lời được sinh, không đếm token. Với 10000 của bản gốc và lô nhỏ, hệ số hầu như đứng yên trong lượt chạy ngắn: 8 câu mỗi bước thì nhiều nhất 0,016 %. Hãy nhớ điều này khi chép thiết lập từ những lượt chạy hàng trăm câu mỗi bước. Ở đây là {horizon}, với {batch} câu mỗi bước.",
  },
  klPenalty: {
    mathematics:
      "Bốn cách đo độ lệch tại một token, với d là tỉ số log của token đã lấy mẫu. kl là d: không chệch cho độ phân kỳ, nhưng có thể mang dấu bất kỳ. abs là |d|. mse là d²/2: không âm và gần với độ phân kỳ khi lệch ít. full cộng trên toàn bộ từ vựng: chính xác, không âm, đổi lại phải giữ cả hai phân phối.",
    vision:
      "Cũng như các mất mát chưng cất: có thể chỉ so đầu ra của lớp đã được rút, hoặc so cả softmax. kl, abs và mse chỉ nhìn token đã lấy mẫu và khác nhau như sai số có dấu, sai số tuyệt đối và sai số bình phương. full so hai softmax trên mọi lớp, ít nhiễu hơn và tốn bộ nhớ hơn.",
    nlp: "kl so log xác suất của đúng token đã được lấy mẫu, nên token kém khả năng hơn so với mô hình tham chiếu được thưởng một chút. abs và mse tính giá cho độ lệch theo cả hai hướng. full là độ phân kỳ giữa hai phân phối token kế tiếp trên toàn từ vựng, như khi chưng cất mô hình ngôn ngữ.",
  },
  adapKlCtrl: {
    mathematics:
      "Bật: sau mỗi bước β được nhân với 1 + e·n/H, trong đó e là sai số tương đối KL/mục tiêu − 1, cắt trong ±0,2: một bài toán có ràng buộc với nhân tử chạy theo. Tắt: β cố định và KL dừng ở nơi phần thưởng cân bằng với giá phạt. β cố định giúp so sánh hàm mục tiêu giữa các lượt, β thích nghi giúp so sánh KL.",
    vision:
      "Thay vì dò trọng số của mất mát theo lưới, hãy để nó tự chỉnh sao cho một thành phần ở mức đã chọn. Bật: trọng số KL tăng khi chính sách đi xa hơn mục tiêu và giảm khi còn gần hơn. Tắt: trọng số là siêu tham số thông thường, và độ lệch ra sao tùy quá trình huấn luyện.",
    nlp: "Do Ziegler và cộng sự đưa ra khi tinh chỉnh mô hình ngôn ngữ theo sở thích con người: hệ số tăng khi KL mỗi câu trả lời vượt mục tiêu và giảm khi còn dưới mục tiêu. Lúc đầu KL gần bằng 0 nên hệ số giảm trước đã. Khi tắt, nó giữ giá trị ban đầu suốt lượt chạy.",
  },
};
