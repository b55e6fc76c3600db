// Texts of the timeline in English.

export const timelineEn = {
  "timeline.title": "Timeline of PPO steps",
  "timeline.step": "Step looked at",
  "timeline.valueText": "Step {step} of {total}",
  "timeline.valueNewest": "Newest step, {step}",
  "timeline.follow": "Follow newest",
  "timeline.following": "Following the newest step",
  "timeline.pinned": "Looking at step {step}",
  "timeline.nearest": "Step {asked} is kept in numbers only; showing step {shown}.",
  "timeline.previous": "Previous step",
  "timeline.next": "Next step",
} as const;
