// Texts of the timeline in Vietnamese.

import type { timelineEn } from "./strings.en";

export const timelineVi: Record<keyof typeof timelineEn, string> = {
  "timeline.title": "Dòng thời gian các bước PPO",
  "timeline.step": "Bước đang xem",
  "timeline.valueText": "Bước {step} trên {total}",
  "timeline.valueNewest": "Bước mới nhất, {step}",
  "timeline.follow": "Theo bước mới nhất",
  "timeline.following": "Đang theo bước mới nhất",
  "timeline.pinned": "Đang xem bước {step}",
  "timeline.nearest": "Bước {asked} chỉ còn giữ các con số; đang hiện bước {shown}.",
  "timeline.previous": "Bước trước",
  "timeline.next": "Bước sau",
};
