// A reward server: its address, an optional key that is kept nowhere, and the leave to send texts there.

import { Button } from "@mantine/core";
import { lazy, Suspense, useId, useState } from "react";
import { CheckIcon, WarningIcon } from "../icons";
import { useController, useRun } from "../run/lab";
import { Lockable } from "../share/Lockable";
import { useLanguage } from "../strings/strings";
import classes from "./RewardServer.module.css";
import { EXAMPLE_ADDRESS, serverOrigin } from "./serverAddress";

const ConsentDialog = lazy(async () => ({ default: (await import("./ConsentDialog")).ConsentDialog }));

export function RewardServer() {
  const { t } = useLanguage();
  const controller = useController();
  const address = useRun((state) => state.config.rewardModel);
  const allowed = useRun((state) => state.allowedOrigin);
  const [typed, setTyped] = useState<{ readonly text: string; readonly over: string } | null>(null);
  const [key, setKey] = useState("");
  const [asking, setAsking] = useState(false);
  const id = useId();
  const text = typed?.over === address ? typed.text : address;
  const problem = text.trim() !== "" && serverOrigin(text.trim()) === null ? t("reward.addressProblem") : null;
  const origin = serverOrigin(address);
  const commit = (): void => {
    if (problem !== null) return;
    setTyped(null);
    if (text.trim() !== address) controller.setOption("rewardModel", text.trim());
  };
  return (
    <fieldset className={classes["server"]} data-testid="reward-server" data-allowed={origin !== null && origin === allowed}>
      <legend className="hidden-visually">{t("reward.api")}</legend>
      <label htmlFor={`${id}-address`}>{t("reward.address")}</label>
      <Lockable group="settings">
        <input
          id={`${id}-address`}
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          placeholder={EXAMPLE_ADDRESS}
          value={text}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-problem`}
          onChange={(event) => setTyped({ text: event.currentTarget.value, over: address })}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit();
          }}
          data-testid="reward-address"
        />
      </Lockable>
      <p id={`${id}-problem`} className={classes["problem"]} role={problem === null ? undefined : "alert"}>
        {problem}
      </p>
      <label htmlFor={`${id}-key`}>{t("reward.key")}</label>
      <input
        id={`${id}-key`}
        type="password"
        autoComplete="off"
        value={key}
        aria-describedby={`${id}-key-note`}
        onChange={(event) => {
          setKey(event.currentTarget.value);
          // Another key is another request: it is shown again before it is used.
          if (allowed !== null) controller.allowRewardServer(null);
        }}
        data-testid="reward-api-key"
      />
      <p id={`${id}-key-note`} className={classes["note"]}>
        {t("reward.keyNote")}
      </p>
      {origin !== null && origin === allowed ? (
        <div className={classes["state"]} data-allowed="true">
          <CheckIcon />
          <span>{t("reward.allowed", { origin })}</span>
          <Button size="compact-sm" variant="subtle" onClick={() => controller.allowRewardServer(null)} data-action="withdraw">
            {t("reward.withdraw")}
          </Button>
        </div>
      ) : (
        <div className={classes["state"]}>
          <WarningIcon />
          <span>{t("reward.notAllowed")}</span>
          <Button size="compact-sm" disabled={origin === null} onClick={() => setAsking(true)} data-action="review-consent">
            {t("reward.review")}
          </Button>
        </div>
      )}
      {asking && origin !== null && (
        <Suspense fallback={null}>
          <ConsentDialog
            address={address}
            withKey={key !== ""}
            onAllow={() => controller.allowRewardServer({ origin, apiKey: key === "" ? null : key })}
            onClose={() => setAsking(false)}
          />
        </Suspense>
      )}
    </fieldset>
  );
}
