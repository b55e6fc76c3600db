// What somebody should know about storing: another tab does it, there is no room, a run is about to go. Loaded when there is something.

import { lazy, Suspense } from "react";
import { useLibrary } from "./useLibrary";

const SaveNotice = lazy(async () => ({ default: (await import("./SaveNotice")).SaveNotice }));
const LeavingNotice = lazy(async () => ({ default: (await import("./LeavingNotice")).LeavingNotice }));
const ForeignNotice = lazy(async () => ({ default: (await import("./LeavingNotice")).ForeignNotice }));

export function LibraryNotices() {
  const problem = useLibrary((state) => state.problem);
  const leaving = useLibrary((state) => state.leaving);
  const foreign = useLibrary((state) => state.access === "foreign");
  return (
    <Suspense fallback={null}>
      {foreign && <ForeignNotice />}
      {problem !== null && !problem.read && <SaveNotice problem={problem} />}
      {leaving !== null && <LeavingNotice row={leaving} />}
    </Suspense>
  );
}
