// A table of the newest step's other statistics, each with its change since the first step and an explanation.

import { Popover, UnstyledButton } from "@mantine/core";
import { lazy, memo, Suspense, useMemo } from "react";
import type { MetricKey } from "../help/metrics";
import type { StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { useDrawTurn } from "./drawQueue";
import classes from "./LatestNumbers.module.css";
import { metricName } from "./series";

const MetricHelp = lazy(async () => ({ default: (await import("./MetricHelp")).MetricHelp }));

/** What the charts beside the table do not draw. */
const ROWS = [
  "ppo/policy/approxkl",
  "ppo/policy/entropy",
  "tokens/responses_len_mean",
  "lab/distinct_responses",
  "ppo/val/var_explained",
  "lab/grad_norm",
  "ppo/learning_rate",
] as const satisfies readonly MetricKey[];

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
          {ROWS.map((key) => {
            const now = latest?.stats[key];
            const before = first === latest ? undefined : first?.stats[key];
            return (
              <tr key={key}>
                <th scope="row">
                  <MetricName metric={key} />
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

const MetricName = memo(function MetricName({ metric }: { readonly metric: MetricKey }) {
  const { t } = useLanguage();
  return (
    <Popover width={300} position="bottom-start" withArrow shadow="md">
      <Popover.Target>
        <UnstyledButton className={classes["name"]}>{metricName(metric, t)}</UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Suspense fallback={<p aria-busy="true">…</p>}>
          <MetricHelp metrics={[metric]} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
});
