// The step whose numbers the charts tell: the one under the cursor, else the one that is kept in view.

import { useView } from "../view/view";
import { useCursor } from "./cursor";

/** Counted from 1; null for the newest. */
export function usePointedStep(): number | null {
  const cursor = useCursor();
  const pinned = useView((view) => view.pinned);
  return cursor ?? (pinned === null ? null : pinned + 1);
}
