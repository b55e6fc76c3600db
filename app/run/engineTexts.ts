// Why an engine does not run, in words.

import type { OpenInfo } from "../../src/worker/protocol";
import type { NumberWriter } from "../strings/numbers";
import type { Translate } from "../strings/strings";

type Rejection = OpenInfo["rejections"][number];

export function rejectionText(rejection: Rejection, t: Translate, numbers: NumberWriter): string {
  switch (rejection.kind) {
    case "noWebgpu":
    case "noAdapter":
      return t(`engine.rejected.${rejection.kind}`);
    case "softwareAdapter":
      return t("engine.rejected.softwareAdapter", { adapter: rejection.adapter });
    case "slower":
      return t("engine.rejected.slower", {
        time: numbers.seconds(rejection.milliseconds / 1000),
        other: rejection.than,
        otherTime: numbers.seconds(rejection.otherMilliseconds / 1000),
      });
    case "selfTest": {
      const { what, difference, tolerance } = rejection.mismatch;
      return t("engine.rejected.selfTest", { what, difference: numbers.value(difference), tolerance: numbers.value(tolerance) });
    }
    case "failed":
      return rejection.message;
  }
}
