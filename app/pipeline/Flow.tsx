// An arrow of the diagram with what flows along it; dashes move while its phase is being computed.

import classes from "./Flow.module.css";

interface Props {
  readonly name: string;
  readonly shape: string | null;
  /** One number of it. */
  readonly sample?: string | null;
  readonly active: boolean;
  /** Shorter, inside a stage. */
  readonly inner?: boolean;
}

export function Flow({ name, shape, sample = null, active, inner = false }: Props) {
  return (
    <div className={classes["flow"]} data-active={active} data-inner={inner}>
      <span className={classes["name"]}>{name}</span>
      <span className={classes["line"]} />
      <span className={`numeric ${classes["shape"]}`}>
        {shape !== null && <span>{shape}</span>} {sample !== null && <b>{sample}</b>}
      </span>
    </div>
  );
}
