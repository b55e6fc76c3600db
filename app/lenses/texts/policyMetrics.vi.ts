// Metrics of the policy's update in Vietnamese.

import type { LensTexts } from "./lensTexts";

type Id =
  | "ppo/policy/entropy"
  | "ppo/policy/clipfrac"
  | "ppo/policy/approxkl"
  | "ppo/policy/policykl"
  | "ppo/policy/ratio"
  | "ppo/policy/advantages_mean"
  | "ppo/loss/policy";

export const policyMetricsVi: LensTexts<Id> = {
  "ppo/policy/entropy": {
    mathematics:
      "Trung bình của −Σ_v π(v) log π(v) trên các token trả lời, chính xác cho mỗi phân phối token kế tiếp, tính bằng nat; tối đa bằng log của cỡ từ vựng. PPO ở đây không thưởng entropy, nên entropy giảm khi khối lượng dồn vào những lựa chọn được thưởng. Chỉ thành phần KL giữ lại, trong chừng mực chính mô hình tham chiếu còn phân vân.",
    vision:
      "Độ bất định của softmax, trung bình trên các vị trí. Cao: nhiều token kế tiếp hợp lý; gần 0: mạng chắc chắn ở mọi nơi. Tụt sớm là hết khám phá, vì lớp không bao giờ được rút thì không bao giờ được thử. Giảm chậm rồi đi ngang là lành mạnh; dao động gợi ý tốc độ học quá cao.",
    nlp: "exp(entropy) là số ứng viên hiệu dụng cho token kế tiếp. Từ chức năng ngữ pháp có ít, từ nội dung có nhiều. Khi nó sụp, câu trả lời lặp lại cùng những cụm từ bất kể câu lệnh. Khác với objective/entropy, nó không phụ thuộc độ dài và dùng cả phân phối, không chỉ token đã lấy mẫu.",
  },
  "ppo/policy/clipfrac": {
    mathematics:
      "Tỉ lệ token mà nhánh bị cắt cho mất mát lớn hơn hẳn, nên gradient đúng bằng 0. Không phải mọi tỉ số ngoài [{lower}, {upper}] đều được tính: token tốt mà xác suất giảm vẫn giữ gradient. Luôn bằng 0 là ràng buộc không hoạt động; trên 0,4 là ràng buộc lấn át.",
    vision:
      "Tỉ lệ mẫu không còn đóng góp, như các mẫu đã vượt lề của mất mát hinge. Đến một phần tư là ổn. Gần 0 mà phần thưởng đứng yên: bước quá nhỏ. Trên 0,4: đang quá khớp với lô này, hãy giảm tốc độ học hoặc số vòng.",
    nlp: "Tỉ lệ token có xác suất đã vượt {lower} hoặc {upper} lần giá trị cũ theo hướng mong muốn. Nó lấy trung bình trên mọi lô nhỏ của bước; lô đầu tiên luôn đóng góp 0 vì chưa có gì thay đổi. Thư viện nào đếm mọi tỉ số ngoài khoảng sẽ báo số lớn hơn cho cùng một lượt chạy.",
  },
  "ppo/policy/approxkl": {
    mathematics:
      "Nửa trung bình bình phương tỉ số log, ½E[(log π_new − log π_old)²]: đến bậc hai là độ phân kỳ KL của lần cập nhật, và không bao giờ âm. Đừng lẫn với objective/kl: kia là khoảng cách tới mô hình tham chiếu cố định trên cả câu, đây là quãng đi trong một bước PPO, theo token. Khoảng 0,01 là thông lệ.",
    vision:
      "Softmax đã đổi bao nhiêu vì lô này: độ dài bước trong không gian đầu ra. Tốc độ học, số vòng và ngưỡng cắt cùng quyết định nó. Hãy so con số này khi chuyển thiết lập sang mô hình cỡ khác, vì tốc độ học bằng nhau không có nghĩa là hành vi thay đổi như nhau.",
    nlp: "Cỡ của lần cập nhật tính bằng nat mỗi token, giữa mô hình đã viết câu trả lời và mô hình đang học từ chúng. Spinning Up dừng bước khi trên 0,015; mô hình tí hon chịu được nhiều hơn. Quá 0,1 thì câu trả lời đã cũ trước khi hết vòng: hãy giảm số vòng hoặc tốc độ học.",
  },
  "ppo/policy/policykl": {
    mathematics:
      "Trung bình của log π_old − log π_new trên các token đã lấy mẫu: ước lượng trực tiếp của KL(π_old‖π_new), ban đầu không chệch nhưng có dấu. approxkl là họ hàng bình phương của nó: chệch, ít nhiễu hơn, không bao giờ âm. Dừng sớm dùng số này, nên nhiễu dưới 0 có thể che một dịch chuyển thật.",
    vision:
      "Các token của chính lô này mất bao nhiêu log xác suất trong lần cập nhật: trọng số mới giải thích dữ liệu của trọng số cũ kém đi bao nhiêu. Hơi dương là bình thường, vì xác suất cho token này phải lấy từ token khác. Dừng sớm so nó với 1,5 × {targetKl}.",
    nlp: "Đo log perplexity của các câu đã sinh trước và sau cập nhật: đây chính là hiệu số. Có token được, có token mất; trung bình thì mất nhiều hơn, vì không mô hình nào giải thích văn bản của mô hình cũ tốt hơn chính nó. Giá trị âm rõ rệt vì thế là nhiễu hoặc lấy mẫu không khớp.",
  },
  "ppo/policy/ratio": {
    mathematics:
      "Trọng số ρ = π_new(a)/π_old(a). Dưới π_old, trung bình của nó bằng một với mọi π_new; phương sai cho biết hai bên cách nhau bao xa và hàm thay thế nhiễu đến đâu. Ở lô nhỏ đầu tiên mọi ρ đúng bằng 1, một phép tự kiểm tra tốt. Ngoài [{lower}, {upper}], hàm thay thế bị cắt.",
    vision:
      "Xác suất mới trên xác suất cũ của lớp đã được rút. Biểu đồ tần suất nên là một đỉnh hẹp quanh 1, rộng dần qua từng vòng, phần lớn nằm trong dải cắt từ {lower} đến {upper}. Đuôi dài nghĩa là vài mẫu thay đổi dữ dội: các bước quá lớn.",
    nlp: "Một token đã sinh nay dễ xảy ra hơn lúc được viết bao nhiêu lần; 1,2 là dễ hơn 20 %. Trên cả câu, các tỉ số nhân với nhau: hai mươi token ở mức 1,05 khiến câu dễ xảy ra gấp 2,65 lần, dù không token nào bị cắt. PPO cắt theo token, không bao giờ theo câu.",
  },
  "ppo/policy/advantages_mean": {
    mathematics:
      "Trung bình của lợi thế đã chuẩn hóa trên các token trả lời. Trên cả lô nó bằng 0 do cách dựng; con số này lấy trung bình của các trung bình lô nhỏ, tính mỗi lô nhỏ như nhau dù số token khác nhau. Lệch nhẹ khỏi 0 chỉ phản ánh độ dài không đều, không gì khác.",
    vision:
      "Sau khi chuẩn hóa trên lô, nó phải ở 0, như kích hoạt sau batch norm. Đây là phép kiểm tra, không phải kết quả. Hãy xem biểu đồ tần suất: phần lớn trong ±3 và có cả hai dấu. Nếu lợi thế thô gần như bằng nhau, chuẩn hóa chỉ khuếch đại nhiễu.",
    nlp: "Gần 0 do cách dựng nên không nói gì về thành công. Ngay cả trong một lô toàn câu hay, khoảng một nửa số token được khen và một nửa bị chê, vì PPO xét trong nội bộ lô. Độ lệch sinh ra khi lấy trung bình các lô nhỏ có câu dài ngắn khác nhau.",
  },
  "ppo/loss/policy": {
    mathematics:
      "Âm của hàm thay thế đã cắt, trung bình trên token. Lợi thế có trung bình 0 và ρ gần 1 nên nó khởi đầu gần 0, và dịch đường cơ sở là nó dịch theo tùy ý: gradient mới quan trọng, giá trị thì không. Hơi âm sau vài vòng nghĩa là hàm thay thế đã được cải thiện trên lô này.",
    vision:
      "Khác với cross-entropy, nó không giảm dần khi huấn luyện. Dữ liệu đổi ở mỗi bước và lợi thế được trừ trung bình lại, nên bước nào cũng bắt đầu từ 0. Như mất mát bộ sinh của GAN, nó cho biết tối ưu có chạy trong một bước hay không, chứ không cho biết đầu ra có tốt lên. Cú vọt thì đúng là có chuyện.",
    nlp: "Học theo xác suất với trọng số trung bình 0: nâng token tốt và hạ token xấu gần như triệt tiêu trong trung bình. Đừng đọc nó như mất mát của mô hình ngôn ngữ hay perplexity. Dao động quanh 0 là đúng; lên xuống mạnh nghĩa là tỉ số xa một.",
  },
};
