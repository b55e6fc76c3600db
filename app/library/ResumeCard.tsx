// The calm card that offers to go on with the newest unfinished run.

import { Button } from "@mantine/core";
import { useState } from "react";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";
import type { Offer } from "./libraryState";
import classes from "./ResumeCard.module.css";
import { useOpening } from "./useLibrary";
import { dateText, nameOf, problemText } from "./words";

export function ResumeCard({ offer }: { readonly offer: Offer }) {
  const { t, numbers, language } = useLanguage();
  const { library } = useLab();
  const { resume, look } = useOpening();
  const [opening, setOpening] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { row, stepsDone, fellBack } = offer;
  const name = nameOf(row, t, numbers);
  const step = numbers.whole(row.steps);
  const remark =
    stepsDone === null
      ? t("offer.damaged")
      : fellBack
        ? t("offer.fellBack", { step: numbers.whole(stepsDone) })
        : stepsDone < row.steps
          ? t("offer.again", { step: numbers.whole(stepsDone) })
          : null;
  const open = async (way: () => Promise<void>): Promise<void> => {
    setOpening(true);
    try {
      await way();
    } catch (error) {
      setProblem(problemText(error, t, numbers));
    }
    setOpening(false);
  };
  const decline = async (): Promise<void> => (await library.desk()).declineOffer();
  return (
    <aside
      className={classes["card"]}
      aria-label={t("offer.label")}
      data-testid="offer"
      data-after={stepsDone ?? "none"}
      data-fell-back={fellBack}
    >
      <div className={classes["words"]}>
        <p>
          <b>{t("offer.title")}</b>{" "}
          <span className="numeric">
            {t("offer.run", { name, step, total: numbers.whole(row.totalSteps), when: dateText(row.changed, language) })}
          </span>
        </p>
        {remark !== null && <p className={classes["remark"]}>{remark}</p>}
        <p role="alert" className={classes["remark"]}>
          {problem}
        </p>
      </div>
      <div className={classes["actions"]}>
        {stepsDone === null ? (
          <Button size="xs" variant="light" disabled={opening} onClick={() => void open(() => look(row.id, name))} data-action="offerLook">
            {t(opening ? "offer.resuming" : "offer.look")}
          </Button>
        ) : (
          <Button size="xs" variant="light" disabled={opening} onClick={() => void open(() => resume(row.id))} data-action="offerResume">
            {t(opening ? "offer.resuming" : "offer.resume")}
          </Button>
        )}
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          onClick={() => void decline().catch(() => {})}
          title={t("offer.declineWhy")}
          data-action="offerDecline"
        >
          {t("offer.decline")}
        </Button>
      </div>
    </aside>
  );
}
