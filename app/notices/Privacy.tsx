// The page's last line: what leaves this tab, which is nothing unless a reward server was allowed.

import { useStore } from "zustand";
import { serverOrigin } from "../config/serverAddress";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";

export function Privacy() {
  const { t } = useLanguage();
  const origin = useStore(useLab().live, ({ allowedOrigin, runConfig, config }) => {
    const { rewardModelType, rewardModel } = runConfig ?? config;
    return rewardModelType === "api" && serverOrigin(rewardModel) === allowedOrigin ? allowedOrigin : null;
  });
  return origin === null ? t("footer.privacy") : t("privacy.server", { origin });
}
