// The first payload of a replay file: what run it is. Plain data to JSON bytes, and back with every field checked.

import { CONFIG_FIELDS, fieldProblem, type LabConfig, REFERENCE_DEFAULTS } from "../config";
import type { EngineName } from "../engine/engine";
import { CheckpointError, ReplayError } from "../errors";
import type { LocalText } from "../localText";
import { JsonFields } from "../model/jsonFields";
import { parseUntrustedJson } from "../untrustedJson";
import { REPLAY_CAPS, type ReplayInfo, type ReplayMeta } from "./replayFormat";

const ENGINES: readonly EngineName[] = ["webgpu", "wasm", "tfjs-webgpu", "tfjs-wasm", "tfjs-cpu"];
const { nameLength, textLength, steps, tokenTexts } = REPLAY_CAPS;

/** @throws ReplayError when it is larger than a reader accepts. */
export function encodeMeta(meta: ReplayMeta): Uint8Array {
  return jsonBytes(meta);
}

/** @throws ReplayError naming what is wrong. */
export function decodeMeta(payload: Uint8Array): ReplayMeta {
  return checked(() => {
    const meta = new JsonFields(parseJson(payload), "Replay file, description");
    const models = meta.object("models");
    const optionalHash = (name: string): string | null => (models.value(name) === null ? null : models.text(name, nameLength));
    return {
      lab: meta.text("lab", nameLength),
      scenario: meta.text("scenario", nameLength),
      engine: engineNamed(meta.text("engine", nameLength)),
      config: readConfig(meta.object("config")),
      info: readInfo(meta.object("info")),
      models: { policy: optionalHash("policy"), reward: optionalHash("reward") },
      steps: meta.count("steps", steps),
      reducedFrom: (meta.value("reducedFrom") ?? null) === null ? null : meta.count("reducedFrom", steps),
      keyframes: meta.list("keyframes", (step, path) => wholeNumber(step, path, steps), steps),
      note: meta.text("note", textLength),
    };
  });
}

/** @throws ReplayError when it is larger than a reader accepts. */
export function jsonBytes(value: unknown): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  if (bytes.length > REPLAY_CAPS.jsonBytes) throw tooMuchJson(bytes);
  return bytes;
}

function tooMuchJson({ length }: Uint8Array): ReplayError {
  return new ReplayError("tooLarge", `Replay file: expected at most ${REPLAY_CAPS.jsonBytes} bytes of JSON at a time, got ${length}.`);
}

/** @throws CheckpointError, ReplayError when there is too much of it */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > REPLAY_CAPS.jsonBytes) throw tooMuchJson(bytes);
  try {
    return parseUntrustedJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new CheckpointError("expected JSON. The file is damaged or was changed; use another one.");
  }
}

/** What reading JSON finds wrong becomes the replay file's own error. */
export function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CheckpointError) throw new ReplayError("damaged", error.message);
    throw error;
  }
}

function engineNamed(name: string): EngineName {
  const found = ENGINES.find((engine) => engine === name);
  if (found === undefined) throw new ReplayError("version", `Replay file: expected one of the engines ${ENGINES.join(", ")}, got ${name}.`);
  return found;
}

/** Options that the file does not know yet have their defaults, which change nothing. */
function readConfig(fields: JsonFields): LabConfig {
  const stranger = fields.names().find((name) => !CONFIG_FIELDS.some((field) => field === name));
  if (stranger !== undefined)
    throw new ReplayError("version", `Replay file: this lab has no option ${stranger.slice(0, nameLength)}. Open it with a newer lab.`);
  const known = new Set(fields.names());
  const values = CONFIG_FIELDS.map((field) => {
    const value = known.has(field) ? fields.value(field) : REFERENCE_DEFAULTS[field];
    const problem = fieldProblem(field, value);
    if (problem !== null) throw new ReplayError("damaged", `Replay file, options: ${problem}`);
    return [field, value] as const;
  });
  return Object.fromEntries(values) as unknown as LabConfig;
}

function readInfo(info: JsonFields): ReplayInfo {
  return {
    totalSteps: info.count("totalSteps", 1_000_000),
    batchSize: info.count("batchSize", REPLAY_CAPS.rows),
    miniBatchSize: info.count("miniBatchSize", REPLAY_CAPS.rows),
    parameters: info.count("parameters"),
    tokenTexts: info.list("tokenTexts", (text, path) => textAt(text, path), tokenTexts),
    warnings: info.list("warnings", readLocalText, REPLAY_CAPS.names),
  };
}

function readLocalText(value: unknown, path: string): LocalText {
  const text = new JsonFields(value, path);
  return { en: text.text("en", textLength), vi: text.text("vi", textLength) };
}

export function textAt(value: unknown, path: string, maxLength: number = textLength): string {
  return new JsonFields({ value }, path).text("value", maxLength);
}

export function wholeNumber(value: unknown, path: string, max: number): number {
  return new JsonFields({ value }, path).count("value", max);
}
