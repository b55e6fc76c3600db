// `lab pretrain`: makes a scenario's models and writes them under public/ with their figures and MODEL.md.
// `lab card`: writes MODEL.md anew, with a fresh PPO run of the models that are there.

import { withDefaults } from "../config";
import { CheckpointError, ConfigError } from "../errors";
import { type PretrainFigures, pretrain } from "../pretrain/pretrain";
import type { PretrainRecipe } from "../pretrain/recipe";
import { reviewsRecipe } from "../pretrain/reviewsRecipe";
import type { LabArguments } from "./labArguments";
import { trainAndMeasure } from "./labTrain";
import { modelCard } from "./modelCard";
import { createNodeEngine, readPublicFile, writePublicFolder } from "./nodeFiles";

const RECIPES: readonly PretrainRecipe[] = [reviewsRecipe];
const FIGURES_FILE = "figures.json";

/** What pretraining found out, kept beside the models. */
interface PretrainRecord {
  readonly seed: number;
  readonly figures: PretrainFigures;
}

const cardFolder = ({ scenario }: LabArguments): string => `models/${scenario.id}`;

function recipeOf({ scenario }: LabArguments): PretrainRecipe {
  const recipe = RECIPES.find((candidate) => candidate.scenario.id === scenario.id);
  if (recipe) return recipe;
  const known = RECIPES.map((candidate) => candidate.scenario.id).join(", ");
  throw new ConfigError(`The scenario ${scenario.id} has no recipe for its models; expected one of ${known}.`);
}

export async function runPretrain(given: LabArguments): Promise<void> {
  const { scenario, config } = given;
  const engine = await createNodeEngine(given.engine);
  const { policy, reward, figures } = await pretrain(recipeOf(given), engine, config.seed, (stage, progress) => {
    const where = progress ? ` ${progress.step}/${progress.totalSteps} loss ${progress.loss.toFixed(4)}` : "";
    process.stderr.write(`${process.uptime().toFixed(0)} s ${stage}${where}\n`);
  });
  engine.dispose();
  await writePublicFolder(scenario.models.policy, policy);
  await writePublicFolder(scenario.models.reward, reward);
  const record: PretrainRecord = { seed: config.seed, figures };
  await writeText(given, FIGURES_FILE, `${JSON.stringify(record, null, 1)}\n`);
  await writeCard(given, record);
}

export async function runCard(given: LabArguments): Promise<void> {
  const file = `${cardFolder(given)}/${FIGURES_FILE}`;
  const text = await readPublicFile(file).catch((error: unknown) => {
    throw new CheckpointError(`Cannot read ${file} (${String(error)}). Run "pretrain" first; it makes the models and their figures.`);
  });
  await writeCard(given, JSON.parse(new TextDecoder().decode(text)) as PretrainRecord);
}

/** The PPO run in the card is the scenario's own, as anybody can repeat it with `lab train`. */
async function writeCard(given: LabArguments, { seed, figures }: PretrainRecord): Promise<void> {
  const ppo = await trainAndMeasure({ ...given, config: { ...withDefaults(given.scenario.defaults), seed } });
  const card = modelCard({ recipe: recipeOf(given), seed, figures, ppo });
  await writeText(given, "MODEL.md", card);
  process.stdout.write(given.json ? `${JSON.stringify({ ...figures, ppo: ppo.report })}\n` : card);
}

async function writeText(given: LabArguments, name: string, text: string): Promise<void> {
  await writePublicFolder(cardFolder(given), new Map([[name, new TextEncoder().encode(text)]]));
}
