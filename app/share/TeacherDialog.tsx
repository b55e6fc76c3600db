// Makes a teacher's link: a title, the view it starts with, what is hidden or locked, and HTML for a frame in another page.

import { Button, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { Dialog } from "../config/Dialog";
import { useLanguage } from "../strings/strings";
import { TABS, type Tab } from "../view/viewState";
import { CONTROL_GROUPS, type ControlGroup, type Restriction } from "./controlGroups";
import { CopyField } from "./CopyField";
import { groupName } from "./groupNames";
import { frameCode } from "./linkAddress";
import { LinkNotes } from "./LinkNotes";
import { type PageLink, linkTo, useCapture } from "./pageLink";
import { TITLE_LENGTH } from "./sharedFields";
import type { SharedState } from "./sharedState";
import classes from "./TeacherDialog.module.css";

const RESTRICTIONS: readonly Restriction[] = ["none", "locked", "hidden"];
type Groups = Readonly<Partial<Record<ControlGroup, Restriction>>>;

export function TeacherDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLanguage();
  const read = useCapture();
  // The page goes on below; the link is about the moment when the dialog opened.
  const [{ state, notes }] = useState(read);
  const [title, setTitle] = useState(state.title);
  const [tab, setTab] = useState<Tab>(state.tab);
  const [groups, setGroups] = useState<Groups>({});
  const [embed, setEmbed] = useState(false);
  const [link, setLink] = useState<PageLink | "tooLong" | null>(null);

  useEffect(() => {
    let current = true;
    const taught: SharedState = { ...state, title: title.trim(), tab, embed, ...restrictionsOf(groups, tab) };
    const show = (made: PageLink | "tooLong"): void => {
      if (current) setLink(made);
    };
    linkTo(taught, notes).then(show, () => show("tooLong"));
    return () => {
      current = false;
    };
  }, [state, notes, title, tab, embed, groups]);

  const made = link === "tooLong" ? null : link;
  return (
    <Dialog
      title={t("share.teacher.title")}
      onClose={onClose}
      testId="teacher-dialog"
      footer={<Button onClick={onClose}>{t("dialog.close")}</Button>}
    >
      <div className={classes["body"]}>
        <p>{t("share.teacher.about")}</p>
        <TextInput
          label={t("share.teacher.name")}
          placeholder={t("share.teacher.nameHint")}
          maxLength={TITLE_LENGTH}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
          data-testid="teacher-title"
        />
        <NativeSelect
          label={t("share.teacher.start")}
          value={tab}
          onChange={(event) => setTab(event.currentTarget.value as Tab)}
          data={TABS.map((value) => ({ value, label: t(`tabs.${value}`) }))}
          data-testid="teacher-start"
        />
        <Controls groups={groups} start={tab} onChange={(group, restriction) => setGroups({ ...groups, [group]: restriction })} />
        <p className={classes["honest"]}>{t("share.teacher.honest")}</p>
        <Switch
          label={t("share.teacher.frame")}
          description={t("share.teacher.frameWhy")}
          checked={embed}
          onChange={(event) => setEmbed(event.currentTarget.checked)}
          data-testid="teacher-embed"
        />
        {link === "tooLong" && <p role="alert">{t("share.tooLong")}</p>}
        {made !== null && <LinkNotes link={made} />}
        <CopyField label={t("share.link")} text={made?.address ?? ""} testId="teacher-link" />
        {embed && made !== null && (
          <CopyField
            label={t("share.teacher.frameCode")}
            text={frameCode(made.address, title.trim() || t("app.name"))}
            rows={4}
            testId="frame-code"
          />
        )}
      </div>
    </Dialog>
  );
}

/** The start view is always there. */
function restrictionsOf(groups: Groups, start: Tab): Pick<SharedState, "hidden" | "locked"> {
  const of = (restriction: Restriction) => CONTROL_GROUPS.filter((group) => group !== start && groups[group] === restriction);
  return { hidden: of("hidden"), locked: of("locked") };
}

interface ControlsProps {
  readonly groups: Groups;
  readonly start: Tab;
  readonly onChange: (group: ControlGroup, restriction: Restriction) => void;
}

function Controls({ groups, start, onChange }: ControlsProps) {
  const { t } = useLanguage();
  return (
    <fieldset className={classes["controls"]}>
      <legend>{t("share.teacher.controls")}</legend>
      {CONTROL_GROUPS.map((group) => (
        <div
          key={group}
          className={classes["group"]}
          role={group === start ? undefined : "radiogroup"}
          aria-label={group === start ? undefined : groupName(group, t)}
        >
          <span className={classes["name"]}>{groupName(group, t)}</span>
          {group === start ? (
            <span className="dim">{t("share.teacher.startStays")}</span>
          ) : (
            RESTRICTIONS.map((restriction) => (
              <label key={restriction} className={classes["choice"]}>
                <input
                  type="radio"
                  name={`restrict-${group}`}
                  checked={(groups[group] ?? "none") === restriction}
                  onChange={() => onChange(group, restriction)}
                  data-group={group}
                  data-restriction={restriction}
                />
                {t(`share.teacher.${restriction}`)}
              </label>
            ))
          )}
        </div>
      ))}
    </fieldset>
  );
}
