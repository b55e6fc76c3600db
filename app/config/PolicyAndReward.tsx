// Which weights PPO trains and who scores the responses.

import { NativeSelect } from "@mantine/core";
import type { FinetuningType } from "../../src/config";
import { policyKindValues } from "../../src/policyKind";
import type { RewardModelInfo } from "../../src/worker/protocol";
import { HelpPopover } from "../help/HelpPopover";
import { useController, useRun } from "../run/lab";
import { useLock } from "../share/Lockable";
import { useLanguage } from "../strings/strings";
import classes from "./PolicyAndReward.module.css";
import { RewardServer } from "./RewardServer";
import { chosenReward, keyOf, rewardKey, rewardOptions } from "./rewardChoices";
import { useScenario, useScenarioDefaults } from "./scenarioDefaults";

const POLICIES: readonly FinetuningType[] = ["full", "freeze", "lora", "oft"];
const NO_MODELS: readonly RewardModelInfo[] = [];

export function PolicyAndReward() {
  return (
    <>
      <PolicyChoice />
      <RewardChoice />
    </>
  );
}

function PolicyChoice() {
  const { t } = useLanguage();
  const controller = useController();
  const kind = useRun((state) => state.config.finetuningType);
  const reward = useRun((state) => state.config.rewardModelType);
  const usual = useScenarioDefaults();
  const adapter = reward === "lora" || reward === "oft";
  const lock = useLock("settings");
  return (
    <div>
      <NativeSelect
        label={
          <span className={classes["label"]}>
            {t("policy.label")}
            <HelpPopover label={t("settings.about", { name: t("policy.label") })}>{t("policy.help")}</HelpPopover>
          </span>
        }
        aria-label={t("policy.label")}
        value={kind}
        {...lock}
        onChange={(event) => controller.setOptions(policyKindValues(event.currentTarget.value as FinetuningType, usual))}
        data={POLICIES.map((value) => ({ value, label: t(`policy.${value}`) }))}
        data-testid="policy-kind"
      />
      <p className={classes["note"]} role="status" data-testid="policy-note">
        {adapter && t(kind === reward ? "policy.asReward" : "policy.notAsReward", { kind: t(`reward.${reward}`) })}
      </p>
    </div>
  );
}

function RewardChoice() {
  const { t, language } = useLanguage();
  const controller = useController();
  const config = useRun((state) => state.config);
  const models = useScenario()?.rewardModels ?? NO_MODELS;
  const usual = useScenarioDefaults();
  const key = rewardKey(config, models);
  const chosen = chosenReward(config, models);
  const lock = useLock("settings");
  return (
    <div>
      <NativeSelect
        label={
          <span className={classes["label"]}>
            {t("reward.label")}
            <HelpPopover label={t("settings.about", { name: t("reward.label") })}>{t("reward.help")}</HelpPopover>
          </span>
        }
        aria-label={t("reward.label")}
        value={key ?? ""}
        {...lock}
        onChange={(event) => controller.setOptions(rewardOptions(event.currentTarget.value, config, models, usual))}
        data={[
          ...(key === null ? [{ value: "", label: t("reward.unknown", { kind: t(`reward.${config.rewardModelType}`) }) }] : []),
          ...models.map((model) => ({ value: keyOf(model), label: `${model.id} · ${t(`reward.${model.type}`)}` })),
          { value: "api", label: t("reward.api") },
        ]}
        data-testid="reward-model"
      />
      {config.rewardModelType === "api" ? (
        <RewardServer />
      ) : (
        chosen !== null && (
          <p className={classes["note"]} data-testid="reward-note">
            {chosen.note[language]}
          </p>
        )
      )}
    </div>
  );
}
