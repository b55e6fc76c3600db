// Which file dialog is open. Outside the menu that opens it: a menu forgets its items when it closes.

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

export type FileDialog = "replay" | "image" | "html";

const store = createStore<{ readonly open: FileDialog | null }>(() => ({ open: null }));

export function openFileDialog(dialog: FileDialog | null): void {
  store.setState({ open: dialog });
}

export function useFileDialog(): FileDialog | null {
  return useStore(store, ({ open }) => open);
}
