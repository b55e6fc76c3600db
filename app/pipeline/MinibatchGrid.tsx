// The minibatches of the update, one row an epoch, filled in as they are done.

import { memo } from "react";
import classes from "./MinibatchGrid.module.css";

interface Props {
  readonly epochs: number;
  readonly perEpoch: number;
  readonly done: number;
}

/** More than these would be dust. */
const MOST_EPOCHS = 6;
const MOST_MINIBATCHES = 16;

export const MinibatchGrid = memo(function MinibatchGrid({ epochs, perEpoch, done }: Props) {
  if (epochs > MOST_EPOCHS || perEpoch > MOST_MINIBATCHES)
    return (
      <span className={classes["bar"]}>
        <span style={{ width: `${Math.min(100, (100 * done) / (epochs * perEpoch))}%` }} />
      </span>
    );
  return (
    <span className={classes["grid"]} style={{ gridTemplateColumns: `repeat(${perEpoch}, minmax(0, 1fr))` }}>
      {Array.from({ length: epochs * perEpoch }, (_, i) => (
        <span key={`minibatch ${i}`} data-done={i < done} />
      ))}
    </span>
  );
});
