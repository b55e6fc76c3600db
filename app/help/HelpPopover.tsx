// A question mark that opens a small explanation; works by mouse, touch and keyboard.

import { ActionIcon, Popover } from "@mantine/core";
import type { ReactNode } from "react";
import { HelpIcon } from "../icons";

interface Props {
  /** What the button explains, for people who cannot see it. */
  readonly label: string;
  readonly children: ReactNode;
}

export function HelpPopover({ label, children }: Props) {
  return (
    <Popover width={300} position="bottom" withArrow shadow="md" trapFocus={false} returnFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={label} c="var(--lab-dim)">
          <HelpIcon />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown style={{ fontSize: 13, lineHeight: 1.5 }}>{children}</Popover.Dropdown>
    </Popover>
  );
}
