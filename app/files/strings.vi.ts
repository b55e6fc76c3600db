// Texts about files of a run in Vietnamese.

import type { filesEn } from "./strings.en";

export const filesVi: Record<keyof typeof filesEn, string> = {
  "files.over": "Một tệp đang ở trên trang. Thả ra để mở.",
  "files.dropOne": "Chỉ mở tệp đầu tiên trong {count} tệp.",
  "files.opened": "Đã mở {name}: {steps} bước PPO.",

  "files.replayItem": "Tệp bản ghi…",
  "files.imageItem": "Ảnh báo cáo…",
  "files.htmlItem": "Tệp HTML…",
  "files.nothingYet": "Chưa có gì để lưu trước khi bước đầu tiên hoàn tất.",

  "files.download": "Tải xuống",
  "files.size": "Kích thước",
  "files.steps": "Số bước PPO",
  "files.stepsOf": "{held} trên {steps}",
  "files.inFull": "Giữ đầy đủ",
  "files.preparing": "Đang tạo tệp…",
  "files.tooLarge": "Lượt chạy này lớn hơn mức một tệp cho phép nên không lưu thành tệp được.",
  "files.failed": "Không tạo được tệp: {reason}",
  "files.saved": "Đã chuyển {name} cho trình duyệt để tải xuống.",

  "files.replay.title": "Lưu lượt chạy thành tệp bản ghi",
  "files.replay.what":
    "Lượt chạy đúng như bạn đang thấy: văn bản, điểm và các con số. Bất kỳ PPO Lab nào cũng mở được và hiển thị y hệt; chỉ cần thả tệp vào trang.",
  "files.replay.same": "Bạn đang xem một bản ghi, nên đây chính là tệp của nó, không thay đổi gì.",
  "files.replay.fullWhy":
    "Các bước giữ đầy đủ còn có những từ khác lẽ ra có thể được chọn và tỉ số của lần cập nhật. Các bước còn lại giữ mọi thống kê, văn bản và điểm, cùng các con số của token cho {rows} câu trả lời.",
  "files.replay.reduced": "Từ bước {step} trở đi không còn con số của từng token vì bản ghi đã lớn.",
  "files.replay.missing": "Các bước khác không có trong tệp: trang không còn chỗ cho chúng, hoặc chúng lớn hơn mức một tệp nhận.",
  "files.replay.note": "Ghi chú (không bắt buộc)",
  "files.replay.noteHelp": "Người mở tệp sẽ đọc được.",

  "files.html.title": "Lưu lượt chạy thành một tệp HTML",
  "files.html.what":
    "Một trang chứa lượt chạy cùng trình phát riêng: dòng thời gian, biểu đồ, các mẫu và những gì bản ghi giữ lại về từng token. Nhấp đúp là mở, không cần mạng, và không gửi gì đi đâu cả.",
  "files.html.cannot": "Tệp này không huấn luyện được. Muốn vậy, hãy dùng phòng thí nghiệm.",
  "files.html.missing": "Trang này không có trình phát nên không tạo được tệp. Hãy tải lại trang khi có mạng rồi thử lại.",

  "files.image.title": "Ảnh báo cáo",
  "files.image.copy": "Sao chép ảnh",
  "files.image.copyText": "Sao chép mô tả",
  "files.image.copied": "Ảnh đã nằm trong bộ nhớ tạm.",
  "files.image.copiedText": "Mô tả đã nằm trong bộ nhớ tạm.",
  "files.image.refused": "Trình duyệt không cho phép sao chép. Hãy tải ảnh xuống.",
  "files.image.description": "Nội dung bằng lời",
  "files.image.size": "{width} × {height} điểm ảnh",

  "report.steps": "{done} trên {total} bước PPO",
  "report.looked": "đang xem bước {step}",
  "report.engine": "bộ tính toán {engine}",
  "report.seed": "hạt giống {seed}",
  "report.changedFromScenario": "Tùy chọn khác với kịch bản",
  "report.changedFromReference": "Tùy chọn khác với mặc định của LLaMA-Factory",
  "report.noChange": "không có",
  "report.more": "và {count} tùy chọn nữa",
  "report.turned": "Đổi trong khi chạy",
  "report.turnedAt": "bước {step}: {changes}",
  "report.at": "ở bước {step}",
  "report.token": "Token {token} trên {count}, câu trả lời {row}, bước {step}",
  "report.prompt": "Đề bài",
  "report.response": "Câu trả lời",
  "report.score": "điểm của mô hình thưởng {score}",
  "report.madeWith": "Tạo bằng PPO Lab {version}",
  "report.on": "ngày {date}",
  "report.chartWords": "{title}: {series}.",
  "report.seriesWords": "{name} từ {first} ở bước {firstStep} đến {last} ở bước {lastStep}, thấp nhất {low}, cao nhất {high}",
  "report.seriesNone": "{name}: không có giá trị",

  "player.title": "Một lượt chạy ghi sẵn",
  "player.about": "Một lượt chạy của PPO Lab trong một tệp. Không cần mạng và không gửi gì đi.",
  "player.controls": "Phát lại",
  "player.empty": "Trang này không chứa lượt chạy nào. Hãy lưu một lượt chạy từ PPO Lab thành tệp HTML.",
  "player.damaged": "Lượt chạy trong tệp này bị hỏng ngay trước bước đầu tiên nên không có gì để hiển thị. Hãy lấy lại tệp.",
  "player.openLab": "Mở PPO Lab",
};
