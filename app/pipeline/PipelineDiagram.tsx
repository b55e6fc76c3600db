// The live diagram of one PPO step: prompts, the four networks, what flows between them, and the phase under way.

import { useId, useMemo } from "react";
import type { LabConfig } from "../../src/config";
import { useDrawTurn } from "../charts/drawQueue";
import { useShownConfig } from "../lenses/shownConfig";
import { useRun } from "../run/lab";
import { type Translate, useLanguage } from "../strings/strings";
import { useShownStep } from "../view/view";
import { FactList } from "./FactList";
import { minibatchesPerEpoch, pipelineFacts, shapeText } from "./facts";
import { Flow } from "./Flow";
import { MinibatchGrid } from "./MinibatchGrid";
import { Network } from "./Network";
import classes from "./PipelineDiagram.module.css";
import { phaseStates } from "./phaseStates";
import { Stage } from "./Stage";
import { TokenBars } from "./TokenBars";

const NO_TEXTS: readonly string[] = [];

export function PipelineDiagram() {
  const { t, numbers } = useLanguage();
  const id = useId();
  const status = useRun((state) => state.status);
  const position = useRun((state) => state.position);
  const tokenTexts = useRun((state) => state.info?.tokenTexts ?? NO_TEXTS);
  const step = useDrawTurn(useShownStep());
  const config = useShownConfig(step?.step ?? null);
  const facts = useMemo(() => pipelineFacts(step, tokenTexts), [step, tokenTexts]);

  const [rollout = "waiting", score = "waiting", advantages = "waiting", update = "waiting"] = phaseStates(status, position);
  const active = (state: string): boolean => state === "active";
  const sample = (value: number | null | undefined, key: "pipeline.first" | "pipeline.last" | "pipeline.kl" | "pipeline.firstValue") =>
    value === null || value === undefined ? null : t(key, { value: numbers.value(value) });
  const perToken = facts.perToken === null ? null : shapeText(facts.perToken);
  const perRow = facts.ids === null ? null : shapeText(facts.ids.slice(0, 1));
  const batch = facts.ids?.[0] ?? minibatchesPerEpoch(config) * config.perDeviceTrainBatchSize;
  const adapted = config.finetuningType === "lora" || config.finetuningType === "oft";
  const network = config.rewardModelType !== "api" && config.rewardModelType !== "rule";
  const words = networkWords(config, t, numbers.whole);
  const critic = config.baseline === "valueHead";
  const factId = (phase: string): string => `${id}${phase}`;
  const epoch =
    active(update) && position !== null
      ? t("pipeline.epoch", {
          epoch: numbers.whole(Math.min(position.epochs + 1, config.ppoEpochs)),
          total: numbers.whole(config.ppoEpochs),
        })
      : null;

  return (
    <section className={`card ${classes["pipeline"]}`} aria-label={t("pipeline.title")} data-testid="pipeline">
      <FactList facts={facts} config={config} {...words} idOf={factId} />
      <div className={classes["diagram"]}>
        <Stage phase="rollout" state={rollout} factId={factId("rollout")}>
          <div className={classes["rollout"]}>
            <div className={classes["data"]} data-part="prompts">
              <span className={classes["line"]}>
                <b>{t("pipeline.prompts")}</b>
                <span className="numeric">{t("pipeline.batch", { batch: numbers.whole(batch) })}</span>
              </span>
              <q className={classes["quote"]}>{facts.prompt ?? "…"}</q>
            </div>
            <span className={classes["drop"]} data-active={active(rollout)} />
            <Network
              name={t("pipeline.policy")}
              trained
              kind={words.training}
              adapted={adapted}
              working={active(rollout) || active(score) || active(update)}
            >
              <q className={`${classes["quote"]} ${classes["written"]}`} data-part="response">
                {facts.response ?? "…"}
              </q>
              <span className={classes["head"]} data-unused={!critic}>
                {t("pipeline.valueHead")}
                {!critic && `, ${t("pipeline.unused")}`}
              </span>
            </Network>
          </div>
        </Stage>

        <div className={classes["between"]}>
          <Flow name={t("pipeline.ids")} shape={facts.ids === null ? null : shapeText(facts.ids)} active={active(score)} />
          <span className={classes["bus"]} data-active={active(score) || active(advantages)} />
        </div>

        <Stage phase="score" state={score} factId={factId("score")}>
          <div className={classes["score"]}>
            <Network
              name={t("pipeline.rewardModel")}
              trained={network ? false : null}
              kind={words.reward}
              adapted={config.rewardModelType === "lora" || config.rewardModelType === "oft"}
              working={active(score)}
            />
            <Flow inner name={t("pipeline.scores")} shape={perRow} sample={sample(facts.score, "pipeline.first")} active={active(score)} />
            <Network name={t("pipeline.reference")} trained={false} kind={words.reference} adapted={false} working={active(score)} />
            <Flow
              inner
              name={t("pipeline.logprobs")}
              shape={perToken}
              sample={sample(facts.refLogprob, "pipeline.first")}
              active={active(score)}
            />
            <div className={`${classes["operation"]} ${classes["rewards"]}`}>
              <b>{t("pipeline.rewards")}</b>
              <span className="numeric">{t("pipeline.beta", { beta: numbers.value(facts.klCoef ?? config.initKlCoef) })}</span>
              <TokenBars values={facts.rewards} />
              <span className={`numeric ${classes["sample"]}`} data-part="kl">
                {sample(facts.kl, "pipeline.kl")}
              </span>
            </div>
            <span className={classes["bus"]} data-active={active(score) || active(advantages)}>
              <span className={`numeric ${classes["busName"]}`}>
                {t("pipeline.bus")} {perToken}
              </span>
              <span className={classes["tap"]} />
            </span>
          </div>
        </Stage>

        <div className={classes["between"]}>
          <Flow
            name={t("pipeline.rewardsFlow")}
            shape={perToken}
            sample={sample(facts.rewards.at(-1), "pipeline.last")}
            active={active(advantages)}
          />
          <span className={classes["bus"]} data-active={active(advantages)} data-head="true" />
        </div>

        <Stage phase="advantages" state={advantages} factId={factId("advantages")}>
          <div className={`${classes["operation"]} ${classes["tall"]}`}>
            <b>{t("pipeline.gae")}</b>
            <span className="numeric">
              {t("pipeline.gammaLam", { gamma: numbers.option(config.gamma), lam: numbers.option(config.lam) })}
            </span>
            <TokenBars values={facts.advantages} />
            <span className={`numeric ${classes["sample"]}`} data-part="value">
              {sample(facts.firstValue, "pipeline.firstValue")}
            </span>
          </div>
        </Stage>

        <div className={classes["between"]}>
          <Flow
            name={t("pipeline.advantagesFlow")}
            shape={perToken}
            sample={sample(facts.advantages[0], "pipeline.first")}
            active={active(update)}
          />
        </div>

        <Stage phase="update" state={update} factId={factId("update")} progress={epoch}>
          <div className={`${classes["operation"]} ${classes["tall"]}`}>
            <b>{t("pipeline.ppoStep")}</b>
            <span className="numeric">
              {t("pipeline.plan", { epochs: numbers.whole(config.ppoEpochs), minibatches: numbers.whole(minibatchesPerEpoch(config)) })}
            </span>
            <MinibatchGrid epochs={config.ppoEpochs} perEpoch={minibatchesPerEpoch(config)} done={facts.minibatchesDone} />
            <span className={`numeric ${classes["sample"]}`}>
              {t("pipeline.clip", { low: numbers.option(tidy(1 - config.cliprange)), high: numbers.option(tidy(1 + config.cliprange)) })}
            </span>
            <span className={`numeric ${classes["sample"]}`} data-part="rate">
              {t("pipeline.rate", { value: numbers.value(step?.record?.learningRate ?? config.learningRate) })}
            </span>
          </div>
        </Stage>

        <div className={classes["return"]} data-active={active(update)} aria-hidden="true">
          <span className={classes["left"]} />
          <span className={classes["middle"]} />
          <span className={classes["right"]} />
          <span className={`numeric ${classes["returnName"]}`}>
            <b>{t("pipeline.weights")}</b>{" "}
            {facts.gradNorm === null ? t("pipeline.back") : t("pipeline.gradNorm", { value: numbers.value(facts.gradNorm) })}
          </span>
        </div>
      </div>
    </section>
  );
}

/** Rounds away the tail of 1 + 0.2. */
function tidy(x: number): number {
  return Number(x.toPrecision(6));
}

/** What kind of network each is under these options. */
function networkWords(config: LabConfig, t: Translate, whole: (x: number) => string) {
  const { finetuningType } = config;
  const adapted = finetuningType === "lora" || finetuningType === "oft";
  return {
    training: finetuningType === "lora" ? t("pipeline.lora", { rank: whole(config.loraRank) }) : t(`pipeline.${finetuningType}`),
    reference: t(adapted ? "pipeline.reference.adapterOff" : config.refModel === "" ? "pipeline.reference.copy" : "pipeline.reference.own"),
    reward: t(`pipeline.reward.${config.rewardModelType}`),
  };
}
