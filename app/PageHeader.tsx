// The page's head: name, what it is, language, colour scheme, help.

import { ShortcutsHelp } from "./help/ShortcutsHelp";
import { LanguageChoice, Logo, SchemeChoice } from "./PageChoices";
import { RunsButton } from "./library/RunsButton";
import classes from "./PageHeader.module.css";
import { RecordingMenu } from "./replay/RecordingMenu";
import { Lockable } from "./share/Lockable";
import { ShareMenu } from "./share/ShareMenu";
import { useLanguage } from "./strings/strings";

export function PageHeader() {
  const { t } = useLanguage();
  return (
    <header className={classes["header"]}>
      <div className={classes["brand"]}>
        <Logo />
        <h1 className={classes["name"]}>{t("app.name")}</h1>
        <p className={classes["tagline"]}>{t("app.tagline")}</p>
      </div>
      <div className={classes["choices"]}>
        <Lockable group="recordings">
          <RecordingMenu />
        </Lockable>
        <RunsButton />
        <ShareMenu />
        <LanguageChoice />
        <SchemeChoice />
        <div className={classes["shortcuts"]}>
          <ShortcutsHelp />
        </div>
      </div>
    </header>
  );
}
