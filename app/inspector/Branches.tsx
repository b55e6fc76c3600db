// The two branches of a min or max under one another; the one that counts is framed, ticked and named.

import { Formula } from "../formula/Formula";
import { CheckIcon } from "../icons";
import type { Branch } from "../lenses/stageNumbers";
import { useLanguage } from "../strings/strings";
import classes from "./TokenInspector.module.css";

interface Props {
  readonly branch: Branch;
  /** Why the branch that counts does. */
  readonly wins: "inspect.winsSmaller" | "inspect.winsLarger";
  /** TeX */
  readonly unclipped: string;
  readonly clipped: string;
}

export function Branches({ branch, wins, unclipped, clipped }: Props) {
  const { t } = useLanguage();
  const rows = [
    { id: "unclipped", name: t("inspect.unclipped"), tex: unclipped, counts: branch !== "clipped" },
    { id: "clipped", name: t("inspect.clippedBranch"), tex: clipped, counts: branch === "clipped" },
  ];
  return (
    <ul className={classes["branches"]}>
      {rows.map(({ id, name, tex, counts }) => (
        <li key={id} data-branch={id} data-counts={counts || undefined}>
          <span className={classes["branchName"]}>
            {name}
            {counts && (
              <b>
                <CheckIcon /> {t(branch === "same" ? "inspect.same" : wins)}
              </b>
            )}
          </span>
          <Formula tex={tex} />
        </li>
      ))}
    </ul>
  );
}
