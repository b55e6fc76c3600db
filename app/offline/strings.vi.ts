// Texts of offline use in Vietnamese.

import type { offlineEn } from "./strings.en";

export const offlineVi: Record<keyof typeof offlineEn, string> = {
  "offline.label": "Phiên bản mới",
  "offline.ready": "Đã có phiên bản mới của PPO Lab. Khi chuyển, trang sẽ được tải lại.",
  "offline.change": "Chuyển ngay",
  "offline.later": "Để sau",
  "offline.underWay": "Một lượt chạy còn dở vẫn dùng phiên bản này: hãy để nó chạy xong hoặc đặt lại trước.",
  "offline.otherTabs": "PPO Lab còn mở ở một thẻ hoặc cửa sổ khác: hãy đóng ở đó trước.",
};
