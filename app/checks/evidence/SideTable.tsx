// Facts of two sides in a table, each row with whether they agree.

import { CheckIcon, WarningIcon } from "../../icons";
import { useLanguage } from "../../strings/strings";
import classes from "./Evidence.module.css";

interface Row {
  readonly name: string;
  readonly left: string;
  readonly right: string;
}

interface Props {
  readonly left: string;
  readonly right: string;
  readonly rows: readonly Row[];
  /** Mark rows that agree or differ. */
  readonly compare: boolean;
}

export function SideTable({ left, right, rows, compare }: Props) {
  const { t } = useLanguage();
  return (
    <table className={classes["table"]}>
      <thead>
        <tr>
          <td />
          <th scope="col">{left}</th>
          <th scope="col">{right}</th>
          {compare && (
            <th scope="col">
              <span className="hidden-visually">{t("evidence.agree")}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name} data-differs={compare && row.left !== row.right}>
            <th scope="row">{row.name}</th>
            <td className="numeric">{row.left}</td>
            <td className="numeric">{row.right}</td>
            {compare && (
              <td>
                <Agreement agree={row.left === row.right} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Agreement({ agree }: { readonly agree: boolean }) {
  const { t } = useLanguage();
  return (
    <span className={classes["agreement"]} data-agree={agree}>
      {agree ? <CheckIcon /> : <WarningIcon />}
      {t(agree ? "evidence.same" : "evidence.differs")}
    </span>
  );
}
