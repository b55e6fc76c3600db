// The explanation panel: beside the content on wide screens, a sheet at the bottom on others. Not modal.

import { Button } from "@mantine/core";
import { lazy, Suspense, useLayoutEffect, useRef } from "react";
import { useLanguage } from "../strings/strings";
import { useSetView, useView } from "../view/view";
import classes from "./ExplainPanel.module.css";
import { type TopicId, topicIdOf } from "./topics";

const Explanation = lazy(async () => {
  try {
    return { default: (await import("./Explanation")).Explanation };
  } catch {
    return { default: NotLoaded };
  }
});

export function ExplainPanel() {
  const id = useView(({ topic }) => (topic === null ? null : topicIdOf(topic)));
  const open = id !== null;
  useLayoutEffect(() => {
    if (!open) return;
    document.documentElement.dataset["explaining"] = "true";
    return () => {
      delete document.documentElement.dataset["explaining"];
    };
  }, [open]);
  useReturnedFocus(id);
  if (id === null) return null;
  return (
    <Suspense fallback={<aside className={classes["panel"]} aria-busy="true" />}>
      <Explanation key={id} id={id} />
    </Suspense>
  );
}

/** The rest of the page goes on without the explanations. */
function NotLoaded(_: { readonly id: TopicId }) {
  const { t } = useLanguage();
  const setView = useSetView();
  return (
    <aside className={classes["panel"]} aria-label={t("lens.panel")}>
      <p role="alert">{t("lens.failed")}</p>
      <Button variant="default" onClick={() => setView({ topic: null })}>
        {t("lens.close")}
      </Button>
    </aside>
  );
}

/** When the panel closes, the focus goes back to what opened it, unless somebody has moved it elsewhere meanwhile. */
function useReturnedFocus(id: TopicId | null): void {
  const opener = useRef<HTMLElement | null>(null);
  // A layout effect sees the focus before the panel takes it.
  useLayoutEffect(() => {
    const focused = document.activeElement;
    if (id !== null) {
      // A topic chosen inside the panel has the same opener.
      if (focused instanceof HTMLElement && focused !== document.body && focused.closest("[data-explanation]") === null)
        opener.current = focused;
      opener.current?.scrollIntoView({ block: "nearest" });
      return;
    }
    const lost = focused === null || focused === document.body;
    if (lost && opener.current?.isConnected === true) opener.current.focus();
    opener.current = null;
  }, [id]);
}
