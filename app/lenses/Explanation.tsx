// The content of the explanation panel, new for every topic: lens, paragraph, code lens, neighbouring topics.

import { ActionIcon, Button } from "@mantine/core";
import { useEffect, useId, useRef } from "react";
import { CloseIcon } from "../icons";
import { useRun } from "../run/lab";
import { useLanguage } from "../strings/strings";
import { useSetView, useShownStep, useView } from "../view/view";
import { LENSES } from "../view/viewState";
import { CodeLens } from "./CodeLens";
import classes from "./Explanation.module.css";
import panel from "./ExplainPanel.module.css";
import { withScripts } from "./scripts";
import { useShownConfig } from "./shownConfig";
import { fillSlots } from "./slots";
import { TOPIC_LINKS } from "./topicLinks";
import { type TopicId, topicOf } from "./topics";
import { technicalNames, topicValue } from "./topicValue";
import { useLensTexts } from "./useLensTexts";

export function Explanation({ id }: { readonly id: TopicId }) {
  const { t, language, numbers } = useLanguage();
  const setView = useSetView();
  const lens = useView((view) => view.lens);
  const step = useShownStep();
  const config = useShownConfig(step?.step ?? null);
  const { texts, again } = useLensTexts(language);
  const titleId = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const { stages, neighbours } = TOPIC_LINKS[id];

  useEffect(() => title.current?.focus({ preventScroll: true }), []);
  useEscape(() => setView({ topic: null }));

  return (
    <aside className={panel["panel"]} aria-labelledby={titleId} data-explanation={id} data-testid="explanation">
      <div className={classes["head"]}>
        <div className={classes["titles"]}>
          <h2 className={classes["title"]} id={titleId} ref={title} tabIndex={-1}>
            {t(`lens.name.${id}`)}
          </h2>
          <Facts id={id} />
        </div>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label={t("lens.close")} onClick={() => setView({ topic: null })}>
          <CloseIcon />
        </ActionIcon>
      </div>

      <div className={classes["columns"]}>
        <div>
          <div className={classes["lenses"]} role="group" aria-label={t("lens.for")}>
            {LENSES.map((name) => (
              <button key={name} type="button" aria-pressed={name === lens} onClick={() => setView({ lens: name })} data-lens={name}>
                {t(`lens.${name}`)}
              </button>
            ))}
          </div>

          {texts === null ? (
            <div className={classes["failed"]} role="alert">
              <p>{t("lens.failed")}</p>
              <Button size="compact-sm" variant="default" onClick={again}>
                {t("lens.again")}
              </Button>
            </div>
          ) : (
            <p className={classes["text"]} aria-live="polite" aria-busy={texts === undefined} data-testid="explanation-text">
              {texts === undefined ? " " : <Scripted text={fillSlots(texts[id][lens], config, numbers)} />}
            </p>
          )}

          <nav className={classes["related"]} aria-label={t("lens.related")}>
            <h3>{t("lens.related")}</h3>
            <ul>
              {neighbours.map((neighbour) => (
                <li key={neighbour}>
                  <button type="button" onClick={() => setView({ topic: topicOf(neighbour) })} data-topic={neighbour}>
                    {t(`lens.name.${neighbour}`)}
                  </button>
                </li>
              ))}
            </ul>
          </nav>
        </div>
        <CodeLens stages={stages} step={step} config={config} />
      </div>
    </aside>
  );
}

function Scripted({ text }: { readonly text: string }) {
  return withScripts(text).map((part, place) => {
    const key = `${place} ${part.text}`;
    if (part.kind === "sub") return <sub key={key}>{part.text}</sub>;
    if (part.kind === "sup") return <sup key={key}>{part.text}</sup>;
    return part.text;
  });
}

/** Technical name and present value. */
function Facts({ id }: { readonly id: TopicId }) {
  const { t, numbers } = useLanguage();
  const step = useShownStep();
  const config = useShownConfig(step?.step ?? null);
  const newest = useRun((state) => state.points.at(-1) ?? null);
  const record = step?.record ?? null;
  const shown = record === null ? newest : { step: record.step + 1, stats: record.stats };
  const names = technicalNames(id);
  if (names.length === 0) return null;
  const known = topicValue(id, config, shown?.stats ?? null);
  const write = (value: string | number | boolean | null): string =>
    typeof value === "boolean" ? t(value ? "lens.on" : "lens.off") : value === null ? t("lens.off") : numbers.option(value);
  return (
    <p className={classes["facts"]}>
      {names.map((name) => (
        <code key={name}>{name}</code>
      ))}
      {known?.kind === "option" && <span>{t("lens.valueSet", { value: write(known.value) })}</span>}
      {known?.kind === "metric" && shown !== null && (
        <span className="numeric">{t("lens.valueAt", { value: numbers.precise(known.value), step: numbers.whole(shown.step) })}</span>
      )}
    </p>
  );
}

/** Escape closes, unless a field, a list or a pop-over has its own use for it. */
function useEscape(close: () => void): void {
  const closeNow = useRef(close);
  useEffect(() => {
    closeNow.current = close;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("input, select, textarea, [role=dialog], [role=listbox], [aria-expanded=true]")) return;
      closeNow.current();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
