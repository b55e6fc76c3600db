// A worker is up: the catalog it offers, the scenario that is wanted, its models and an engine.

import { withDefaults } from "../../src/config";
import type { LabConnection } from "../../src/worker/client";
import type { OpenInfo, WarmUpProgress } from "../../src/worker/protocol";
import type { RunStore } from "./runStore";

interface Opening {
  readonly connection: LabConnection;
  readonly store: RunStore;
  readonly baseUrl: string;
  readonly onProgress: (progress: WarmUpProgress) => void;
  /** Another life has begun meanwhile: nothing may be touched any more. */
  readonly isOver: () => boolean;
}

/** null when it was over before the lab was open. @throws RemoteError */
export async function openLab({ connection, store, baseUrl, onProgress, isOver }: Opening): Promise<OpenInfo | null> {
  const catalog = await connection.catalog;
  if (isOver()) return null;
  const state = store.getState();
  const scenario = catalog.scenarios.find(({ id }) => id === state.scenario) ?? catalog.scenarios[0];
  if (scenario === undefined) throw new Error("Expected at least one scenario in the build, got none. Build the site again.");
  // A run that is to be resumed brings its own options.
  const fresh = state.catalog === null && state.runConfig === null;
  store.setState({ catalog, scenario: scenario.id, config: fresh ? withDefaults(scenario.defaults) : state.config });
  const opened = await connection.open({ scenario: scenario.id, engine: state.engine, baseUrl }, onProgress);
  return isOver() ? null : opened;
}
