// Three lines for newcomers; hidden for good once hidden.

import { Button, UnstyledButton } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { HelpIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import classes from "./Intro.module.css";

export function Intro() {
  const { t } = useLanguage();
  const [shown, setShown] = useLocalStorage({ key: "ppo-lab.intro", defaultValue: true });
  if (!shown)
    return (
      <UnstyledButton className={classes["show"]} onClick={() => setShown(true)}>
        <HelpIcon />
        {t("intro.show")}
      </UnstyledButton>
    );
  return (
    <section className={classes["intro"]} aria-label={t("intro.title")}>
      <div className={classes["head"]}>
        <h2>{t("intro.title")}</h2>
        <Button variant="subtle" size="compact-sm" onClick={() => setShown(false)}>
          {t("intro.hide")}
        </Button>
      </div>
      <ol>
        <li>{t("intro.policy")}</li>
        <li>{t("intro.kl")}</li>
        <li>{t("intro.gold")}</li>
      </ol>
    </section>
  );
}
