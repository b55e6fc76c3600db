// From a run that has stopped back to its last good state, and on from there.

import { Button } from "@mantine/core";
import type { WayBack } from "../run/failure";
import { useController } from "../run/lab";
import { useLanguage } from "../strings/strings";

export function WayBackButton({ wayBack: { stepsDone, learningRate } }: { readonly wayBack: WayBack }) {
  const { t, numbers } = useLanguage();
  const controller = useController();
  const step = numbers.whole(stepsDone);
  const rate = learningRate === null ? null : numbers.option(learningRate);
  return (
    <Button size="xs" onClick={() => controller.goOn()} data-action="goOn">
      {rate === null
        ? t("notices.goOnFrom", { step })
        : stepsDone === 0
          ? t("notices.lowerRateFromStart", { rate })
          : t("notices.lowerRate", { step, rate })}
    </Button>
  );
}
