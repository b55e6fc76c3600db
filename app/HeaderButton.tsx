// A button of the page's header: icon and name, the name for screen readers only where the header is narrow.

import { Button, type ButtonProps } from "@mantine/core";
import type { ComponentProps, ReactNode } from "react";
import classes from "./HeaderButton.module.css";

interface Props extends ButtonProps, Omit<ComponentProps<"button">, keyof ButtonProps> {
  readonly icon: ReactNode;
  readonly name: string;
}

/** Passes on what a menu gives its target. */
export function HeaderButton({ icon, name, className = "", ...rest }: Props) {
  return (
    <Button variant="default" size="sm" className={`${classes["button"]} ${className}`} leftSection={icon} {...rest}>
      <span className={classes["label"]}>{name}</span>
    </Button>
  );
}
