// The main knobs on scales: the range tried with this scenario, the advice for large models, and where the value lies.

import type { AdviceEvidence as Evidence, AdviceRow } from "../../../src/gates/adviceGate";
import { optionName } from "../../config/optionTexts";
import { useLanguage } from "../../strings/strings";
import classes from "./Evidence.module.css";
import { type Scale, scaleOf } from "./scale";

export function AdviceEvidence({ evidence }: { readonly evidence: Evidence }) {
  const { rows, largeModels } = evidence;
  return (
    <ul className={classes["scales"]}>
      {rows.map((row) => {
        const large = row.field === "learningRate" || row.field === "ppoEpochs" ? largeModels[row.field] : null;
        return <AdviceScale key={row.field} row={row} large={large} />;
      })}
    </ul>
  );
}

function AdviceScale({ row, large }: { readonly row: AdviceRow; readonly large: readonly [number, number] | null }) {
  const { t, numbers, language } = useLanguage();
  const { field, value, low, high, inside } = row;
  const name = optionName(field, language);
  const range = (bounds: readonly [number, number]) => ({ low: numbers.value(bounds[0]), high: numbers.value(bounds[1]) });
  const tried = range([low, high]);
  const scale = scaleOf([value, low, high, ...(large ?? [])], field === "learningRate" || field === "initKlCoef");
  return (
    <li data-inside={inside}>
      <p className={classes["scaleHead"]}>
        <b>{name}</b>
        <span className="numeric">{numbers.option(value)}</span>
        <span className={classes["where"]}>{t(inside ? "evidence.inside" : "evidence.outside")}</span>
      </p>
      <svg
        className={classes["scale"]}
        viewBox="0 0 100 12"
        preserveAspectRatio="none"
        role="img"
        aria-label={t("evidence.scale", { name, value: numbers.option(value), ...tried })}
      >
        <rect x="0" y="5" width="100" height="2" fill="var(--lab-border)" />
        <Band scale={scale} bounds={[low, high]} y={3} fill="var(--lab-good)" />
        {large !== null && <Band scale={scale} bounds={large} y={9} fill="var(--lab-purple)" />}
      </svg>
      <span className={classes["needle"]} style={{ left: `${scale(value)}%` }} aria-hidden="true" />
      <p className={`numeric ${classes["ranges"]}`}>
        <span data-range="tried">{t("evidence.tried", tried)}</span>
        {large !== null && <span data-range="large">{t("evidence.largeModels", range(large))}</span>}
      </p>
    </li>
  );
}

interface BandProps {
  readonly scale: Scale;
  readonly bounds: readonly [number, number];
  readonly y: number;
  readonly fill: string;
}

function Band({ scale, bounds, y, fill }: BandProps) {
  const from = scale(bounds[0]);
  return <rect x={from} y={y} width={Math.max(0.8, scale(bounds[1]) - from)} height={y === 9 ? 3 : 6} fill={fill} />;
}
