// Asks before something is thrown away.

import { Button } from "@mantine/core";
import { useLanguage } from "../strings/strings";
import { Dialog } from "./Dialog";

interface Props {
  readonly title: string;
  readonly text: string;
  /** What the button that does it says. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog({ title, text, action, onConfirm, onClose }: Props) {
  const { t } = useLanguage();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      testId="confirm"
      footer={
        <>
          <Button variant="default" onClick={onClose}>
            {t("dialog.cancel")}
          </Button>
          <Button
            onClick={() => {
              onClose();
              onConfirm();
            }}
            data-action="confirm"
          >
            {action}
          </Button>
        </>
      }
    >
      <p style={{ margin: 0, lineHeight: 1.55 }}>{text}</p>
    </Dialog>
  );
}
