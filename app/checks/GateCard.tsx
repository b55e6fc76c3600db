// One gate: its question, verdict and finding, buttons that repair it, and the evidence.

import { Button } from "@mantine/core";
import { memo, type ReactNode } from "react";
import type { GateReport } from "../../src/gates/inspection";
import type { RewardModelInfo } from "../../src/worker/protocol";
import { optionName } from "../config/optionTexts";
import { useScenario, useScenarioDefaults } from "../config/scenarioDefaults";
import { valueText } from "../config/valueText";
import { useController, useRun } from "../run/lab";
import { Lockable } from "../share/Lockable";
import type { NumberWriter } from "../strings/numbers";
import { type Language, type Translate, useLanguage } from "../strings/strings";
import { AdviceEvidence } from "./evidence/AdviceEvidence";
import { BatchEvidence } from "./evidence/BatchEvidence";
import { MemoryEvidence } from "./evidence/MemoryEvidence";
import { RewardEvidence } from "./evidence/RewardEvidence";
import { SamplingEvidence } from "./evidence/SamplingEvidence";
import { TemplateEvidence } from "./evidence/TemplateEvidence";
import { VocabularyEvidence } from "./evidence/VocabularyEvidence";
import { type Fix, fixesOf } from "./fixes";
import classes from "./GateCard.module.css";
import { Verdict } from "./Verdict";

export const GateCard = memo(function GateCard({ report }: { readonly report: GateReport }) {
  const { t, language } = useLanguage();
  const { id, verdict, finding } = report;
  return (
    <article className={`card ${classes["card"]}`} data-gate={id} data-verdict={verdict} tabIndex={-1} aria-labelledby={`gate-${id}`}>
      <header className={classes["head"]}>
        <h3 id={`gate-${id}`} className="card-title">
          {t(`gate.${id}`)}
        </h3>
        <Verdict verdict={verdict} />
      </header>
      <p className={classes["question"]}>{t(`gate.${id}.question`)}</p>
      <p className={classes["finding"]}>{finding[language]}</p>
      <Fixes report={report} />
      <div className={classes["evidence"]} role="group" aria-label={t("checks.evidence", { name: t(`gate.${id}`) })}>
        {evidenceOf(report)}
      </div>
    </article>
  );
});

function evidenceOf(report: GateReport): ReactNode {
  switch (report.id) {
    case "vocabulary":
      return <VocabularyEvidence evidence={report.evidence} />;
    case "template":
      return <TemplateEvidence evidence={report.evidence} />;
    case "rewardModel":
      return <RewardEvidence evidence={report.evidence} />;
    case "batch":
      return <BatchEvidence evidence={report.evidence} />;
    case "memory":
      return <MemoryEvidence evidence={report.evidence} />;
    case "sampling":
      return <SamplingEvidence evidence={report.evidence} />;
    case "advice":
      return <AdviceEvidence evidence={report.evidence} />;
  }
}

const NO_MODELS: readonly RewardModelInfo[] = [];

/** Buttons that repair a finding; none where no single setting does. */
export function Fixes({ report }: { readonly report: GateReport }) {
  const { t, numbers, language } = useLanguage();
  const controller = useController();
  const config = useRun((state) => state.config);
  const models = useScenario()?.rewardModels ?? NO_MODELS;
  const usual = useScenarioDefaults();
  const fixes = fixesOf(report, { config, usual, models });
  if (fixes.length === 0) return null;
  return (
    <Lockable group="settings">
      <div className={classes["fixes"]}>
        {fixes.map((fix, at) => {
          const label = fixLabel(fix, t, numbers, language);
          return (
            <Button
              key={label}
              size="compact-sm"
              variant={at === 0 ? "filled" : "default"}
              className={classes["fix"]}
              onClick={() => controller.setOptions(fix.values)}
              data-fix={report.id}
            >
              {label}
            </Button>
          );
        })}
      </div>
    </Lockable>
  );
}

function fixLabel({ values, wording }: Fix, t: Translate, numbers: NumberWriter, language: Language): string {
  switch (wording.kind) {
    case "scoring":
      return t("checks.fix.scoring");
    case "reward":
      return t("checks.fix.reward", { id: wording.id });
    case "set": {
      const value = values[wording.field] ?? null;
      return t("checks.fix.set", { name: optionName(wording.field, language), value: valueText(value, t, numbers) });
    }
  }
}
