// The charts that everybody wants first: reward and gold, KL and clip fraction, then gold in parts and the rest.

import { InTurn } from "./InTurn";
import type { StepPoint } from "../run/runState";
import { useLanguage } from "../strings/strings";
import type { useRunCharts } from "./runCharts";
import { CARD_HEIGHT, SeriesChart } from "./SeriesChart";
import { CLIP_CHART, KL_CHART, LOSS_CHART, SPLIT_CHART } from "./series";
import type { Smoothing } from "./smoothing";

interface Props {
  readonly charts: ReturnType<typeof useRunCharts>;
  readonly smoothing?: Smoothing;
  /** Also what the reward is made of. */
  readonly split?: boolean;
}

const NO_POINTS: readonly StepPoint[] = [];

export function HeadlineCharts({ charts, smoothing = null, split = false }: Props) {
  const { t } = useLanguage();
  const { points, markers, target, emptyText, reward, rewardPoints, gold, hasGold } = charts;
  const shared = { points, markers, emptyText, smoothing };
  const shown = [
    { ...shared, spec: reward, points: rewardPoints },
    { ...shared, spec: KL_CHART, target },
    { ...shared, spec: CLIP_CHART },
    ...(split ? [{ ...shared, spec: SPLIT_CHART }] : []),
    { ...shared, spec: gold, ...(hasGold ? {} : { points: NO_POINTS, emptyText: t("charts.emptyNoGold") }) },
    { ...shared, spec: LOSS_CHART },
  ];
  return shown.map((chart) => (
    <InTurn key={chart.spec.id} height={CARD_HEIGHT}>
      <SeriesChart {...chart} />
    </InTurn>
  ));
}
