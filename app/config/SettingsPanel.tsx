// The settings: preset, engine, seed and length of the run; the main knobs; the batch with its arithmetic; changes so far.

import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { withDefaults } from "../../src/config";
import type { Catalog } from "../../src/worker/protocol";
import { HelpPopover } from "../help/HelpPopover";
import { ChevronIcon } from "../icons";
import { useController, useRun } from "../run/lab";
import type { EngineRequest, OptionChange } from "../run/runState";
import { changedOptions } from "../run/runState";
import { type StringKey, useLanguage } from "../strings/strings";
import { KnobField } from "./KnobField";
import { BATCH_KNOBS, batchOf, MAIN_KNOBS } from "./knobs";
import classes from "./SettingsPanel.module.css";
import { useScenario } from "./scenarioDefaults";

const NO_ENGINES: Catalog["engines"] = [];

export function SettingsPanel() {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  // Until the worker has named the scenario's defaults there are no values to show.
  const known = useRun((state) => state.catalog !== null);
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
        <Setup />
        <h3 className={classes["group"]}>{t("settings.knobs")}</h3>
        {MAIN_KNOBS.map((field) => (
          <KnobField key={field} field={field} />
        ))}
        <Batch />
        <Changes />
      </div>
    </section>
  );
}

function Setup() {
  const { t } = useLanguage();
  const controller = useController();
  const scenario = useScenario();
  const engine = useRun((state) => state.engine);
  const engines = useRun((state) => state.catalog?.engines) ?? NO_ENGINES;
  const config = useRun((state) => state.config);
  const presets = scenario?.presets ?? [];
  const chosen = presets.find(({ values }) => changedOptions({ ...withDefaults(values), seed: config.seed }, config).length === 0);
  return (
    <>
      <NativeSelect
        label={t("settings.preset")}
        description={chosen?.id === "reference" ? t("settings.presetWhy") : undefined}
        inputWrapperOrder={["label", "input", "description"]}
        value={chosen?.id ?? "custom"}
        disabled={scenario === null}
        onChange={(event) => {
          const preset = presets.find(({ id }) => id === event.currentTarget.value);
          if (preset !== undefined) controller.choosePreset(preset);
        }}
        data={[
          ...presets.map(({ id }) => ({ value: id, label: t(`settings.preset.${id}`) })),
          ...(chosen === undefined ? [{ value: "custom", label: t("settings.preset.custom") }] : []),
        ]}
      />
      <NativeSelect
        label={
          <span className={classes["label"]}>
            {t("run.engine")}
            <HelpPopover label={t("settings.about", { name: t("run.engine") })}>{t("settings.engineHelp")}</HelpPopover>
          </span>
        }
        aria-label={t("run.engine")}
        value={engine}
        onChange={(event) => controller.chooseEngine(event.currentTarget.value as EngineRequest)}
        data={(["auto", ...engines] as const).map((name) => ({ value: name, label: t(`settings.engine.${name}`) }))}
      />
      <KnobField field="maxSteps" />
      <KnobField field="seed" />
    </>
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
    const key = `knob.${field}` as StringKey;
    const name = t(key as "knob.seed");
    return t("settings.changeText", { name: name ?? field, from: numbers.option(from), to: numbers.option(to) });
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
