// A text to take along: read-only, selected at once when it gets the focus, with a button that copies it.

import { Button } from "@mantine/core";
import { useId, useRef, useState } from "react";
import { CheckIcon, CopyIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import classes from "./CopyField.module.css";

interface Props {
  readonly label: string;
  readonly text: string;
  /** Rows of text; one is a line. */
  readonly rows?: number;
  readonly testId: string;
}

export function CopyField({ label, text, rows = 2, testId }: Props) {
  const { t } = useLanguage();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [done, setDone] = useState<{ readonly text: string; readonly ok: boolean } | null>(null);
  const outcome = done?.text === text ? done.ok : null;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setDone({ text, ok: true });
    } catch {
      field.current?.focus();
      setDone({ text, ok: false });
    }
  };
  return (
    <div className={classes["copy"]}>
      <label htmlFor={id}>{label}</label>
      <div className={classes["row"]}>
        <textarea
          id={id}
          ref={field}
          readOnly
          rows={rows}
          value={text}
          spellCheck={false}
          onFocus={(event) => event.currentTarget.select()}
          data-testid={testId}
        />
        <Button
          variant="default"
          leftSection={outcome === true ? <CheckIcon /> : <CopyIcon />}
          onClick={() => void copy()}
          disabled={text === ""}
          data-action={`copy-${testId}`}
        >
          {t(outcome === true ? "share.copyDone" : "share.copy")}
        </Button>
      </div>
      <p role="status" className={outcome === false ? classes["failed"] : "hidden-visually"}>
        {outcome !== null && t(outcome ? "share.copyDone" : "share.copyFailed")}
      </p>
    </div>
  );
}
