// A small picture of what makes a failure, by the group of the option that does; decoration only.

import type { ReactNode } from "react";
import type { FieldGroup } from "../../src/config";
import classes from "./FailureCard.module.css";

/** A leash torn off. */
const LEASH = <path d="M4 14c3-6 5 2 8-3M15 9l1.5-2.5M17 13l3 .5M14.5 5l-.5-2M20 20a3 3 0 1 1-6 0 3 3 0 0 1 6 0z" />;
/** A curve that shoots up. */
const STEEP = <path d="M3 20h18M3 20V4M5 17c5 0 6-2 8-12M13 5l-2.6 1.6M13 5l1.6 2.6M16 17l4-9" />;
/** Round and round. */
const ROUNDS = <path d="M12 4a8 8 0 1 1-7.4 5M4 4.5V9h4.5M12 8v4l3 2" />;
/** A mask. */
const MASK = <path d="M4 7c5-2 11-2 16 0 0 8-3 12-8 13-5-1-8-5-8-13zM8 11c1-1 2-1 3 0M13 11c1-1 2-1 3 0M9 16c2-1.5 4-1.5 6 0" />;
/** Brackets around nothing. */
const BRACKETS = <path d="M8 4H5v16h3M16 4h3v16h-3M10 12h.1M12 12h.1M14 12h.1" />;
/** Dice. */
const DICE = <path d="M5 5h14v14H5zM9 9h.1M15 15h.1M15 9h.1M9 15h.1M12 12h.1" />;
/** A broken line. */
const BROKEN = <path d="M3 12h5l2-6 3 12 2-6h6" />;

const PICTURES: Readonly<Record<FieldGroup, ReactNode>> = {
  run: BRACKETS,
  batch: ROUNDS,
  sampling: DICE,
  models: BROKEN,
  reward: MASK,
  score: MASK,
  kl: LEASH,
  advantages: BROKEN,
  losses: ROUNDS,
  optimizer: STEEP,
  logging: BROKEN,
  evaluation: BRACKETS,
  quirks: BROKEN,
};

export function FailureIcon({ group }: { readonly group: FieldGroup | null }) {
  return (
    <svg
      className={classes["icon"]}
      width="24"
      height="24"
      viewBox="0 0 24 24"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {group === null ? BROKEN : PICTURES[group]}
    </svg>
  );
}
