// The shown run as a file, for a dialog: made when the dialog opens, of the run as it was then.

import { useCallback, useEffect, useState } from "react";
import { ReplayError } from "../../src/errors";
import { useLab } from "../run/lab";
import { useViewStore } from "../view/viewStore";
import { liveFile, recordedFile, type RunFile } from "./runFile";

export type Made<T> =
  | { readonly kind: "making" }
  | { readonly kind: "made"; readonly value: T }
  | { readonly kind: "failed"; readonly reason: FailureReason };
/** `tooLarge`: larger than a file may be; else a message. */
export type FailureReason = { readonly problem: "tooLarge" } | { readonly problem: "other"; readonly message: string };

const MAKING = { kind: "making" } as const;

/** Makes something once, when the component appears; `make` must stay the same. */
export function useMade<T>(make: () => Promise<T>): Made<T> {
  const [made, setMade] = useState<Made<T>>(MAKING);
  useEffect(() => {
    let wanted = true;
    make().then(
      (value) => wanted && setMade({ kind: "made", value }),
      (reason: unknown) => wanted && setMade({ kind: "failed", reason: failureOf(reason) }),
    );
    return () => {
      wanted = false;
    };
  }, [make]);
  return made;
}

function failureOf(reason: unknown): FailureReason {
  if (reason instanceof ReplayError && reason.problem === "tooLarge") return { problem: "tooLarge" };
  return { problem: "other", message: reason instanceof Error ? reason.message : String(reason) };
}

export interface RunFileMaker {
  /** A recording has its own note. */
  readonly isRecording: boolean;
  /** @throws ReplayError when the run is larger than a file may be. */
  readonly make: (note?: string) => Promise<RunFile>;
}

export function useRunFileMaker(): RunFileMaker {
  const { live, replay, recording } = useLab();
  const view = useViewStore();
  const [{ state, showing, looked }] = useState(() => ({
    state: live.getState(),
    showing: replay.state.getState().showing,
    looked: view.getState().pinned,
  }));
  const make = useCallback(
    async (note = "") => {
      const shown = showing?.recording ?? null;
      const file = shown !== null ? recordedFile(shown) : await liveFile(recording, state, looked, note);
      if (file === null) throw new Error("Expected at least one finished step, got none. Let the run make a step first.");
      return file;
    },
    [state, showing, looked, recording],
  );
  return { isRecording: showing !== null, make };
}
