// How far one side was run.

import { useLanguage } from "../strings/strings";
import type { SideRun } from "./comparison";

export function SideState({ run }: { readonly run: SideRun | null }) {
  const { t, numbers } = useLanguage();
  if (run === null) return <>{t("failures.state.none")}</>;
  const step = numbers.whole(run.points.at(-1)?.step ?? 0);
  const total = numbers.whole(run.totalSteps);
  if (run.points.length >= run.totalSteps) return <>{t("failures.state.done", { total })}</>;
  return <>{t(run.live ? "failures.state.live" : "failures.state.part", { step, total })}</>;
}
