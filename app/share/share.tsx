// The React binding of links: takes the page's own link in, and tells components what an opened one asks of them.

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import { useLab } from "../run/lab";
import { useViewStore } from "../view/viewStore";
import { type ControlGroup, type Restriction, restrictionOf } from "./controlGroups";
import { LinkController, type LinkState } from "./linkController";

const LinksContext = createContext<LinkController | null>(null);

/** Without a provider, as on a page that only replays, there are no links. */
const NO_LINKS: StoreApi<LinkState> = createStore<LinkState>(() => ({ offer: null, opened: null, problem: null, runningTo: null }));

export function LinksProvider({ children }: { readonly children: ReactNode }) {
  const { live, controller, replay, stop } = useLab();
  const view = useViewStore();
  const [links] = useState(
    () => new LinkController({ live, view, controller, replay, stop, baseUrl: new URL(".", document.baseURI).href }),
  );
  useEffect(() => {
    const take = (): void => void links.take(location.hash);
    take();
    window.addEventListener("hashchange", take);
    return () => window.removeEventListener("hashchange", take);
  }, [links]);
  return <LinksContext.Provider value={links}>{children}</LinksContext.Provider>;
}

export function useLinks(): LinkController {
  const links = useContext(LinksContext);
  if (links === null) throw new Error("Expected a LinksProvider above this component, found none. Wrap the page in one.");
  return links;
}

/** One part of what is known about links. */
export function useLinkState<T>(select: (state: LinkState) => T): T {
  return useStore(useContext(LinksContext)?.state ?? NO_LINKS, select);
}

/** What the opened link does to a group of controls. */
export function useRestriction(group: ControlGroup): Restriction {
  return useLinkState(({ opened }) => (opened === null ? "none" : restrictionOf(opened, group)));
}

/** The same of several groups, as a function. */
export function useRestrictions(): (group: ControlGroup) => Restriction {
  const opened = useLinkState((state) => state.opened);
  return useMemo(() => (group) => (opened === null ? "none" : restrictionOf(opened, group)), [opened]);
}

/** Whether the page is laid out for a frame in another page: `?embed`, or in a frame by a link that says so. */
export function useEmbedded(): boolean {
  const [asked] = useState(() => new URLSearchParams(location.search).has("embed"));
  const told = useLinkState(({ offer, opened }) => (opened ?? offer)?.embed === true);
  return asked || (told && window.parent !== window);
}

/** Takes the link out of the address, so that a reload does not offer it again. */
export function forgetHash(): void {
  history.replaceState(history.state, "", location.pathname + location.search);
}
