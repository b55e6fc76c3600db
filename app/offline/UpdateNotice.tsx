// Says that a new version is ready, and changes to it on a click; not while a run is under way, and it says why.

import { Button } from "@mantine/core";
import { useState } from "react";
import { useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { changeVersion } from "./updates";
import classes from "./UpdateNotice.module.css";

interface Props {
  /** The version that waits. */
  readonly version: ServiceWorker;
  readonly onLater: () => void;
}

export function UpdateNotice({ version, onLater }: Props) {
  const { t } = useLanguage();
  const underWay = useRun(({ status }) => status === "running" || status === "paused");
  const [otherTabs, setOtherTabs] = useState(false);
  const change = async (): Promise<void> => {
    if (!underWay) setOtherTabs(!(await changeVersion(version, () => location.reload())));
  };
  const reason = underWay ? t("offline.underWay") : otherTabs ? t("offline.otherTabs") : null;
  return (
    <aside className={classes["notice"]} aria-label={t("offline.label")} data-testid="update">
      <p role="status" className={classes["words"]}>
        {t("offline.ready")} {reason !== null && <span id="update-reason">{reason}</span>}
      </p>
      <div className={classes["actions"]}>
        <Button
          size="compact-sm"
          data-action="changeVersion"
          {...(underWay && { "data-disabled": true, "aria-disabled": true })}
          {...(reason !== null && { "aria-describedby": "update-reason" })}
          onClick={() => void change()}
        >
          {t("offline.change")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onLater}>
          {t("offline.later")}
        </Button>
      </div>
    </aside>
  );
}
