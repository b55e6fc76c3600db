// What the sender of a link should know: where it works, what it cannot hold.

import { WarningIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import { LONG_LINK } from "./linkAddress";
import classes from "./LinkDialog.module.css";
import type { PageLink } from "./pageLink";

export function LinkNotes({ link: { address, notes } }: { readonly link: PageLink }) {
  const { t, numbers } = useLanguage();
  if (notes.length === 0) return null;
  return (
    <ul className={classes["notes"]}>
      {notes.map((note) => (
        <li key={note} data-note={note}>
          <WarningIcon />
          <span>
            {note === "long"
              ? t("share.note.long", { length: numbers.whole(address.length), limit: numbers.whole(LONG_LINK) })
              : t(`share.note.${note}`)}
          </span>
        </li>
      ))}
    </ul>
  );
}
