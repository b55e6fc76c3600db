// Where what a visitor looks at is kept: one store outside React for the page.

import { createContext, type ReactNode, useContext, useState } from "react";
import { createStore, type StoreApi } from "zustand/vanilla";
import { INITIAL_VIEW, type ViewState } from "./viewState";

export type ViewStore = StoreApi<ViewState>;

const ViewContext = createContext<ViewStore | null>(null);

export function createViewStore(): ViewStore {
  return createStore<ViewState>(() => INITIAL_VIEW);
}

export function ViewProvider({ children }: { readonly children: ReactNode }) {
  const [store] = useState(createViewStore);
  return <ViewContext.Provider value={store}>{children}</ViewContext.Provider>;
}

export function useViewStore(): ViewStore {
  const store = useContext(ViewContext);
  if (store === null) throw new Error("Expected a ViewProvider above this component, found none. Wrap the page in one.");
  return store;
}
