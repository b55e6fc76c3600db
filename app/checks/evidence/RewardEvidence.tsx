// What the reward model is, and for an adapter, whether it was trained on this policy's base.

import type { RewardModelEvidence as Evidence } from "../../../src/gates/rewardModelGate";
import { useLanguage } from "../../strings/strings";
import classes from "./Evidence.module.css";
import { Agreement } from "./SideTable";

export function RewardEvidence({ evidence }: { readonly evidence: Evidence }) {
  const { t } = useLanguage();
  const { type, asked, found, finetuningType, trainedOnBase, policyBase, available } = evidence;
  const adapter = type === "lora" || type === "oft";
  const facts: readonly (readonly [string, string])[] = [
    [t("evidence.kind"), t(`reward.${type}`)],
    [t("evidence.name"), found ?? (asked === "" ? t("evidence.none") : asked)],
    [t("evidence.policyKind"), finetuningType],
    ...(adapter
      ? ([
          [t("evidence.trainedOn"), trainedOnBase ?? t("evidence.unknown")],
          [t("evidence.policyBase"), policyBase ?? t("evidence.unknown")],
        ] as const)
      : []),
    [t("evidence.available"), available.map((entry) => `${entry.id} (${t(`reward.${entry.type}`)})`).join(", ")],
  ];
  return (
    <>
      <dl className={classes["facts"]}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {trainedOnBase !== null && policyBase !== null && <Agreement agree={trainedOnBase === policyBase} />}
    </>
  );
}
