// `lab pretrain`: makes a scenario's models and writes them under public/ with their figures and MODEL.md.
// `lab card`: writes MODEL.md anew, with a fresh PPO run of the models that are there.

import { withDefaults } from "../config";
import { CheckpointError } from "../errors";
import { loadModelFolder } from "../model/modelFolder";
import { type KeptBase, type PretrainFigures, pretrain } from "../pretrain/pretrain";
import { recipeOf } from "../pretrain/recipes";
import type { LabArguments } from "./labArguments";
import { trainAndMeasure } from "./labTrain";
import { modelCard } from "./modelCard";
import { createNodeEngine, readPublicFile, writePublicFolder } from "./nodeFiles";

const FIGURES_FILE = "figures.json";

/** What pretraining found out, kept beside the models. */
interface PretrainRecord {
  readonly seed: number;
  readonly figures: PretrainFigures;
}

const cardFolder = ({ scenario }: LabArguments): string => `models/${scenario.id}`;

export async function runPretrain(given: LabArguments): Promise<void> {
  const { scenario, config } = given;
  const engine = await createNodeEngine(given.engine);
  const { folders, figures } = await pretrain({
    recipe: recipeOf(scenario.id),
    engine,
    seed: config.seed,
    keptBase: given.keepBase ? await keptBase(given) : null,
    onProgress: (stage, progress) => {
      const where = progress ? ` ${progress.step}/${progress.totalSteps} loss ${progress.loss.toFixed(4)}` : "";
      process.stderr.write(`${process.uptime().toFixed(0)} s ${scenario.id}: ${stage}${where}\n`);
    },
  });
  engine.dispose();
  for (const [folder, files] of folders) await writePublicFolder(folder, files);
  const record: PretrainRecord = { seed: config.seed, figures };
  await writeText(given, FIGURES_FILE, `${JSON.stringify(record, null, 1)}\n`);
  await writeCard(given, record);
}

/** The shipped base model with its figures. */
async function keptBase(given: LabArguments): Promise<KeptBase> {
  const { weights } = await loadModelFolder(readPublicFile, given.scenario.policy, {
    requireValueHead: false,
    valueHeadSeed: given.config.seed,
  });
  return { weights, figures: (await readRecord(given)).figures };
}

export async function runCard(given: LabArguments): Promise<void> {
  await writeCard(given, await readRecord(given));
}

async function readRecord(given: LabArguments): Promise<PretrainRecord> {
  const file = `${cardFolder(given)}/${FIGURES_FILE}`;
  const text = await readPublicFile(file).catch((error: unknown) => {
    throw new CheckpointError(`Cannot read ${file} (${String(error)}). Run "pretrain" first; it makes the models and their figures.`);
  });
  return JSON.parse(new TextDecoder().decode(text)) as PretrainRecord;
}

/** The PPO run in the card is the scenario's own, as anybody can repeat it with `lab train`. */
async function writeCard(given: LabArguments, { seed, figures }: PretrainRecord): Promise<void> {
  const ppo = await trainAndMeasure({ ...given, config: { ...withDefaults(given.scenario.defaults), seed } });
  const card = modelCard({ recipe: recipeOf(given.scenario.id), seed, figures, ppo });
  await writeText(given, "MODEL.md", card);
  process.stdout.write(given.json ? `${JSON.stringify({ ...figures, ppo: ppo.report })}\n` : card);
}

async function writeText(given: LabArguments, name: string, text: string): Promise<void> {
  await writePublicFolder(cardFolder(given), new Map([[name, new TextEncoder().encode(text)]]));
}
