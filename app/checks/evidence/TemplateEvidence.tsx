// One prompt as training and evaluation render it, token under token.

import type { TemplateEvidence as Evidence } from "../../../src/gates/templateGate";
import { useLanguage } from "../../strings/strings";
import { aligned, type ShownToken } from "./alignment";
import classes from "./Evidence.module.css";
import { TokenRow } from "./TokenRow";

export function TemplateEvidence({ evidence }: { readonly evidence: Evidence }) {
  const { t } = useLanguage();
  const { training, evaluation, diff, modelTemplate } = evidence;
  const differing = diff.filter(({ kind }) => kind !== "both");
  const rows = [
    [t("evidence.training", { template: training.template }), "training"],
    [t("evidence.evaluation", { template: evaluation.template }), "evaluation"],
  ] as const;
  return (
    <>
      <div className={classes["sides"]}>
        {rows.map(([label, side]) => (
          <TemplateSide key={side} label={label} tokens={aligned(diff, side)} />
        ))}
      </div>
      <p className={classes["remark"]}>
        {t("evidence.diff")}: {differing.length === 0 ? t("evidence.noDiff") : differing.map(({ tokens }) => tokens.join(" ")).join(", ")} ·{" "}
        {t("evidence.modelTemplate")}: {modelTemplate}
      </p>
    </>
  );
}

function TemplateSide({ label, tokens }: { readonly label: string; readonly tokens: readonly ShownToken[] }) {
  return (
    <>
      <p>{label}</p>
      <TokenRow label={label} tokens={tokens} />
    </>
  );
}
