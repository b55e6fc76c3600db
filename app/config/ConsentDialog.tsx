// Asks for leave to send prompts and responses to one reward server: the exact origin, an example of what goes there, and how to be safe.

import { WarningIcon } from "../icons";
import { useLab } from "../run/lab";
import type { RunState } from "../run/runState";
import { useLanguage } from "../strings/strings";
import { ConfirmFooter } from "./ConfirmFooter";
import classes from "./ConsentDialog.module.css";
import { Dialog } from "./Dialog";
import { isLocal, isMixedContent, requestExample } from "./serverAddress";

/** Where LLaMA-Factory's server reads API_HOST, API_PORT and API_KEY. */
const SERVER_SOURCE = "https://github.com/hiyouga/LLaMA-Factory/blob/main/src/llamafactory/api/app.py";

interface Props {
  /** A full address. */
  readonly address: string;
  readonly withKey: boolean;
  readonly onAllow: () => void;
  readonly onClose: () => void;
}

export function ConsentDialog({ address, withKey, onAllow, onClose }: Props) {
  const { t } = useLanguage();
  const { store } = useLab();
  const { origin, pathname } = new URL(address);
  return (
    <Dialog
      title={t("consent.title")}
      onClose={onClose}
      testId="consent"
      footer={<ConfirmFooter action={t("consent.allow")} id="allow" onConfirm={onAllow} onClose={onClose} />}
    >
      <div className={classes["text"]}>
        <p>{t("consent.what")}</p>
        <p className={classes["origin"]} data-testid="consent-origin">
          {origin}
        </p>
        <p>{t(withKey ? "consent.requestKey" : "consent.request", { path: pathname })}</p>
        <h3>{t("consent.example")}</h3>
        <pre className={classes["example"]} tabIndex={0} aria-label={t("consent.example")} data-testid="consent-example">
          {requestExample(exampleTexts(store.getState()))}
        </pre>
        {isMixedContent(origin, location.protocol) && (
          <p className={classes["warning"]}>
            <WarningIcon />
            <span>{t("consent.mixed")}</span>
          </p>
        )}
        {isLocal(origin) && (
          <>
            <h3>{t("consent.localTitle")}</h3>
            <p>{t("consent.local")}</p>
          </>
        )}
        <h3>{t("consent.safeTitle")}</h3>
        <ul>
          <li>{t("consent.safeKey")}</li>
          <li>{t("consent.safeHost")}</li>
          <li>
            {t("consent.safeOwn")}{" "}
            <a href={SERVER_SOURCE} target="_blank" rel="noreferrer noopener">
              {t("consent.source")}
            </a>
          </li>
        </ul>
        <p className="dim">{t("consent.until")}</p>
      </div>
    </Dialog>
  );
}

/** Two texts of the newest step with their special tokens, as the server gets them; else the prompt that the checks read. */
function exampleTexts({ records, info, checks }: RunState): string[] {
  const newest = records.at(-1);
  const read = (ids: Int32Array = new Int32Array()): string[] => Array.from(ids, (id) => info?.tokenTexts[id] ?? "");
  if (newest !== undefined)
    return newest.queries.slice(0, 2).map((query, row) => [...read(query), ...read(newest.responses[row])].join(" "));
  const vocabulary = checks?.reports.find((report) => report.id === "vocabulary");
  return [`${vocabulary?.evidence.sampleText ?? ""} ...`, "..."];
}
