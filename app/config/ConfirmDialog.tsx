// Asks before something is thrown away.

import { ConfirmFooter } from "./ConfirmFooter";
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
  return (
    <Dialog
      title={title}
      onClose={onClose}
      testId="confirm"
      footer={<ConfirmFooter action={action} id="confirm" onConfirm={onConfirm} onClose={onClose} />}
    >
      <p style={{ margin: 0, lineHeight: 1.55 }}>{text}</p>
    </Dialog>
  );
}
