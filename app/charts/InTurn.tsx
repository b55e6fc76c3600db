// Opens heavy cards one a frame: until its turn and its texts have come a card is an empty frame of about its size.

import { type ReactNode, Suspense } from "react";
import { OpenedContext, useFirstTurn } from "./drawQueue";

interface Props {
  /** Pixels, so that nothing below jumps. */
  readonly height: number;
  readonly children: ReactNode;
}

export function InTurn({ height, children }: Props) {
  const frame = <div className="card" style={{ height }} aria-hidden="true" />;
  if (!useFirstTurn()) return frame;
  return (
    <Suspense fallback={frame}>
      <OpenedContext value={true}>{children}</OpenedContext>
    </Suspense>
  );
}
