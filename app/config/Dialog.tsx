// A modal window by the browser's own dialog element: it keeps the focus inside, closes with Escape and gives the focus back.

import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { CloseIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import classes from "./Dialog.module.css";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Stays in sight below what scrolls. */
  readonly footer?: ReactNode;
  /** At the page's edge over its whole height, for long content. */
  readonly drawer?: boolean;
  readonly testId?: string;
}

/** Open for as long as it is rendered. */
export function Dialog({ title, onClose, children, footer, drawer = false, testId }: Props) {
  const { t } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // A layout effect: closed before it leaves the page, so that the focus goes back to where it was.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    // The page's shortcuts rest while a dialog is open.
    <dialog
      ref={dialog}
      className={classes["dialog"]}
      data-drawer={drawer}
      data-testid={testId}
      aria-labelledby={id}
      onKeyDown={(event) => event.stopPropagation()}
      onCancel={(event) => {
        // React hands events of a dialog within on to this one.
        if (event.target !== dialog.current) return;
        event.preventDefault();
        onClose();
      }}
      onClose={() => {
        if (dialog.current?.open === false) onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={classes["frame"]}>
        <div className={classes["head"]}>
          <h2 id={id} className={classes["title"]}>
            {title}
          </h2>
          <button type="button" className={classes["close"]} aria-label={t("dialog.close")} title={t("dialog.close")} onClick={onClose}>
            <CloseIcon />
          </button>
        </div>
        <div className={classes["body"]}>{children}</div>
        {footer !== undefined && <div className={classes["foot"]}>{footer}</div>}
      </div>
    </dialog>
  );
}
