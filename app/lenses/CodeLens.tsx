// The code lens: for each stage the formula, this step's numbers in it, our function and the reference's place.

import { memo, useMemo, useState } from "react";
import type { LabConfig } from "../../src/config";
import { Formula } from "../formula/Formula";
import { useRun } from "../run/lab";
import type { StepData } from "../run/stepData";
import { shownText } from "../samples/tokenText";
import { useLanguage } from "../strings/strings";
import { useView } from "../view/view";
import classes from "./CodeLens.module.css";
import { stageFormula } from "./formulas";
import { stageNumbers, texNumber } from "./stageNumbers";
import { codePlaces, referenceUrl, STAGE_CODE, type StageId } from "./stages";
import { type TokenNumbers, tokenAt } from "./tokenAt";

interface Props {
  readonly stages: readonly StageId[];
  readonly step: StepData | null;
  readonly config: LabConfig;
}

export function CodeLens({ stages, step, config }: Props) {
  const { t } = useLanguage();
  const row = useView((view) => view.row);
  const tokenIndex = useView((view) => view.token);
  const minibatch = useView((view) => view.minibatch);
  const token = useMemo(() => (step === null ? null : tokenAt(step, row, tokenIndex, minibatch)), [step, row, tokenIndex, minibatch]);
  const [opened, setOpened] = useState<readonly StageId[]>(stages.slice(0, 1));
  return (
    <section className={classes["lens"]} aria-label={t("lens.code")}>
      <h3 className={classes["title"]}>{t("lens.code")}</h3>
      {stages.map((stage) => {
        const open = opened.includes(stage);
        return (
          <details
            key={stage}
            className={classes["stage"]}
            open={open}
            onToggle={({ currentTarget }) =>
              setOpened((known) =>
                currentTarget.open ? [...known.filter((id) => id !== stage), stage] : known.filter((id) => id !== stage),
              )
            }
            data-stage={stage}
          >
            <summary>{t(`lens.stage.${stage}`)}</summary>
            {open && <Stage stage={stage} step={step} token={token} config={config} />}
          </details>
        );
      })}
    </section>
  );
}

interface StageProps extends Omit<Props, "stages"> {
  readonly stage: StageId;
  readonly token: TokenNumbers | null;
}

const Stage = memo(function Stage({ stage, step, token, config }: StageProps) {
  const { t, numbers } = useLanguage();
  const engine = useRun((state) => state.engineReport?.engine ?? state.opened?.engine ?? null);
  const tokenTexts = useRun((state) => state.info?.tokenTexts ?? null);
  const filled = step === null ? null : stageNumbers(stage, { step, token, config, n: (x) => texNumber(numbers.precise(x)) });
  const branch = filled?.branch ?? null;
  const where =
    step === null || filled === null
      ? null
      : filled.ofToken && token !== null
        ? t("lens.ofToken", {
            step: numbers.whole(step.step + 1),
            row: numbers.whole(token.row + 1),
            token: numbers.whole(token.index + 1),
            text: shownText(token.tokenId, tokenTexts ?? []),
          })
        : t("lens.ofBatch", { step: numbers.whole(step.step + 1) });
  return (
    <div className={classes["body"]}>
      <div className={classes["formulas"]} role="group" aria-label={t("lens.formula")}>
        {stageFormula(stage, config).map((tex) => (
          <Formula key={tex} tex={tex} display />
        ))}
      </div>
      <div className={classes["numbers"]} role="group" aria-label={t("lens.numbers")} data-testid="stage-numbers">
        <p className={classes["where"]}>{where ?? t("lens.noNumbers")}</p>
        {filled?.lines.map((tex, line) => (
          // A line keeps its place: its numbers change, its meaning does not.
          <Formula key={`${stage} ${line}`} tex={tex} display />
        ))}
        {branch !== null && (
          <p className={classes["branch"]} data-branch={branch}>
            {t(`lens.branch.${branch}`)}
          </p>
        )}
      </div>
      <dl className={classes["places"]}>
        <dt>{t("lens.runsHere")}</dt>
        {codePlaces(stage, engine, config).map(({ file, name }) => (
          <dd key={`${file} ${name}`}>
            <code>{name}</code> <span>{file}</span>
          </dd>
        ))}
        <dt>{t("lens.reference")}</dt>
        {STAGE_CODE[stage].reference.map((place) => (
          <dd key={referenceUrl(place) + (place.name ?? "")}>
            {place.name !== null && <code>{place.name}</code>}{" "}
            <a href={referenceUrl(place)} target="_blank" rel="noreferrer">
              {place.project}, {place.file}
              {place.lines !== null && `, ${t("lens.lines", { first: String(place.lines[0]), last: String(place.lines[1]) })}`}
            </a>
          </dd>
        ))}
      </dl>
    </div>
  );
});
