// A dialog's two ways out: leave it, or do what it asks about.

import { Button } from "@mantine/core";
import { useLanguage } from "../strings/strings";

interface Props {
  /** What the button that does it says. */
  readonly action: string;
  /** Its name in the page. */
  readonly id: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmFooter({ action, id, onConfirm, onClose }: Props) {
  const { t } = useLanguage();
  return (
    <>
      <Button variant="default" onClick={onClose}>
        {t("dialog.cancel")}
      </Button>
      <Button
        onClick={() => {
          onClose();
          onConfirm();
        }}
        data-action={id}
      >
        {action}
      </Button>
    </>
  );
}
