// Texts of the settings beyond the main knobs, in Vietnamese.

import type { configEn } from "./strings.en";

export const configVi: Record<keyof typeof configEn, string> = {
  "dialog.close": "Đóng",
  "dialog.cancel": "Hủy",

  "options.open": "Tất cả {count} tùy chọn",
  "options.title": "Tất cả tùy chọn",
  "options.search": "Tìm trong các tùy chọn",
  "options.searchHint": "Tên hoặc một từ trong phần giải thích",
  "options.found": "{count} trên {total} tùy chọn",
  "options.none": "Không có tùy chọn nào phù hợp. Hãy thử từ khác, hoặc tắt bộ lọc.",
  "options.filterChanged": "Đã đổi ({count})",
  "options.filterLive": "Đổi được khi đang chạy",
  "options.restoreAll": "Trả tất cả về mặc định ({count} đã đổi)",
  "options.reference": "LLaMA-Factory {value}",
  "options.labOnly": "chỉ có ở đây",
  "options.live": "từ bước kế tiếp",
  "options.fixed": "sau khi đặt lại",
  "options.on": "bật",
  "options.off": "tắt",
  "options.empty": "để trống",
  "options.follows": "theo {name}",
  "settings.none": "không đặt",
  "settings.models": "Mô hình",
  "settings.run": "Lô mẫu và lượt chạy",

  "group.run": "Lượt chạy và câu lệnh",
  "group.batch": "Lô mẫu và độ dài lượt chạy",
  "group.sampling": "Lấy mẫu",
  "group.models": "Chính sách và bộ thích ứng",
  "group.reward": "Mô hình phần thưởng",
  "group.score": "Điểm",
  "group.kl": "Điều khiển KL",
  "group.advantages": "Phần thưởng và lợi thế",
  "group.losses": "Cập nhật PPO",
  "group.optimizer": "Bộ tối ưu và lịch học",
  "group.logging": "Nhật ký",
  "group.evaluation": "Đánh giá",
  "group.quirks": "Điểm lạ của bản tham chiếu",

  "unit.prompts": "câu lệnh",
  "unit.tokens": "token",
  "unit.layers": "lớp",
  "unit.blocks": "khối",
  "unit.inputs": "đầu vào",
  "unit.terms": "số hạng",
  "unit.score": "điểm",
  "unit.nats": "nat",

  "scenario.reviews": "Nhận xét phim",
  "scenario.toolCalls": "Gọi công cụ",
  "scenario.sums": "Phép tính",
  "scenario.summaries": "Tóm tắt",
  "scenario.more": "Đọc thêm",
  "scenario.less": "Thu gọn",
  "scenario.confirmTitle": "Đổi sang {name}?",
  "scenario.confirm": "Lượt chạy hiện tại sẽ bị bỏ, và các tùy chọn trở về mặc định của kịch bản mới.",
  "scenario.confirmAction": "Bỏ lượt chạy và đổi",

  "policy.label": "Kiểu tinh chỉnh",
  "policy.full": "Mọi trọng số (full)",
  "policy.freeze": "Các lớp cuối (freeze)",
  "policy.lora": "Bộ thích ứng LoRA",
  "policy.oft": "Bộ thích ứng OFT",
  "policy.help":
    "Những trọng số mà PPO được phép thay đổi. Bộ thích ứng thêm ít trọng số vào mô hình gốc đã đóng băng: LoRA là phần cập nhật hạng thấp, OFT là các phép quay. Đầu giá trị luôn được huấn luyện. Tốc độ học và điều khiển KL được đặt theo giá trị hợp với kiểu đã chọn. Thay đổi có hiệu lực sau khi đặt lại.",
  "policy.asReward":
    "Đã đặt là {kind}: mô hình phần thưởng loại này là bộ thích ứng trên chính mô hình gốc của chính sách, nên chính sách cũng được huấn luyện như vậy.",
  "policy.notAsReward":
    "Mô hình phần thưởng là bộ thích ứng {kind} trên mô hình gốc của chính sách. Nó cần một chính sách huấn luyện bằng {kind}.",

  "reward.label": "Mô hình phần thưởng",
  "reward.help":
    "Ai chấm từng câu trả lời. Mạng đầy đủ đứng riêng; LoRA và OFT là bộ thích ứng trên mô hình gốc của chính sách; quy tắc là một hàm của văn bản; máy chủ phần thưởng được hỏi qua mạng. Thay đổi có hiệu lực sau khi đặt lại.",
  "reward.full": "mạng đầy đủ",
  "reward.lora": "LoRA",
  "reward.oft": "OFT",
  "reward.rule": "quy tắc",
  "reward.api": "Máy chủ phần thưởng",
  "reward.unknown": "Ở đây không có loại {kind}",
  "reward.address": "Địa chỉ máy chủ",
  "reward.addressProblem": "Hãy nhập địa chỉ đầy đủ bắt đầu bằng http:// hoặc https://, không kèm tên người dùng.",
  "reward.key": "Khóa API (không bắt buộc)",
  "reward.keyNote": "Chỉ nằm trong bộ nhớ của thẻ này: không lưu lại, không có trong liên kết hay tệp xuất.",
  "reward.notAllowed": "Chưa có gì được gửi trước khi bạn cho phép.",
  "reward.review": "Xem và cho phép",
  "reward.allowed": "Đã cho phép: {origin}",
  "reward.withdraw": "Rút lại",

  "consent.title": "Gửi câu lệnh và câu trả lời tới máy chủ này?",
  "consent.what": "Mọi câu lệnh và câu trả lời của lượt chạy được gửi tới địa chỉ gốc này, và không tới nơi nào khác:",
  "consent.request": "Mỗi lô nhỏ một yêu cầu POST tới {path}, không kèm khóa, cookie hay thông tin nào về bạn.",
  "consent.requestKey":
    "Mỗi lô nhỏ một yêu cầu POST tới {path}, kèm khóa của bạn dưới dạng Bearer token, không kèm cookie hay thông tin nào về bạn.",
  "consent.example": "Nội dung của một yêu cầu",
  "consent.mixed":
    "Trang này được tải qua https, và trình duyệt không cho nó hỏi một máy chủ http ở máy khác. Hãy dùng https, hoặc một máy chủ trên chính máy này.",
  "consent.localTitle": "Trình duyệt cũng sẽ hỏi bạn",
  "consent.local":
    "Máy chủ nằm trên máy này hoặc trong mạng nội bộ. Chrome sẽ hỏi trang này có được truy cập các thiết bị ở đó không: hãy chọn Cho phép. Nếu chọn Chặn thì trông như máy chủ không chạy; có thể đổi lại ở biểu tượng cạnh địa chỉ trang.",
  "consent.safeTitle": "Chạy máy chủ một cách an toàn",
  "consent.safeKey": "Mặc định máy chủ của LLaMA-Factory trả lời mọi trang web. Hãy khởi động nó với API_KEY và nhập khóa ấy ở đây.",
  "consent.safeHost": "Nó cũng lắng nghe toàn mạng. Hãy chỉ cho nó nghe trên máy này: API_HOST=127.0.0.1.",
  "consent.safeOwn": "Phòng thí nghiệm này có sẵn một máy chủ nhỏ để thử: npm run reward-server.",
  "consent.source": "Mã nguồn máy chủ của LLaMA-Factory",
  "consent.allow": "Cho phép địa chỉ này",
  "consent.until": "Sự cho phép chỉ dành cho địa chỉ gốc này, và kết thúc khi bạn rút lại, đổi khóa hoặc đóng thẻ này.",

  "block.title": "Chưa thể bắt đầu chạy",
  "block.consent": "Máy chủ phần thưởng {origin} chưa được cho phép, nên chưa có gì được gửi tới đó.",
  "block.address": "Đã chọn máy chủ phần thưởng, nhưng địa chỉ còn trống hoặc không phải địa chỉ http hay https đầy đủ.",
  "block.toServer": "Tới phần thiết lập máy chủ",
  "block.toChecks": "Mở phần kiểm tra",

  "error.advice.RewardApiError":
    "Bước đang làm chưa được huấn luyện. Hãy kiểm tra địa chỉ, khóa và nhật ký của máy chủ phần thưởng, hoặc chọn mô hình phần thưởng khác; rồi bắt đầu lại.",

  "privacy.server":
    "Mọi thứ chạy ngay trong thẻ này. Câu lệnh và câu trả lời được gửi tới {origin} mà bạn đã cho phép; ngoài ra không gửi gì cả.",
};
