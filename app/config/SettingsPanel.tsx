// The settings: scenario and preset; the main knobs; reward and policy; batch, length, seed and engine; changes so far; all options.

import { Button, NativeSelect } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { CONFIG_FIELDS, withDefaults } from "../../src/config";
import type { Catalog } from "../../src/worker/protocol";
import { HelpPopover } from "../help/HelpPopover";
import { ChevronIcon, OptionsIcon } from "../icons";
import { useController, useRun } from "../run/lab";
import type { EngineRequest, OptionChange } from "../run/runState";
import { changedOptions } from "../run/runState";
import { useLock } from "../share/Lockable";
import { useRestrictions } from "../share/share";
import { useLanguage } from "../strings/strings";
import { KnobField } from "./KnobField";
import { BATCH_KNOBS, batchOf, MAIN_KNOBS } from "./knobs";
import { PolicyAndReward } from "./PolicyAndReward";
import classes from "./SettingsPanel.module.css";
import { ScenarioChoice } from "./ScenarioChoice";
import { useScenario } from "./scenarioDefaults";
import { valueText } from "./valueText";

const AllOptions = lazy(async () => ({ default: (await import("./AllOptions")).AllOptions }));

const NO_ENGINES: Catalog["engines"] = [];

export function SettingsPanel() {
  const { t, numbers } = useLanguage();
  const [open, setOpen] = useState(false);
  // Until the worker has named the scenario's defaults there are no values to show.
  const known = useRun((state) => state.catalog !== null);
  const [all, setAll] = useState(false);
  const restriction = useRestrictions();
  return (
    <section className={`card ${classes["panel"]}`} aria-label={t("settings.title")} data-open={open}>
      <h2 className={classes["title"]}>
        <span className={classes["wide"]}>{t("settings.title")}</span>
        <button type="button" className={classes["toggle"]} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("settings.title")}
          <ChevronIcon />
        </button>
      </h2>
      <div className={classes["body"]} data-known={known} inert={!known}>
        <Button variant="default" leftSection={<OptionsIcon />} onClick={() => setAll(true)} data-action="all-options">
          {t("options.open", { count: numbers.whole(CONFIG_FIELDS.length) })}
        </Button>
        {restriction("scenario") !== "hidden" && (
          <>
            <ScenarioChoice />
            <PresetChoice />
          </>
        )}
        <h3 className={classes["group"]}>{t("settings.knobs")}</h3>
        {MAIN_KNOBS.map((field) => (
          <KnobField key={field} field={field} />
        ))}
        <h3 className={classes["group"]}>{t("settings.models")}</h3>
        <PolicyAndReward />
        <h3 className={classes["group"]}>{t("settings.run")}</h3>
        <Batch />
        <KnobField field="maxSteps" />
        <KnobField field="seed" />
        {restriction("engine") !== "hidden" && <EngineChoice />}
        <Changes />
      </div>
      {all && (
        <Suspense fallback={null}>
          <AllOptions onClose={() => setAll(false)} />
        </Suspense>
      )}
    </section>
  );
}

function PresetChoice() {
  const { t } = useLanguage();
  const controller = useController();
  const scenario = useScenario();
  const config = useRun((state) => state.config);
  const presets = scenario?.presets ?? [];
  const lock = useLock("scenario");
  const chosen = presets.find(({ values }) => changedOptions({ ...withDefaults(values), seed: config.seed }, config).length === 0);
  return (
    <NativeSelect
      label={t("settings.preset")}
      description={chosen?.id === "reference" ? t("settings.presetWhy") : undefined}
      inputWrapperOrder={["label", "input", "description"]}
      value={chosen?.id ?? "custom"}
      {...lock}
      disabled={scenario === null || lock.disabled}
      onChange={(event) => {
        const preset = presets.find(({ id }) => id === event.currentTarget.value);
        if (preset !== undefined) controller.choosePreset(preset);
      }}
      data={[
        ...presets.map(({ id }) => ({ value: id, label: t(`settings.preset.${id}`) })),
        ...(chosen === undefined ? [{ value: "custom", label: t("settings.preset.custom") }] : []),
      ]}
    />
  );
}

function EngineChoice() {
  const { t } = useLanguage();
  const controller = useController();
  const engine = useRun((state) => state.engine);
  const engines = useRun((state) => state.catalog?.engines) ?? NO_ENGINES;
  const lock = useLock("engine");
  return (
    <NativeSelect
      label={
        <span className={classes["label"]}>
          {t("run.engine")}
          <HelpPopover label={t("settings.about", { name: t("run.engine") })}>{t("settings.engineHelp")}</HelpPopover>
        </span>
      }
      aria-label={t("run.engine")}
      value={engine}
      {...lock}
      onChange={(event) => controller.chooseEngine(event.currentTarget.value as EngineRequest)}
      data={(["auto", ...engines] as const).map((name) => ({ value: name, label: t(`settings.engine.${name}`) }))}
    />
  );
}

function Batch() {
  const { t, numbers } = useLanguage();
  const scenario = useScenario();
  const config = useRun((state) => state.config);
  const batch = batchOf(config);
  const prompts = scenario?.promptCount ?? Number.POSITIVE_INFINITY;
  const text = {
    mini: numbers.whole(config.perDeviceTrainBatchSize),
    accumulation: numbers.whole(config.gradientAccumulationSteps),
    buffer: numbers.whole(config.ppoBufferSize),
    batch: numbers.whole(batch),
  };
  return (
    <fieldset className={classes["batch"]}>
      <legend className={classes["label"]}>
        {t("settings.batch")}
        <HelpPopover label={t("settings.about", { name: t("settings.batch") })}>
          <p style={{ margin: "0 0 8px" }}>{t("settings.batchHelp")}</p>
          <p className="dim" style={{ margin: 0 }}>
            {t("settings.notLive")}
          </p>
        </HelpPopover>
      </legend>
      <div className={classes["three"]}>
        {BATCH_KNOBS.map((field) => (
          <KnobField key={field} field={field} stacked />
        ))}
      </div>
      <p className={`numeric ${classes["sum"]}`} data-testid="batch-sum">
        {t("settings.batchSum", text)}
      </p>
      {batch > prompts && (
        <p className={classes["problem"]} role="alert">
          {t("settings.batchTooLarge", { batch: text.batch, count: numbers.whole(prompts) })}
        </p>
      )}
    </fieldset>
  );
}

/** Options turned while the run went on, newest first. */
function Changes() {
  const { t, numbers } = useLanguage();
  const markers = useRun((state) => state.markers);
  if (markers.length === 0) return null;
  const describe = ({ field, from, to }: OptionChange): string => {
    const name = t(`knob.${field}` as "knob.seed") ?? field;
    return t("settings.changeText", { name, from: valueText(from, t, numbers), to: valueText(to, t, numbers) });
  };
  return (
    <div className={classes["changes"]}>
      <h3 className={classes["group"]}>{t("settings.changesThisRun")}</h3>
      <ol>
        {markers.toReversed().map((marker) => (
          <li key={marker.step}>
            <span className="numeric dim">{t("settings.changeAt", { step: numbers.whole(marker.step) })}</span>
            {marker.changes.map((change) => (
              <span key={change.field} className="numeric">
                {describe(change)}
              </span>
            ))}
          </li>
        ))}
      </ol>
    </div>
  );
}
