// What a controller is made of.

import type { LabConnection } from "../../src/worker/client";
import type { FrameClock } from "./frameBatch";
import type { RunKeeper } from "./runKeeper";
import type { RunStore } from "./runStore";

export interface ControllerParts {
  readonly store: RunStore;
  /** Starts a worker. */
  readonly connect: () => LabConnection;
  /** Absolute address of the page's folder, with a trailing slash. */
  readonly baseUrl: string;
  readonly clock: FrameClock;
  /** Keeps the run outside this tab's memory; null: nobody does. */
  readonly keeper: RunKeeper | null;
}
