// The page's one store: run state outside React, so that the controller and tests need no component.

import { createStore, type StoreApi } from "zustand/vanilla";
import { INITIAL_STATE, type RunState } from "./runState";

export type RunStore = StoreApi<RunState>;

export function createRunStore(): RunStore {
  return createStore<RunState>(() => INITIAL_STATE);
}
