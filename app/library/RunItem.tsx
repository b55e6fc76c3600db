// One stored run in the list: what it is, the two ways to open it, and more behind a button.

import { Button } from "@mantine/core";
import { useState } from "react";
import { sizeText } from "../files/sizeText";
import { ChevronIcon, PinIcon } from "../icons";
import { ConfirmDialog } from "../config/ConfirmDialog";
import { runIsLost } from "../config/runIsLost";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { DeleteRun } from "./DeleteRun";
import { MoreOfRun } from "./MoreOfRun";
import type { Act } from "./RunsDialog";
import classes from "./RunsDialog.module.css";
import { bytesOf, type DamagedRow, isDamaged, type RunRow } from "./runRow";
import { useLibrary, useOpening } from "./useLibrary";
import { dateText, nameOf } from "./words";

interface Props<Entry> {
  readonly entry: Entry;
  readonly act: Act;
  /** The run is on the page now. */
  readonly onOpened: () => void;
}

export function RunItem({ entry, act, onOpened }: Props<RunRow | DamagedRow>) {
  const { t } = useLanguage();
  if (!isDamaged(entry)) return <WholeRun entry={entry} act={act} onOpened={onOpened} />;
  return (
    <div className={classes["head"]}>
      <span className={classes["remark"]} title={entry.damaged}>
        {t("library.damagedRow")}
      </span>
      <DeleteRun id={entry.id} name={t("library.damagedRow")} act={act} />
    </div>
  );
}

function WholeRun({ entry, act, onOpened }: Props<RunRow>) {
  const { t, numbers, language } = useLanguage();
  const { resume, look } = useOpening();
  const [more, setMore] = useState(false);
  const current = useLibrary((state) => state.current === entry.id);
  const name = nameOf(entry, t, numbers);
  const steps = numbers.whole(entry.steps);
  const facts = [
    entry.finished ? t("library.finished", { steps }) : t("library.steps", { steps, total: numbers.whole(entry.totalSteps) }),
    dateText(entry.changed, language),
    sizeText(bytesOf(entry), numbers),
  ];
  const { live } = useLab();
  const [asking, setAsking] = useState(false);
  // Where runs are not stored, the one on the page would be gone.
  const unsaved = useLibrary((state) => state.access !== "own");
  const askOrResume = (): void => {
    if (unsaved && runIsLost(live.getState())) setAsking(true);
    else open(() => resume(entry.id));
  };
  const open = (way: () => Promise<void>): void =>
    void act(async () => {
      await way();
      onOpened();
    }, null);
  return (
    <>
      <div className={classes["head"]}>
        <div className={classes["words"]}>
          <h3 className={classes["name"]}>
            {entry.pinned && (
              <span title={t("library.pinned")}>
                <PinIcon />
                <span className="hidden-visually">{t("library.pinned")}: </span>
              </span>
            )}
            {name}
          </h3>
          <p className={`numeric ${classes["facts"]}`}>
            {facts.join(" · ")}
            {current && <b> · {t("library.current")}</b>}
          </p>
          {entry.leaving && !entry.pinned && <p className={classes["leaving"]}>{t("library.leaving")}</p>}
        </div>
        <div className={classes["ways"]}>
          {!entry.finished && entry.snapshot !== null && !current && (
            <Button size="xs" onClick={askOrResume} aria-label={t("library.resumeNamed", { name })} data-action="resume">
              {t("library.resume")}
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            onClick={() => open(() => look(entry.id, name))}
            aria-label={t("library.lookNamed", { name })}
            data-action="look"
          >
            {t("library.look")}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            rightSection={<ChevronIcon />}
            onClick={() => setMore(!more)}
            aria-expanded={more}
            aria-label={t("library.moreNamed", { name })}
            className={classes["toggle"]}
            data-action="more"
          >
            {t("library.more")}
          </Button>
        </div>
      </div>
      {asking && (
        <ConfirmDialog
          title={t("library.lostTitle")}
          text={t("library.lostText")}
          action={t("library.resume")}
          onConfirm={() => open(() => resume(entry.id))}
          onClose={() => setAsking(false)}
        />
      )}
      {more && <MoreOfRun entry={entry} act={act} name={name} />}
    </>
  );
}
