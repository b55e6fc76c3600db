// Names for the files of a stored run.

import { FILE_EXTENSION } from "../../src/interop/replayFormat";
import { withDefaults } from "../../src/config";
import { fileName } from "../files/download";
import type { RunRow } from "./runRow";

export function fileNameOf({ shared, steps, snapshot }: RunRow, kind: "replay" | "checkpoint"): string {
  const run = { scenario: shared.scenario ?? "", config: withDefaults(shared.config) };
  return kind === "replay" ? fileName(run, steps, FILE_EXTENSION) : fileName(run, snapshot?.stepsDone ?? steps, "-checkpoint.zip");
}
