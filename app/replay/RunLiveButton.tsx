// The way out of a recording: starts a run of one's own, or returns to the one that is under way.

import { Button } from "@mantine/core";
import { useStore } from "zustand";
import { PlayIcon } from "../icons";
import { useLab } from "../run/lab";
import { useLanguage } from "../strings/strings";

export function RunLiveButton() {
  const { t } = useLanguage();
  const { live, controller, replay, warmUp } = useLab();
  const begun = useStore(live, ({ runConfig }) => runConfig !== null);
  const press = (): void => {
    replay.close();
    warmUp();
    if (!begun) controller.run();
  };
  return (
    <Button leftSection={<PlayIcon />} onClick={press} title={begun ? undefined : t("replay.runLiveWhy")} data-action="runLive">
      {t(begun ? "replay.backToLive" : "replay.runLive")}
    </Button>
  );
}
