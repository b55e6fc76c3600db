// Explanation of one metric: what it is, what is healthy, what to watch out for.

import { useLanguage } from "../strings/strings";
import classes from "./MetricHelpText.module.css";
import type { MetricHelp } from "./metrics";

export function MetricHelpText({ metric }: { readonly metric: MetricHelp }) {
  const { t } = useLanguage();
  return (
    <div className={classes["text"]}>
      <p>{t(metric.help)}</p>
      <dl>
        <dt className={classes["good"]}>{t("charts.healthyRange")}</dt>
        <dd>{t(metric.healthy)}</dd>
        <dt className={classes["bad"]}>{t("charts.unhealthyRange")}</dt>
        <dd>{t(metric.unhealthy)}</dd>
      </dl>
    </div>
  );
}
