// Options of the losses and of the PPO epochs in Vietnamese.

import type { LensTexts } from "./lensTexts";

type Id = "cliprange" | "cliprangeValue" | "vfCoef" | "ppoEpochs" | "earlyStopping" | "ratioThreshold";

export const lossOptionsVi: LensTexts<Id> = {
  cliprange: {
    mathematics:
      "ε = {cliprange} giới hạn nơi hàm thay thế còn độ dốc: ρA được tính đủ trong [{lower}, {upper}] và phẳng ở ngoài về phía có lợi. Giới hạn này dành cho tỉ số của từng token, không phải KL của cả câu, nên qua nhiều token chính sách vẫn có thể đi xa. ε nhỏ nghĩa là những bước nhỏ, thận trọng.",
    vision:
      "Hãy so với mất mát hinge: mẫu được phân loại với lề đủ lớn thì thôi đóng góp. Ở đây một token tốt thôi kéo khi xác suất vượt {upper} lần giá trị cũ, một token xấu thôi kéo khi xuống dưới {lower} lần. Nhờ vậy không mẫu nào bị khớp quá mức trong một lô.",
    nlp: "Tỉ số từ {lower} đến {upper} ứng với log xác suất thay đổi khoảng ±{cliprange} nat. Giới hạn là tương đối: một từ hay gặp có thể tăng xác suất nhiều trong một bước, còn từ có xác suất một phần nghìn chỉ tăng một chút so với phần nhỏ bé của nó. Vì vậy từ hay mà hiếm lên chậm, qua nhiều bước.",
  },
  cliprangeValue: {
    mathematics:
      "Mất mát lấy số lớn hơn giữa (V − G)² và cùng biểu thức với V bị cắt trong V_old ± {cliprangeValue}. Giá trị đã tiến về G quá mức này thì hết gradient; giá trị đi xa ra thì vẫn còn. Giới hạn là tuyệt đối, theo đơn vị điểm, nên phải hợp với thang của lợi tức. Đây là kinh nghiệm, không có định lý nào đứng sau.",
    vision:
      "Nó giới hạn đầu ra hồi quy được dịch bao xa trong một lô, họ hàng với mất mát Huber: khi dự đoán đã tiến {cliprangeValue} về phía đích, token đó xong việc ở bước này. Nếu phần thưởng lớn so với con số này, đầu giá trị học chậm; khi ấy hãy nới rộng hoặc chuẩn hóa điểm.",
    nlp: "Đầu giá trị dự đoán, từ mỗi tiền tố, phần thưởng còn lại. Trong các vòng trên một lô, dự đoán ở mỗi token được dịch {cliprangeValue} đơn vị điểm trước khi mất mát thành phẳng. Điểm của mô hình phần thưởng là logit không có thang tự nhiên, nên hãy xem độ trải của nó trước: với điểm cỡ mười, 0,2 là rất chặt.",
  },
  vfCoef: {
    mathematics:
      "Trọng số c trong L = L_π + c·L_V. Hai mất mát dùng chung thân mạng nên c quyết định hướng của gradient tổng; khi chuẩn toàn cục bị chặn, mất mát giá trị lớn còn làm phần của chính sách nhỏ lại. Chừng nào lợi tức còn lớn và đoán sai nhiều, {vfCoef} quyết định bên nào dịch chuyển trọng số chung.",
    vision:
      "Trọng số đa nhiệm, như giữa hồi quy khung và phân loại trên cùng một thân mạng. Quá lớn thì đặc trưng phục vụ đầu giá trị, còn chính sách hầu như đứng yên khi gradient bị cắt; quá nhỏ thì đầu giá trị tụt lại và lợi thế vẫn nhiễu. Bản gốc dùng 0,1; ở đây là {vfCoef}.",
    nlp: "Chính sách và đầu giá trị dùng chung một transformer; chỉ lớp tuyến tính cuối khác nhau: đầu ngôn ngữ và đầu giá trị. {vfCoef} cân sai số bình phương của đầu giá trị với mất mát chính sách. Sai số bình phương theo đơn vị điểm có thể lớn hơn mất mát chính sách rất nhiều, nên trọng số này nhỏ.",
  },
  ppoEpochs: {
    mathematics:
      "Số lượt đi qua cùng một tập mẫu. Ở lô nhỏ đầu tiên ρ = 1 và gradient là gradient chính sách thuần. Các lượt sau dùng lại mẫu với trọng số có phương sai tăng dần khi chính sách dịch chuyển. Phép cắt chặn lợi ích nhưng thêm độ chệch, nên {ppoEpochs} vòng là thỏa hiệp giữa tận dụng dữ liệu và dữ liệu cũ đi.",
    vision:
      "Số vòng trên một tập {batch} mẫu chỉ sống trong một bước. Như mọi tập nhỏ không tăng cường dữ liệu, càng nhiều vòng càng khớp và càng khái quát kém: nhiễu trong lợi thế bị học thuộc. Sinh dữ liệu mới là phần đắt nên vài vòng là đáng. Hãy bắt đầu với hai đến bốn; xem tỉ lệ bị cắt và KL của lần cập nhật.",
    nlp: "Sinh văn bản thì chậm, học song song trên nó thì nhanh, nên mỗi lô câu trả lời được dùng {ppoEpochs} lần. Qua mỗi lượt, xác suất càng xa lúc văn bản được sinh. Quá nhiều lượt thì quá khớp với {batch} câu: tỉ lệ bị cắt tăng, entropy giảm, và những câu trả lời sau nghe giống nhau.",
  },
  earlyStopping: {
    mathematics:
      "Sau mỗi vòng, trung bình của log π_old − log π_new trên các token trả lời, một ước lượng của KL(π_old‖π_new), được so với 1,5 × {targetKl}. Vượt quá thì bỏ các vòng còn lại. Số vòng cố định trở thành thích nghi, giới hạn bởi độ dài bước trong không gian phân phối. Ước lượng này có dấu và nhiễu.",
    vision:
      "Dừng sớm như bạn đã biết, nhưng đại lượng theo dõi không phải mất mát kiểm định. Nó là quãng mà softmax đã dịch kể từ khi lô được sinh. Khi vượt 1,5 lần giới hạn {targetKl} nat mỗi token, lô coi như đã dùng hết và dữ liệu mới được sinh. Mặc định là tắt.",
    nlp: "Nó nhìn mức giảm trung bình của log xác suất các token đã sinh trong lần cập nhật này, tính bằng nat mỗi token. Giới hạn mặc định 1 rất lỏng: trung bình xác suất của một token phải tụt còn khoảng một phần năm. Spinning Up dùng 0,01 với cùng hệ số 1,5.",
  },
  ratioThreshold: {
    mathematics:
      "Dưới π_old, tỉ số có kỳ vọng bằng một, bất kể π_new. Vì vậy trung bình của một lô nhỏ lớn hơn một nhiều cho thấy vài token mang trọng số khổng lồ và ước lượng không còn giá trị. Trên {ratioThreshold}, mất mát của lô nhỏ bị đặt bằng 0. Trung bình nhỏ hơn một không bao giờ kích hoạt nó.",
    vision:
      "Một chốt chặn lô dị biệt, như bỏ qua lô có mất mát bị tràn khi huấn luyện độ chính xác hỗn hợp. Số được theo dõi là trung bình của xác suất mới trên xác suất cũ, vốn ở gần một khi huấn luyện lành mạnh. Lab bỏ luôn bước tối ưu; ở bản gốc, quán tính và suy giảm trọng số vẫn làm trọng số dịch chuyển.",
    nlp: "Token có xác suất tăng từ một phần triệu lên một phần nghìn có tỉ số 1000 và lấn át cả lô nhỏ. Những token như vậy đến từ cách lấy mẫu khác với phân phối được tính điểm, hoặc từ tốc độ học quá lớn. Lô nhỏ có tỉ số trung bình vượt {ratioThreshold} bị bỏ qua.",
  },
};
