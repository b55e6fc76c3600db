// The one table of the shared state: where each field goes, its usual value and what a value from outside must be. Encoding and
// decoding read nothing else; a field without a row does not compile.

import { CONFIG_FIELDS, type ConfigField, fieldProblem, type LabConfig, validateConfig, withDefaults } from "../../src/config";
import { ConfigError } from "../../src/errors";
import type { EngineName } from "../../src/engine/engine";
import { OPTION_TOPICS } from "../lenses/topics";
import type { EngineRequest } from "../run/runState";
import { COLOURINGS, INITIAL_VIEW, LENSES, STEP_PHASES, TABS, type Topic } from "../view/viewState";
import { CONTROL_GROUPS } from "./controlGroups";
import { aBoolean, aNumber, aRecord, aText, expected, FieldError, isObject, listOf, oneOf, orNull, type Reader, whole } from "./readers";
import type { Fingerprint, SharedState } from "./sharedState";

/** Where shared state goes: into a link, into this browser's storage, into a file for others. */
export type Destination = "link" | "storage" | "export";

interface Row<T> extends Readonly<Record<Destination, boolean>> {
  /** Not written; what an absent field means. */
  readonly usual: T;
  readonly read: Reader<T>;
}

const ENGINES: Readonly<Record<EngineName, true>> = { webgpu: true, wasm: true, "tfjs-webgpu": true, "tfjs-wasm": true, "tfjs-cpu": true };
const ENGINE_NAMES = Object.keys(ENGINES) as EngineName[];
const ENGINE_WISHES: readonly EngineRequest[] = ["auto", ...ENGINE_NAMES];

const CHECKSUM = aText(8, /^[0-9a-f]{8}$/, "hexadecimal digits");
/** Always with a slash, so that it can be no property that every object has. */
const METRIC = aText(128, /^[a-z]+(\/[\w.*-]+)+$/i, "the name of a statistic");
const PATH = aText(200, /^(?!.*\.\.)\w[\w./-]*\.ppolab$/, "the path of a replay file below the page's folder");
const NAME = aText(64, /^[a-z][a-z0-9-]*$/, "a scenario's name");
/** No line ends or other control characters. */
export const TITLE_LENGTH = 120;
const TITLE = aText(TITLE_LENGTH, /^\P{Cc}*$/u, "a text in one line");

/** The largest that any run can have, 0-based. */
const LAST = { step: 99_999, minibatch: 16_383, row: 65_534, token: 8191 } as const;

const inEverything = { link: true, storage: true, export: true } as const;
const inLinksAndFiles = { link: true, storage: false, export: true } as const;

// biome-ignore format: one row per field reads as a table
export const SHARED_FIELDS = {
  scenario: { ...inEverything, usual: null, read: orNull(NAME) },
  config: { ...inEverything, usual: {}, read: readOptions },
  defaults: { ...inEverything, usual: null, read: orNull(CHECKSUM) },
  engine: { link: true, storage: true, export: false, usual: "auto", read: oneOf(ENGINE_WISHES) },
  fingerprint: { ...inLinksAndFiles, usual: null, read: orNull(aRecord<Fingerprint>({ engine: oneOf(ENGINE_NAMES), sum: CHECKSUM })) },
  recording: { link: true, storage: true, export: false, usual: null, read: orNull(PATH) },
  tab: { ...inEverything, usual: INITIAL_VIEW.tab, read: oneOf(TABS) },
  pinned: { ...inEverything, usual: INITIAL_VIEW.pinned, read: orNull(whole(0, LAST.step)) },
  phase: { ...inEverything, usual: INITIAL_VIEW.phase, read: oneOf(STEP_PHASES) },
  minibatch: { ...inEverything, usual: INITIAL_VIEW.minibatch, read: whole(0, LAST.minibatch) },
  row: { ...inEverything, usual: INITIAL_VIEW.row, read: whole(0, LAST.row) },
  token: { ...inEverything, usual: INITIAL_VIEW.token, read: orNull(whole(0, LAST.token)) },
  colouring: { ...inEverything, usual: INITIAL_VIEW.colouring, read: oneOf(COLOURINGS) },
  lens: { ...inEverything, usual: INITIAL_VIEW.lens, read: oneOf(LENSES) },
  topic: { ...inEverything, usual: INITIAL_VIEW.topic, read: orNull(readTopic) },
  metrics: { ...inEverything, usual: INITIAL_VIEW.metrics, read: listOf(METRIC, 100) },
  smoothing: { ...inEverything, usual: INITIAL_VIEW.smoothing, read: readSmoothing },
  title: { ...inLinksAndFiles, usual: "", read: TITLE },
  hidden: { ...inLinksAndFiles, usual: [], read: listOf(oneOf(CONTROL_GROUPS), CONTROL_GROUPS.length) },
  locked: { ...inLinksAndFiles, usual: [], read: listOf(oneOf(CONTROL_GROUPS), CONTROL_GROUPS.length) },
  embed: { link: true, storage: false, export: false, usual: false, read: aBoolean },
} as const satisfies { readonly [K in keyof SharedState]: Row<SharedState[K]> };

export type SharedField = keyof SharedState;
export const SHARED_NAMES = Object.keys(SHARED_FIELDS) as readonly SharedField[];

/** A state in which every field has its usual value. */
export const USUAL_STATE: SharedState = Object.fromEntries(SHARED_NAMES.map((name) => [name, SHARED_FIELDS[name].usual])) as never;

/** Options by name, each within its own bounds and all of them together. */
function readOptions(value: unknown): Partial<LabConfig> {
  if (!isObject(value)) throw expected("options by name", value);
  const names: readonly string[] = CONFIG_FIELDS;
  for (const [name, given] of Object.entries(value)) {
    if (!names.includes(name)) throw expected("options of this lab", name);
    const problem = fieldProblem(name as ConfigField, given);
    if (problem !== null) throw new FieldError(problem);
  }
  const options = Object.fromEntries(CONFIG_FIELDS.filter((name) => Object.hasOwn(value, name)).map((name) => [name, value[name]]));
  try {
    validateConfig(withDefaults(options));
  } catch (error) {
    throw error instanceof ConfigError ? new FieldError(error.message) : error;
  }
  return options;
}

function readTopic(value: unknown): Topic {
  const { kind, id } = aRecord<{ kind: Topic["kind"]; id: unknown }>({ kind: oneOf(["phase", "metric", "option"]), id: (any) => any })(
    value,
  );
  switch (kind) {
    case "phase":
      return { kind, id: oneOf(STEP_PHASES)(id) };
    case "metric":
      return { kind, id: METRIC(id) };
    case "option":
      return { kind, id: oneOf([...CONFIG_FIELDS, ...OPTION_TOPICS])(id) };
  }
}

function readSmoothing(value: unknown): SharedState["smoothing"] {
  return value === null || value === "reference" ? value : aNumber(0, 0.999)(value);
}
