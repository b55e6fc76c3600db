// Vietnamese text of what interrupts a run and how it goes on.

import type { noticesEn } from "./strings.en";

export const noticesVi: Record<keyof typeof noticesEn, string> = {
  "notices.waits": "Lượt chạy đang chờ trước bước {step}: chưa có điểm",
  "notices.nothingLost": "Bước này chưa được huấn luyện và không có gì bị mất. Bấm tiếp tục để làm lại bước {step}.",
  "notices.goOn": "Tiếp tục",
  "notices.goOnFrom": "Tiếp tục từ bước {step}",
  "notices.lowerRate": "Quay lại bước {step} và chạy tiếp với tốc độ học {rate}",
  "notices.lowerRateFromStart": "Quay lại từ đầu và chạy tiếp với tốc độ học {rate}",
  "notices.restarted": "{cause} Nó đã được khởi động lại và quay về bước {step}; các bước sau đó được làm lại.",
  "notices.restartedFromStart": "{cause} Nó đã được khởi động lại cùng với lượt chạy; các bước được làm lại.",
  "notices.crashed": "Tiến trình nền gặp sự cố.",
  "notices.hung": "Tiến trình nền không còn phản hồi.",

  "notices.reward.unreachable":
    "Máy chủ chấm điểm không trả lời. Với trang web, các trường hợp sau trông như nhau: máy chủ không chạy, không cho phép trang này hỏi (CORS), hoặc trình duyệt chưa cấp quyền truy cập mạng cục bộ.",
  "notices.reward.timeout": "Máy chủ chấm điểm nhiều lần liên tiếp không trả lời kịp.",
  "notices.reward.status": "Máy chủ chấm điểm từ chối hoặc gặp lỗi.",
  "notices.reward.reply": "Câu trả lời của máy chủ chấm điểm không phải là một số hữu hạn cho mỗi câu đáp.",
  "notices.reward.consent": "Trang này chưa được phép gửi câu hỏi và câu đáp đến máy chủ chấm điểm này. Chưa có gì được gửi đi.",
  "notices.reward.key": "Không dùng được khóa của máy chủ chấm điểm. Chưa có gì được gửi đi.",
  "notices.reward.address": "Không dùng được địa chỉ của máy chủ chấm điểm. Chưa có gì được gửi đi.",
  "notices.reward.offline": "Trình duyệt đang ngoại tuyến nên máy chủ chấm điểm chưa được hỏi.",

  "notices.advice.unreachable":
    "Hãy kiểm tra: máy chủ có chạy đúng địa chỉ này không; câu trả lời có kèm Access-Control-Allow-Origin không; trang này có được truy cập mạng cục bộ không (phần cài đặt trang web của trình duyệt); và nếu trang được tải qua https thì máy chủ cũng phải dùng https hoặc nằm trên máy này.",
  "notices.advice.timeout": "Hãy xem máy chủ có đang quá tải không. Lô nhỏ hơn sẽ xin ít điểm hơn trong mỗi lần hỏi.",
  "notices.advice.status": "Hãy đọc nhật ký của máy chủ; kiểm tra địa chỉ và khóa, và máy chủ có được khởi động làm mô hình thưởng không.",
  "notices.advice.reply": "Hãy kiểm tra xem địa chỉ có dẫn đến đúng điểm cuối chấm điểm của máy chủ không.",
  "notices.advice.consent": "Hãy cho phép máy chủ trong phần thiết lập rồi tiếp tục.",
  "notices.advice.key": "Hãy nhập lại khóa trong phần thiết lập rồi tiếp tục.",
  "notices.advice.address": "Hãy đặt lại, sửa địa chỉ trong phần thiết lập rồi chạy lại.",
  "notices.advice.offline": "Hãy tiếp tục khi có kết nối trở lại.",
  "notices.advice.blownUp":
    "Hãy quay lại trạng thái tốt gần nhất rồi chạy tiếp với tốc độ học thấp hơn, hoặc khởi động lại với tùy chọn khác.",
  "notices.advice.wayBack": "Lượt chạy vẫn còn nguyên như sau bước {step}: hãy tiếp tục từ đó, hoặc khởi động lại.",
};
