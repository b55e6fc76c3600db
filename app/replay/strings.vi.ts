// Texts about recorded runs in Vietnamese.

import type { replayEn } from "./strings.en";

export const replayVi: Record<keyof typeof replayEn, string> = {
  "replay.label": "Lượt chạy ghi sẵn",
  "replay.loading": "Đang tải lượt chạy ghi sẵn",
  "replay.play": "Phát",
  "replay.again": "Phát lại",
  "replay.toStart": "Về bước 1",
  "replay.last": "Bước cuối",
  "replay.toLast": "Đến bước cuối",
  "replay.runLive": "Chạy trực tiếp",
  "replay.runLiveWhy": "Huấn luyện mô hình ngay tại đây, với thiết lập của bạn",
  "replay.backToLive": "Về lượt chạy trực tiếp",

  "replay.note": "Về bản ghi này",
  "replay.about": "Bạn đang xem một lượt chạy ghi sẵn ({scenario}): {steps} bước PPO, seed {seed}, engine {engine}.",
  "replay.file": "Tệp: {name}.",
  "replay.stepFull":
    "Bước {step} được giữ đầy đủ: các lựa chọn khác và tỉ số của lần cập nhật cho {detail} trên {batch} câu trả lời, các con số khác của token cho {kept} câu.",
  "replay.stepMain":
    "Bước {step} giữ mọi thống kê, văn bản và điểm, cùng các con số của token cho {kept} trên {batch} câu trả lời, không có các lựa chọn khác và tỉ số.",
  "replay.toKeyframe": "Xem bước {step}, bước được giữ đầy đủ",
  "replay.madeWith": "Tạo bằng PPO Lab {version}.",
  "replay.itsNote": "Ghi chú của người tạo: {note}",
  "replay.partial": "Tệp chứa {read} trên {steps} bước của lượt chạy; trang đã lưu nó không còn chỗ cho các bước khác.",
  "replay.cut": "Tệp kết thúc sớm: đọc được {read} trên {steps} bước.",
  "replay.damaged": "Tệp bị hỏng sau bước {read}; {steps} bước trước chỗ hỏng vẫn được hiển thị.",
  "replay.tokenNeedsLive": "Bản ghi không chứa từng token riêng lẻ. Hãy chạy trực tiếp để xem chúng hiện ra từng cái một.",
  "replay.close": "Đóng bản ghi",

  "replay.menu": "Bản ghi",
  "replay.openExample": "Ví dụ ghi sẵn",
  "replay.openFile": "Mở tệp bản ghi…",
  "replay.drop": "Thả tệp bản ghi vào đây để mở",

  "replay.problem.notReplay": "Đây không phải là tệp bản ghi của PPO Lab.",
  "replay.problem.version": "Tệp bản ghi này do một phiên bản khác của phòng thí nghiệm tạo ra, phiên bản này không đọc được.",
  "replay.problem.tooLarge": "Tệp này lớn hơn mức một bản ghi có thể có nên không được mở.",
  "replay.problem.damaged": "Tệp bản ghi này bị hỏng ngay trước bước đầu tiên nên không có gì để hiển thị.",
  "replay.problem.missing": "Không tải được bản ghi. Lượt chạy trực tiếp vẫn hoạt động bình thường.",
  "replay.problem.foreign": "Liên kết chỉ được mở bản ghi của chính trang này. Hãy tải tệp về rồi mở tại đây.",
  "replay.dismiss": "Ẩn",
};
