// The diagram in words, for those who cannot see it: one sentence or two a phase, in order.

import type { LabConfig } from "../../src/config";
import { useLanguage } from "../strings/strings";
import { STEP_PHASES, type StepPhase } from "../view/viewState";
import { minibatchesPerEpoch, type PipelineFacts, shapeText } from "./facts";

interface Props {
  readonly facts: PipelineFacts;
  readonly config: LabConfig;
  readonly training: string;
  readonly reference: string;
  readonly reward: string;
  readonly idOf: (phase: StepPhase) => string;
}

export function FactList({ facts, config, training, reference, reward, idOf }: Props) {
  const { t, numbers } = useLanguage();
  const known = <T,>(value: T | null, write: (value: T) => string): string => (value === null ? "–" : write(value));
  const perToken = known(facts.perToken, shapeText);
  const sentences: Readonly<Record<StepPhase, readonly (string | false)[]>> = {
    rollout: [
      t("pipeline.fact.rollout", { training }),
      facts.ids !== null &&
        t("pipeline.fact.rolloutSample", {
          batch: numbers.whole(facts.ids[0] ?? 0),
          ids: shapeText(facts.ids),
          prompt: facts.prompt ?? "–",
          response: facts.response ?? "–",
        }),
    ],
    score: [
      t("pipeline.fact.score", { reward, reference }),
      facts.score !== null &&
        t("pipeline.fact.scoreSample", {
          scores: shapeText([facts.ids?.[0] ?? 0]),
          perToken,
          score: numbers.precise(facts.score),
          kl: known(facts.kl, numbers.precise),
        }),
    ],
    advantages: [
      t("pipeline.fact.advantages"),
      facts.advantages.length > 0 &&
        t("pipeline.fact.advantagesSample", { perToken, advantage: known(facts.advantages[0] ?? null, numbers.precise) }),
    ],
    update: [
      t("pipeline.fact.update", {
        epochs: numbers.whole(config.ppoEpochs),
        minibatches: numbers.whole(minibatchesPerEpoch(config)),
      }),
      facts.minibatchesDone > 0 &&
        t("pipeline.fact.updateSample", {
          done: numbers.whole(facts.minibatchesDone),
          gradNorm: known(facts.gradNorm, numbers.precise),
        }),
    ],
  };
  return (
    <ol className="hidden-visually" data-testid="pipeline-facts">
      {STEP_PHASES.map((phase) => (
        <li key={phase} id={idOf(phase)}>
          {sentences[phase].filter((sentence) => sentence !== false).join(" ")}
        </li>
      ))}
    </ol>
  );
}
