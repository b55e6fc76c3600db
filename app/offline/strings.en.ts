// Texts of offline use in English.

export const offlineEn = {
  "offline.label": "New version",
  "offline.ready": "A new version of PPO Lab is ready. Changing to it reloads the page.",
  "offline.change": "Change now",
  "offline.later": "Later",
  "offline.underWay": "A run is under way and keeps this version: let it finish or reset it first.",
  "offline.otherTabs": "PPO Lab is also open in another tab or window: close it there first.",
} as const;
