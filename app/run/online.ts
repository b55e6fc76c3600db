// Whether the run's reward server can be asked at all: a browser that is offline reaches this machine only.

import type { LabConfig } from "../../src/config";
import { OfflineError } from "./failure";

const THIS_MACHINE = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/** @throws OfflineError when the scores come from another machine and the browser is offline. */
export function checkOnline({ rewardModelType, rewardModel }: Pick<LabConfig, "rewardModelType" | "rewardModel">): void {
  // Outside a browser there is nothing to be offline.
  const online = (globalThis as Partial<typeof globalThis>).navigator?.onLine ?? true;
  if (rewardModelType !== "api" || online || !URL.canParse(rewardModel)) return;
  const { hostname, origin } = new URL(rewardModel);
  if (THIS_MACHINE.test(hostname)) return;
  throw new OfflineError(`The browser is offline, so ${origin} was not asked for scores. The run waits before this request.`);
}
