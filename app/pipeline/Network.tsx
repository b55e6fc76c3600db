// A network of the diagram: layers as a pile, a lock when frozen, an arrow when trained, an adapter when it has one.

import type { ReactNode } from "react";
import { LockIcon, TrainedIcon } from "../icons";
import { useLanguage } from "../strings/strings";
import classes from "./Network.module.css";

interface Props {
  readonly name: string;
  /** null: a server or a rule has nothing to train or freeze. */
  readonly trained: boolean | null;
  /** What kind it is. */
  readonly kind: string;
  /** Carries an adapter. */
  readonly adapted: boolean;
  /** Computing now. */
  readonly working: boolean;
  readonly children?: ReactNode;
}

export function Network({ name, trained, kind, adapted, working, children }: Props) {
  const { t } = useLanguage();
  return (
    <div className={classes["network"]} data-trained={trained ?? "none"} data-working={working} data-adapted={adapted}>
      <span className={classes["layers"]} />
      <span className={classes["head"]}>
        <span className={classes["name"]}>{name}</span>
        {trained !== null && (
          <span className={classes["mark"]} title={t(trained ? "pipeline.trained" : "pipeline.frozen")}>
            {trained ? <TrainedIcon /> : <LockIcon />}
          </span>
        )}
      </span>
      <span className={classes["kind"]}>{kind}</span>
      {children}
    </div>
  );
}
