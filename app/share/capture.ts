// What is on the page as shared state, and what its sender should know of it.

import { crc32 } from "../../src/crc32";
import { CONFIG_FIELDS, type LabConfig, withDefaults } from "../../src/config";
import type { ScenarioInfo } from "../../src/worker/protocol";
import { configAt } from "../lenses/shownConfig";
import type { Recording, Showing } from "../replay/recording";
import type { EngineRequest, RunState } from "../run/runState";
import { changedOptions } from "../run/runState";
import type { ViewState } from "../view/viewState";
import { fingerprintOf } from "./fingerprint";
import { USUAL_STATE } from "./sharedFields";
import type { SharedState } from "./sharedState";

/**
 * `ownFile`: the recording shown is the visitor's file; `turned`: options changed in mid-run; `since`: the settings are no longer the
 * run's; `notHere`: the recording's scenario is unknown here.
 */
export type CaptureNote = "ownFile" | "turned" | "since" | "notHere";

export interface Captured {
  readonly state: SharedState;
  readonly notes: readonly CaptureNote[];
}

interface PageState {
  readonly live: RunState;
  readonly view: ViewState;
  /** null: the live run is shown. */
  readonly showing: Showing | null;
  /** Path of the recording shown below the page's folder; null for a file of the visitor's. */
  readonly path: string | null;
}

export function capture({ live, view, showing, path }: PageState): Captured {
  if (showing === null) return captureLive(live, view);
  if (path !== null) return { state: { ...USUAL_STATE, ...view, ...settings(live), recording: path }, notes: [] };
  return showing.recording === null
    ? { state: { ...USUAL_STATE, ...view }, notes: ["ownFile"] }
    : captureFile(live, view, showing.recording);
}

/** The run on the page from its start to the step looked at; before a run, the settings. */
function captureLive(live: RunState, view: ViewState): Captured {
  const { runConfig, markers, config, records } = live;
  if (runConfig === null) return { state: { ...USUAL_STATE, ...view, ...settings(live) }, notes: [] };
  const start = configAt(runConfig, markers, -1);
  const engine = live.engineReport?.engine ?? live.opened?.engine;
  const first = records[0];
  const fingerprint = first?.step === 0 && engine !== undefined ? { engine, sum: fingerprintOf(first) } : null;
  const pinned = view.pinned ?? live.live?.step ?? null;
  const turned = markers.length > 0;
  const since = !turned && changedOptions(start, config).length > 0;
  const notes: CaptureNote[] = [...(turned ? ["turned" as const] : []), ...(since ? ["since" as const] : [])];
  return { state: { ...USUAL_STATE, ...view, ...settings(live, start), pinned, fingerprint }, notes };
}

/** A link cannot hold the file, but what the same run needs. */
function captureFile(live: RunState, view: ViewState, { meta, records, points, markers }: Recording): Captured {
  const known = scenarioOf(live, meta.scenario) !== undefined;
  const first = records[0];
  const pinned = view.pinned ?? (points.at(-1)?.step ?? 1) - 1;
  const fingerprint = first?.step === 0 ? { engine: meta.engine, sum: fingerprintOf(first) } : null;
  const lab = settings({ catalog: live.catalog, scenario: meta.scenario, engine: meta.engine, config: meta.config });
  const notes: CaptureNote[] = ["ownFile", ...(known ? [] : ["notHere" as const]), ...(markers.length > 0 ? ["turned" as const] : [])];
  return { state: { ...USUAL_STATE, ...view, ...lab, pinned, fingerprint }, notes };
}

interface Settings extends Pick<RunState, "catalog" | "scenario" | "config"> {
  readonly engine: EngineRequest;
}

const scenarioOf = ({ catalog }: Pick<RunState, "catalog">, id: string | null): ScenarioInfo | undefined =>
  catalog?.scenarios.find((one) => one.id === id);

/** Nothing before the lab has told its scenarios, or of one that it does not have. */
function settings(lab: Settings, config: LabConfig = lab.config): Partial<SharedState> {
  const scenario = scenarioOf(lab, lab.scenario);
  if (scenario === undefined) return {};
  const changes = changedOptions(withDefaults(scenario.defaults), config).map(({ field, to }) => [field, to]);
  return { scenario: scenario.id, config: Object.fromEntries(changes), defaults: defaultsSum(scenario), engine: lab.engine };
}

/** CRC-32 of a scenario's own defaults. */
export function defaultsSum({ defaults }: Pick<ScenarioInfo, "defaults">): string {
  const own = CONFIG_FIELDS.filter((field) => field in defaults).map((field) => [field, defaults[field]]);
  return crc32(new TextEncoder().encode(JSON.stringify(own)));
}
