// A table of the newest step's other statistics, each with its change since the first step and an explanation.

import { Popover, UnstyledButton } from "@mantine/core";
import { memo, useMemo } from "react";
import { MetricHelpText } from "../help/MetricHelpText";
import { TABLE_METRICS, type TableMetric } from "../help/metrics";
import type { StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { useDrawTurn } from "./drawQueue";
import classes from "./LatestNumbers.module.css";

interface Props {
  readonly first: StepPoint | undefined;
  readonly latest: StepPoint | undefined;
}

export function LatestNumbers(props: Props) {
  const { t, numbers } = useLanguage();
  const { first, latest } = useDrawTurn(useMemo(() => ({ first: props.first, latest: props.latest }), [props.first, props.latest]));
  return (
    <section className={`card ${classes["card"]}`} aria-label={t("latest.title")}>
      <h3 className="card-title">{t("latest.title")}</h3>
      <table className={classes["table"]}>
        <thead>
          <tr>
            <th scope="col">{t("latest.metric")}</th>
            <th scope="col">{t("latest.now")}</th>
            <th scope="col">{t("latest.change")}</th>
          </tr>
        </thead>
        <tbody>
          {TABLE_METRICS.map((metric) => {
            const now = latest === undefined ? undefined : metric.read(latest.stats);
            const before = first === undefined || first === latest ? undefined : metric.read(first.stats);
            return (
              <tr key={metric.label}>
                <th scope="row">
                  <MetricName metric={metric} />
                </th>
                <td className="numeric">{now === undefined ? "–" : numbers.value(now)}</td>
                <td className={`numeric ${classes["change"]}`}>
                  {now === undefined || before === undefined ? "–" : numbers.change(now - before)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

const MetricName = memo(function MetricName({ metric }: { readonly metric: TableMetric }) {
  const { t } = useLanguage();
  return (
    <Popover width={300} position="bottom-start" withArrow shadow="md">
      <Popover.Target>
        <UnstyledButton className={classes["name"]}>{t(metric.label)}</UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown style={{ fontSize: 13, lineHeight: 1.5 }}>
        <MetricHelpText metric={metric} />
      </Popover.Dropdown>
    </Popover>
  );
});
