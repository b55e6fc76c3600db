// `lab pretrain`: makes a scenario's models, writes them under public/ and reports how they came about in MODEL.md.

import { withDefaults } from "../config";
import { ConfigError } from "../errors";
import { pretrain } from "../pretrain/pretrain";
import type { PretrainRecipe } from "../pretrain/recipe";
import { reviewsRecipe } from "../pretrain/reviewsRecipe";
import type { LabArguments } from "./labArguments";
import { trainAndMeasure } from "./labTrain";
import { modelCard } from "./modelCard";
import { createNodeEngine, writePublicFolder } from "./nodeFiles";

const RECIPES: readonly PretrainRecipe[] = [reviewsRecipe];

export async function runPretrain(given: LabArguments): Promise<void> {
  const { scenario, config, json } = given;
  const recipe = RECIPES.find((candidate) => candidate.scenario.id === scenario.id);
  if (!recipe)
    throw new ConfigError(
      `The scenario ${scenario.id} has no recipe for its models; expected one of ${RECIPES.map((known) => known.scenario.id).join(", ")}.`,
    );
  const engine = await createNodeEngine(given.engine);
  const { policy, reward, figures } = await pretrain(recipe, engine, config.seed, (stage, progress) => {
    const where = progress ? ` ${progress.step}/${progress.totalSteps} loss ${progress.loss.toFixed(4)}` : "";
    process.stderr.write(`${process.uptime().toFixed(0)} s ${stage}${where}\n`);
  });
  engine.dispose();
  await writePublicFolder(scenario.models.policy, policy);
  await writePublicFolder(scenario.models.reward, reward);
  // The card shows a PPO run with the shipped files, as anybody can repeat it.
  const ppo = await trainAndMeasure({ ...given, config: { ...withDefaults(scenario.defaults), seed: config.seed } });
  const card = modelCard({ recipe, seed: config.seed, figures, ppo });
  await writePublicFolder(`models/${scenario.id}`, new Map([["MODEL.md", new TextEncoder().encode(card)]]));
  process.stdout.write(json ? `${JSON.stringify(figures)}\n` : card);
}
