// The link of the page as it stands: what it holds, its address, and what its sender should know.

import { recordingAddress } from "../replay/fetchRecording";
import { useLab } from "../run/lab";
import { useViewStore } from "../view/viewStore";
import { type CaptureNote, type Captured, capture } from "./capture";
import { isOnlyHere, LONG_LINK, linkBase } from "./linkAddress";
import { PUBLIC_BASE_URL } from "./publicUrl";
import { useLinks } from "./share";
import type { SharedState } from "./sharedState";

export interface PageLink {
  readonly address: string;
  readonly notes: readonly (CaptureNote | "local" | "long")[];
}

/** Reads the page at the moment it is called. */
export function useCapture(): () => Captured {
  const { live, replay } = useLab();
  const view = useViewStore();
  const links = useLinks();
  return () => {
    const { showing } = replay.state.getState();
    const asked = recordingAddress(location.search, document.baseURI);
    const path = showing === null ? null : links.recordingPath(showing.name, asked);
    return capture({ live: live.getState(), view: view.getState(), showing, path });
  };
}

/** @throws LinkError when there is more to say than a link can hold. */
export async function linkTo(state: SharedState, notes: readonly CaptureNote[]): Promise<PageLink> {
  const { encodeHash } = await import("./codec");
  const base = linkBase(location.href, PUBLIC_BASE_URL);
  const address = `${base}${state.embed ? "?embed" : ""}${await encodeHash(state)}`;
  const local = isOnlyHere(address) ? (["local"] as const) : [];
  const long = address.length > LONG_LINK ? (["long"] as const) : [];
  return { address, notes: [...local, ...notes, ...long] };
}
