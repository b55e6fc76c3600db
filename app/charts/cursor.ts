// The step under the cursor, shared by all charts of the page; null while nobody points at one.

import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

const cursor = createStore<{ readonly step: number | null }>(() => ({ step: null }));

export function setCursor(step: number | null): void {
  cursor.setState({ step });
}

export function cursorStep(): number | null {
  return cursor.getState().step;
}

export function useCursor(): number | null {
  return useStore(cursor, (state) => state.step);
}
