// The charts view: the headline charts, the proxy-gold-KL plane, the distributions of a step, and every other statistic.

import { UnstyledButton } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import { useShownConfig } from "../lenses/shownConfig";
import { useLanguage } from "../strings/strings";
import { useSetView, useShownStep, useView } from "../view/view";
import gridClasses from "./ChartGrid.module.css";
import classes from "./ChartsView.module.css";
import { ChosenCharts } from "./ChosenCharts";
import { useDrawTurn } from "./drawQueue";
import { HeadlineCharts } from "./HeadlineCharts";
import { HistogramChart } from "./HistogramChart";
import { InTurn } from "./InTurn";
import { MarkersList } from "./MarkersList";
import { MetricPicker } from "./MetricPicker";
import { KeyCollector, TABLE_KEYS, VECTOR_KEYS } from "./metricList";
import { PlaneChart } from "./PlaneChart";
import { useRunCharts } from "./runCharts";
import { SmoothingControl } from "./SmoothingControl";

const MAIN_DISTRIBUTIONS = ["ppo/policy/ratio", "ppo/policy/advantages", "env/reward_dist", "tokens/responses_dist"] as const;

export function ChartsView() {
  const { t, numbers } = useLanguage();
  const charts = useRunCharts();
  const smoothing = useView((view) => view.smoothing);
  const chosen = useView((view) => view.metrics);
  const pinned = useView((view) => view.pinned);
  const setView = useSetView();
  const step = useShownStep();
  const config = useShownConfig(step?.step ?? null);
  const { points, markers, emptyText } = charts;
  const [collector] = useState(() => new KeyCollector());
  const recorded = useMemo(() => collector.update(points), [collector, points]);
  const keys = useMemo(() => (recorded.length === 0 ? TABLE_KEYS : [...recorded, ...VECTOR_KEYS]), [recorded]);
  const known = useDrawTurn(points);
  const choose = useCallback((metrics: readonly string[]) => setView({ metrics }), [setView]);
  const drop = useCallback((key: string) => setView({ metrics: chosen.filter((one) => one !== key) }), [setView, chosen]);
  return (
    <div className={classes["view"]}>
      <div className={classes["bar"]}>
        <p className="dim">{t("charts.hint")}</p>
        <SmoothingControl count={points.length} />
      </div>
      <section aria-label={t("charts.headline")}>
        <h2 className={classes["title"]}>{t("charts.headline")}</h2>
        <div className={gridClasses["grid"]}>
          <HeadlineCharts charts={charts} smoothing={smoothing} split />
        </div>
      </section>
      <section aria-label={t("charts.trade")}>
        <h2 className={classes["title"]}>{t("charts.trade")}</h2>
        <div className={classes["trade"]}>
          <InTurn height={400}>
            <PlaneChart points={points} emptyText={emptyText} />
          </InTurn>
          <MarkersList markers={markers} />
        </div>
      </section>
      <section aria-label={t("charts.distributions")}>
        <div className={classes["heading"]}>
          <h2 className={classes["title"]}>
            {step === null ? t("charts.distributions") : t("charts.distributionsOf", { step: numbers.whole(step.step + 1) })}
          </h2>
          {pinned !== null && (
            <UnstyledButton className={classes["link"]} onClick={() => setView({ tab: "walkthrough" })}>
              {t("charts.openStep")}
            </UnstyledButton>
          )}
        </div>
        <div className={classes["four"]} data-testid="distributions">
          {MAIN_DISTRIBUTIONS.map((metric) => (
            <InTurn key={metric} height={284}>
              <HistogramChart metric={metric} step={step} config={config} />
            </InTurn>
          ))}
        </div>
      </section>
      <section aria-label={t("charts.all")}>
        <h2 className={classes["title"]}>{t("charts.all")}</h2>
        <InTurn height={560}>
          <MetricPicker keys={keys} chosen={chosen} choose={choose} points={known} />
        </InTurn>
        <ChosenCharts chosen={chosen} drop={drop} charts={charts} smoothing={smoothing} step={step} config={config} />
      </section>
    </div>
  );
}
