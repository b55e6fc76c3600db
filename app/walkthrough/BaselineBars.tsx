// Why a value head: how much the advantages of this step vary against each of three baselines.

import type { Baseline } from "../../src/config";
import type { Look } from "../inspector/look";
import { useLanguage } from "../strings/strings";
import classes from "./BaselineBars.module.css";

const BASELINES: readonly (readonly [Baseline, string])[] = [
  ["valueHead", "lab/advantage_variance/value_head"],
  ["batchMean", "lab/advantage_variance/batch_mean"],
  ["none", "lab/advantage_variance/none"],
];

export function BaselineBars({ look: { step, config } }: { readonly look: Look }) {
  const { t, numbers } = useLanguage();
  const stats = step.record?.stats ?? {};
  const variances = BASELINES.map(([baseline, key]) => ({ baseline, variance: stats[key] ?? Number.NaN }));
  const known = variances.filter(({ variance }) => Number.isFinite(variance));
  const largest = Math.max(...known.map(({ variance }) => variance));
  const least = Math.min(...known.map(({ variance }) => variance));
  return (
    <div data-testid="baselines">
      <h3 className={classes["title"]}>{t("walk.gae.baselines")}</h3>
      <p className={classes["text"]}>
        {t(known.length === 0 ? "walk.gae.baselinesLater" : "walk.gae.baselinesText")}
        {known.length > 0 && variances[0]?.variance !== least && ` ${t("walk.gae.stillLearning")}`}
      </p>
      {known.length > 0 && (
        <dl className={`numeric ${classes["bars"]}`}>
          {variances.map(({ baseline, variance }) => (
            <div key={baseline} className={classes["line"]} data-baseline={baseline}>
              <dt>
                {t(`walk.gae.${baseline}`)}
                {baseline === config.baseline && <span className={classes["tag"]}>{t("walk.gae.inForce")}</span>}
              </dt>
              <dd className={classes["track"]} aria-hidden="true">
                <span style={{ width: `${(100 * variance) / largest}%` }} data-least={variance === least} />
              </dd>
              <dd>{numbers.value(variance)}</dd>
              <dd className={classes["times"]}>{t("walk.gae.times", { factor: numbers.value(variance / least) })}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
