// The head of a page that sits in a frame: the lesson's title and the way to the whole lab.

import { OutsideIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import classes from "./EmbedHeader.module.css";
import { useLinkState } from "./share";

export function EmbedHeader() {
  const { t } = useLanguage();
  const title = useLinkState(({ offer, opened }) => (opened ?? offer)?.title ?? "");
  return (
    <header className={classes["header"]} data-testid="embed-header">
      <h1 className={classes["title"]}>{title === "" ? t("app.name") : title}</h1>
      <OpenOutside />
    </header>
  );
}

/** The same link without the frame. */
function OpenOutside() {
  const { t } = useLanguage();
  const address = (): string => {
    const url = new URL(location.href);
    url.searchParams.delete("embed");
    return url.href;
  };
  return (
    <a href={address()} target="_blank" rel="noopener" className={classes["open"]} data-action="openOutside">
      {t("share.embed.open")}
      <OutsideIcon />
    </a>
  );
}
