// Gives a stored run a name.

import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLanguage } from "../strings/strings";
import type { Act } from "./RunsDialog";
import classes from "./RunsDialog.module.css";
import { NAME_LENGTH, type RunRow } from "./runRow";

interface Props {
  readonly entry: RunRow;
  /** The name that the list shows. */
  readonly shown: string;
  readonly act: Act;
  readonly disabled: boolean;
}

export function RenameRun({ entry, shown, act, disabled }: Props) {
  const { t } = useLanguage();
  const [name, setName] = useState(entry.name);
  return (
    <form
      className={classes["rename"]}
      onSubmit={(event) => {
        event.preventDefault();
        void act((desk) => desk.rename(entry.id, name), t("library.renamed", { name: name.trim() || shown }));
      }}
    >
      <TextInput
        size="xs"
        label={t("library.name")}
        value={name}
        placeholder={shown}
        maxLength={NAME_LENGTH}
        disabled={disabled}
        onChange={(event) => setName(event.currentTarget.value)}
        data-testid="run-name"
      />
      <Button type="submit" size="xs" variant="default" disabled={disabled || name.trim() === entry.name}>
        {t("library.save")}
      </Button>
    </form>
  );
}
