// A verdict by sign, word and colour.

import type { GateReport } from "../../src/gates/inspection";
import { CheckIcon, StopIcon, WarningIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import classes from "./Verdict.module.css";

type VerdictName = GateReport["verdict"];

export function VerdictIcon({ verdict }: { readonly verdict: VerdictName }) {
  switch (verdict) {
    case "pass":
      return <CheckIcon />;
    case "warn":
      return <WarningIcon />;
    case "stop":
      return <StopIcon />;
  }
}

export function Verdict({ verdict }: { readonly verdict: VerdictName }) {
  const { t } = useLanguage();
  return (
    <span className={classes["verdict"]} data-verdict={verdict}>
      <VerdictIcon verdict={verdict} />
      {t(`checks.${verdict}`)}
    </span>
  );
}
