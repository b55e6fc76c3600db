// What of a step is looked at: its responses, the chosen row, token and minibatch, and the options it was done under.

import { useMemo } from "react";
import type { LabConfig } from "../../src/config";
import { useShownConfig } from "../lenses/shownConfig";
import { type TokenNumbers, tokenAt } from "../lenses/tokenAt";
import { useRun } from "../run/lab";
import type { StepData } from "../run/stepData";
import { shownText } from "../samples/tokenText";
import { useView } from "../view/view";
import { type Responses, responsesOf, selectionIn } from "./responses";

export interface Look {
  readonly step: StepData;
  readonly responses: Responses;
  readonly row: number;
  /** -1: the row has no token yet. */
  readonly token: number;
  /** Place among the step's minibatches; 0 when there are none. */
  readonly minibatch: number;
  readonly config: LabConfig;
  readonly tokenTexts: readonly string[];
  /** Of the token looked at, or another one; null before its response is whole. */
  readonly numbersAt: (index: number, row?: number) => TokenNumbers | null;
  /** A token as the page writes it. */
  readonly textOf: (id: number) => string;
}

const NO_TEXTS: readonly string[] = [];

export function useLook(step: StepData): Look {
  const tokenTexts = useRun((state) => state.info?.tokenTexts) ?? NO_TEXTS;
  const config = useShownConfig(step.step);
  const wantedRow = useView((view) => view.row);
  const wantedToken = useView((view) => view.token);
  const wantedMinibatch = useView((view) => view.minibatch);
  const responses = useMemo(() => responsesOf(step, tokenTexts), [step, tokenTexts]);
  return useMemo(() => {
    const { row, token } = selectionIn(responses, wantedRow, wantedToken);
    const minibatch = Math.max(0, Math.min(wantedMinibatch, step.minibatches.length - 1));
    return {
      step,
      responses,
      row,
      token,
      minibatch,
      config,
      tokenTexts,
      numbersAt: (index, ofRow = row) => tokenAt(step, ofRow, index, minibatch),
      textOf: (id) => shownText(id, tokenTexts),
    };
  }, [step, responses, wantedRow, wantedToken, wantedMinibatch, config, tokenTexts]);
}
