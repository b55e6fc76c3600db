// What each network needs, as bars on one scale, against what the engine can hold.

import type { MemoryEvidence as Evidence } from "../../../src/gates/memoryGate";
import { useLanguage } from "../../strings/strings";
import classes from "./Evidence.module.css";

const MIB = 1024 * 1024;

export function MemoryEvidence({ evidence }: { readonly evidence: Evidence }) {
  const { t, numbers } = useLanguage();
  const { parts, totalBytes, limitBytes } = evidence;
  const mib = (bytes: number): string => t("evidence.mib", { size: numbers.fixed(bytes / MIB, bytes < 10 * MIB ? 1 : 0) });
  const rows = [
    ...parts.map(({ name, bytes }) => ({ key: name, label: t(`evidence.memory.${name}`), bytes })),
    { key: "total", label: t("evidence.memory.total"), bytes: totalBytes },
  ];
  const scale = Math.max(totalBytes, ...parts.map(({ bytes }) => bytes), 1);
  return (
    <>
      <dl className={classes["bars"]}>
        {rows.map(({ key, label, bytes }) => (
          <div key={key} data-total={key === "total"}>
            <dt>{label}</dt>
            <dd>
              <span
                className={classes["bar"]}
                style={{ width: `${Math.max(0.5, (100 * bytes) / scale)}%` }}
                data-over={bytes > limitBytes}
              />
              <span className="numeric">{mib(bytes)}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className={`numeric ${classes["remark"]}`}>
        {mib(totalBytes)} {t("evidence.memory.limit", { limit: numbers.whole(limitBytes / MIB) })} (
        {numbers.percent(totalBytes / limitBytes)})
      </p>
    </>
  );
}
