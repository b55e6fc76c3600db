// The JSON part of a step in a replay file: scalars, names and sizes of what follows; written, and read with every field checked.

import { type JsonNumber, JsonFields, jsonNumber } from "../model/jsonFields";
import type { EvaluationFigures, EvaluationRecord, GoldScores, MinibatchRecord, RunWarning, StepRecord, WarningKind } from "../records";
import { CONFIG_FIELDS, fieldProblem, type LabConfig } from "../config";
import { type KeptRows, type OptionChange, REPLAY_CAPS, type ReplayStep } from "./replayFormat";
import { textAt, wholeNumber } from "./replayMeta";
import { type StepTexts, textsAreJoined } from "./replayText";

/** In the file's order. */
export const MINIBATCH_STATS = [
  "loss/policy",
  "loss/value",
  "loss/total",
  "policy/entropy",
  "policy/approxkl",
  "policy/policykl",
  "policy/clipfrac",
  "policy/advantages_mean",
  "returns/mean",
  "returns/var",
  "val/vpred",
  "val/error",
  "val/clipfrac",
  "val/mean",
  "val/var",
] as const satisfies readonly (keyof MinibatchRecord["stats"])[];

const WARNINGS: readonly WarningKind[] = ["negativeKl", "ratioExceeded", "samplingMismatch", "singleToken"];
const { names, nameLength, rows, steps, stepTextLength } = REPLAY_CAPS;

type Scalars = Pick<
  StepRecord,
  | "step"
  | "totalSteps"
  | "epoch"
  | "epochsRun"
  | "klCoef"
  | "klCoefAfter"
  | "learningRate"
  | "log"
  | "warnings"
  | "initialEvaluation"
  | "evaluation"
  | "seconds"
>;

/** A step to be written: a record, with the options that took effect with it if there were any. */
export type WrittenStep = StepRecord & Partial<Pick<ReplayStep, "changes">>;

export interface StepHeader {
  readonly scalars: Scalars;
  readonly changes: readonly OptionChange[];
  readonly batch: number;
  /** Rows with per-token arrays. */
  readonly keptRows: number;
  readonly detail: { readonly rows: number; readonly k: number } | null;
  /** Rows with each minibatch's per-token arrays; 0: none. */
  readonly minibatchRows: number;
  /** null: they follow from the token ids. */
  readonly texts: StepTexts | null;
  /** null: no gold scores. */
  readonly goldParts: readonly string[] | null;
  /** Vector statistics with one number a row; the others are not kept. */
  readonly vectors: readonly string[];
  readonly stats: readonly string[];
}

/** As plain JSON. */
export function stepHeader(record: WrittenStep, tokenTexts: readonly string[], keep: KeptRows): StepHeader {
  const { batch, minibatches } = record;
  const columns = record.seq - 1;
  const detail = record.detail && { rows: Math.min(keep.detailRows, record.detail.rows), k: record.detail.k };
  const holdsDetail = detail !== null && detail.rows * columns * detail.k <= REPLAY_CAPS.alternativeCells;
  const holdsMinibatches =
    detail !== null &&
    minibatches.every(({ ratio }) => ratio.length > 0) &&
    columns * minibatches.reduce((sum, minibatch) => sum + minibatch.rows.length, 0) <= REPLAY_CAPS.minibatchCells;
  return {
    scalars: {
      step: record.step,
      totalSteps: record.totalSteps,
      epoch: json(record.epoch),
      epochsRun: record.epochsRun,
      klCoef: json(record.klCoef),
      klCoefAfter: json(record.klCoefAfter),
      learningRate: json(record.learningRate),
      log: record.log && { loss: json(record.log.loss), reward: json(record.log.reward) },
      warnings: record.warnings.map((warning) => ({ ...warning, value: json(warning.value), limit: json(warning.limit) })),
      initialEvaluation: record.initialEvaluation && evaluationJson(record.initialEvaluation),
      evaluation: record.evaluation && evaluationJson(record.evaluation),
      seconds: Object.fromEntries(Object.entries(record.seconds).map(([name, value]) => [name, json(value)])),
    },
    changes: record.changes ?? [],
    batch,
    keptRows: Math.min(keep.rows, record.keptRows ?? batch, batch),
    detail: holdsDetail ? detail : null,
    minibatchRows: holdsMinibatches ? detail.rows : 0,
    texts: textsAreJoined(record, record.queries, record.responses, tokenTexts)
      ? null
      : { queryTexts: record.queryTexts, responseTexts: record.responseTexts },
    goldParts: record.gold && Object.keys(record.gold.parts),
    vectors: Object.keys(record.vectors).filter((name) => record.vectors[name]?.length === batch),
    stats: Object.keys(record.stats),
  };
}

/** JSON's stand-in for a number; typed as a number so that the header keeps one type on both sides. */
const json = (x: number): number => jsonNumber(x) as JsonNumber & number;

/** @throws CheckpointError naming the field that is wrong. */
export function readStepHeader(value: unknown): StepHeader {
  const header = new JsonFields(value, "Replay file, step");
  const batch = header.count("batch", rows);
  const detail = header.optionalObject("detail");
  const texts = header.optionalObject("texts");
  const parts = header.value("goldParts");
  const detailRows = detail?.count("rows", batch) ?? 0;
  if (batch === 0) throw header.wrong("batch", "at least one row");
  return {
    scalars: readScalars(header.object("scalars")),
    changes: header.value("changes") === undefined ? [] : header.list("changes", readChange, CONFIG_FIELDS.length),
    batch,
    keptRows: header.count("keptRows", batch),
    detail: detail && { rows: detailRows, k: detail.count("k", REPLAY_CAPS.alternatives) },
    minibatchRows: header.count("minibatchRows", detailRows),
    texts: texts && { queryTexts: textsOf(texts, "queryTexts", batch), responseTexts: textsOf(texts, "responseTexts", batch) },
    goldParts: parts === null ? null : namesOf(header, "goldParts"),
    vectors: namesOf(header, "vectors"),
    stats: namesOf(header, "stats"),
  };
}

function readScalars(scalars: JsonFields): Scalars {
  const log = scalars.optionalObject("log");
  const initial = scalars.optionalObject("initialEvaluation");
  const evaluation = scalars.optionalObject("evaluation");
  return {
    step: scalars.count("step", steps - 1),
    totalSteps: scalars.count("totalSteps", 1_000_000),
    epoch: scalars.number("epoch"),
    epochsRun: scalars.count("epochsRun", 1_000_000),
    klCoef: scalars.number("klCoef"),
    klCoefAfter: scalars.number("klCoefAfter"),
    learningRate: scalars.number("learningRate"),
    log: log && { loss: log.number("loss"), reward: log.number("reward") },
    warnings: scalars.list("warnings", readWarning, names),
    initialEvaluation: initial && readEvaluation(initial),
    evaluation: evaluation && readEvaluation(evaluation),
    seconds: numbersOf(scalars.object("seconds")),
  };
}

function readChange(value: unknown, path: string): OptionChange {
  const change = new JsonFields(value, path);
  const field = CONFIG_FIELDS.find((known) => known === change.value("field"));
  if (field === undefined) throw change.wrong("field", "an option of this lab");
  const valueOf = (name: "from" | "to"): LabConfig[keyof LabConfig] => {
    const found = change.value(name);
    if (fieldProblem(field, found) !== null) throw change.wrong(name, `a value of ${field}`);
    return found as LabConfig[keyof LabConfig];
  };
  return { field, from: valueOf("from"), to: valueOf("to") };
}

function readWarning(value: unknown, path: string): RunWarning {
  const warning = new JsonFields(value, path);
  const kind = WARNINGS.find((known) => known === warning.value("kind"));
  if (kind === undefined) throw warning.wrong("kind", `one of ${WARNINGS.join(", ")}`);
  return { kind, step: warning.count("step", steps), value: warning.number("value"), limit: warning.number("limit") };
}

const list = (values: Float32Array): readonly number[] => Array.from(values, json);

/** Arrays become lists, which `readEvaluation` turns back. */
function evaluationJson({ stepsDone, heldout, hard }: EvaluationRecord): EvaluationRecord {
  const figures = (set: EvaluationFigures): EvaluationFigures => ({
    ...set,
    gold: set.gold === null ? null : json(set.gold),
    goldParts: Object.fromEntries(Object.entries(set.goldParts).map(([name, value]) => [name, json(value)])),
    proxy: json(set.proxy),
    responseLength: json(set.responseLength),
    kl: json(set.kl),
    scores: list(set.scores) as unknown as Float32Array,
    verdicts: set.verdicts && {
      gold: list(set.verdicts.gold) as unknown as Float32Array,
      parts: Object.fromEntries(
        Object.entries(set.verdicts.parts).map(([name, values]) => [name, list(values) as unknown as Float32Array]),
      ),
    },
  });
  return { stepsDone, heldout: figures(heldout), hard: figures(hard) };
}

function readEvaluation(evaluation: JsonFields): EvaluationRecord {
  return {
    stepsDone: evaluation.count("stepsDone", steps),
    heldout: readFigures(evaluation.object("heldout")),
    hard: readFigures(evaluation.object("hard")),
  };
}

function readFigures(figures: JsonFields): EvaluationFigures {
  const verdicts = figures.optionalObject("verdicts");
  const queryTexts = textsOf(figures, "queryTexts", null);
  return {
    gold: figures.value("gold") === null ? null : figures.number("gold"),
    goldParts: numbersOf(figures.object("goldParts")),
    proxy: figures.number("proxy"),
    responseLength: figures.number("responseLength"),
    kl: figures.number("kl"),
    queryTexts,
    responseTexts: textsOf(figures, "responseTexts", queryTexts.length),
    scores: arrayOf(figures, "scores", queryTexts.length),
    verdicts: verdicts && readVerdicts(verdicts, queryTexts.length),
  };
}

function readVerdicts(verdicts: JsonFields, prompts: number): GoldScores {
  const parts = verdicts.object("parts");
  return {
    gold: arrayOf(verdicts, "gold", prompts),
    parts: Object.fromEntries(checkedNames(parts).map((name) => [name, arrayOf(parts, name, prompts)])),
  };
}

function arrayOf(fields: JsonFields, name: string, length: number): Float32Array {
  const numbers = fields.list(name, (value, path) => new JsonFields({ value }, path).number("value"), rows);
  if (numbers.length !== length) throw fields.wrong(name, `${length} numbers`);
  return Float32Array.from(numbers);
}

function numbersOf(fields: JsonFields): Record<string, number> {
  return Object.fromEntries(checkedNames(fields).map((name) => [name, fields.number(name)]));
}

function checkedNames(fields: JsonFields): string[] {
  return new JsonFields({ names: fields.names() }, "Replay file").list("names", nameAt, names);
}

/** Names become keys of plain objects, which have some of their own. */
function nameAt(value: unknown, path: string): string {
  const name = textAt(value, path, nameLength);
  if (name in Object.prototype) throw new JsonFields({ name }, path).wrong("name", "a name that not every object has");
  return name;
}

function namesOf(fields: JsonFields, name: string): string[] {
  const found = fields.list(name, nameAt, names);
  if (new Set(found).size !== found.length) throw fields.wrong(name, "each name once");
  return found;
}

/** @param count how many there must be; null: up to the cap */
function textsOf(fields: JsonFields, name: string, count: number | null): string[] {
  const texts = fields.list(name, (value, path) => textAt(value, path, stepTextLength), rows);
  if (count !== null && texts.length !== count) throw fields.wrong(name, `${wholeNumber(count, name, rows)} texts`);
  return texts;
}
