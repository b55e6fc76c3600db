// Explanations of metrics: what each is, what is healthy, what to watch out for, its unit and where it comes from.

import { metricKeyOf, METRICS, type MetricSource } from "../help/metrics";
import { useLanguage } from "../strings/strings";
import classes from "./MetricHelp.module.css";
import { metricName } from "./series";
import { useMetricTexts } from "./texts/metricTexts";

/** Suspends until the texts are there. */
export function MetricHelp({ metrics }: { readonly metrics: readonly string[] }) {
  const { t } = useLanguage();
  return (
    <div className={classes["list"]} tabIndex={0}>
      {metrics.map((key) => (
        <section key={key}>
          {metrics.length > 1 && <h4>{metricName(key, t)}</h4>}
          <MetricExplanation metric={key} />
        </section>
      ))}
    </div>
  );
}

export function MetricExplanation({ metric }: { readonly metric: string }) {
  const { t } = useLanguage();
  const texts = useMetricTexts();
  const known = metricKeyOf(metric);
  if (known === null) return <p className={classes["text"]}>{t("charts.unknownMetric")}</p>;
  const { unit, source, ...row } = METRICS[known];
  const text = texts?.[known];
  return (
    <div className={classes["text"]}>
      {text === undefined ? (
        <p>{t("charts.textsMissing")}</p>
      ) : (
        <>
          <p>{text.definition}</p>
          <dl>
            <dt className={classes["good"]}>{t("charts.healthyRange")}</dt>
            <dd>{text.healthy}</dd>
            <dt className={classes["bad"]}>{t("charts.unhealthyRange")}</dt>
            <dd>{text.unhealthy}</dd>
          </dl>
        </>
      )}
      <dl className={classes["facts"]}>
        <dt>{t("charts.key")}</dt>
        <dd>
          <code>{metric}</code>
        </dd>
        <dt>{t("charts.unit")}</dt>
        <dd>{t(`metricUnit.${unit}`)}</dd>
        <dt>{t("charts.source")}</dt>
        <dd>
          <Source source={source} />
        </dd>
        {"logged" in row && (
          <>
            <dt>LLaMA-Factory</dt>
            <dd>
              <code>trainer_log.jsonl: {row.logged}</code>
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}

function Source({ source: { project, file, name } }: { readonly source: MetricSource }) {
  const { t } = useLanguage();
  return (
    <>
      {project === "TRL" ? "TRL 0.9.6" : t("charts.thisLab")}, <code>{file}</code>, <code>{name}</code>
    </>
  );
}
