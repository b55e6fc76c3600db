// The library as components see it, and the two ways to open a stored run.

import { useStore } from "zustand";
import { FILE_EXTENSION } from "../../src/interop/replayFormat";
import { useLab } from "../run/lab";
import { useSetView } from "../view/view";
import type { LibraryState } from "./libraryState";

export function useLibrary<T>(select: (state: LibraryState) => T): T {
  return useStore(useLab().library.state, select);
}

export interface Opening {
  /** Shows the run as it was left, paused; the next press of Run goes on. @throws whatever LibraryDesk.resume throws */
  readonly resume: (id: number) => Promise<void>;
  /** Plays it like any replay file. @throws whatever LibraryDesk.replayFile throws */
  readonly look: (id: number, name: string) => Promise<void>;
}

export function useOpening(): Opening {
  const { library, controller, replay } = useLab();
  const setView = useSetView();
  return {
    resume: async (id) => {
      controller.pause();
      const { run, view, begin } = await (await library.desk()).resume(id);
      if (replay.isOpen) replay.close();
      const opened = controller.resume(run);
      begin();
      setView(view);
      await opened;
    },
    look: async (id, name) => {
      controller.pause();
      const bytes = await (await library.desk()).replayFile(id);
      await replay.openFile(new File([bytes], name + FILE_EXTENSION));
    },
  };
}
