// Mantine's theme: one calm blue, Inter, quiet corners, and text colours that keep AA contrast.

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const ink: MantineColorsTuple = [
  "#edf3ff",
  "#d9e5fc",
  "#b3cbf6",
  "#8aaef0",
  "#6595ea",
  "#4d84e6",
  "#3a74dc",
  "#2a60c4",
  "#2354ae",
  "#164798",
];

/** Mantine's greys in the dark, tinted like the page's own surfaces. */
const dark: MantineColorsTuple = [
  "#e8ecf1",
  "#c3cbd6",
  "#a0acbb",
  "#7d8a9b",
  "#3a4552",
  "#2b343f",
  "#1f2731",
  "#191f27",
  "#131820",
  "#0d1116",
];

export const theme = createTheme({
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  colors: { ink, dark },
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  headings: { fontWeight: "650" },
});

/** Mantine's own tokens that the page's palette replaces. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "var(--lab-page)",
    "--mantine-color-text": "var(--lab-text)",
    "--mantine-color-dimmed": "var(--lab-dim)",
    "--mantine-color-default-border": "var(--lab-border)",
  },
  dark: {
    "--mantine-color-body": "var(--lab-page)",
    "--mantine-color-text": "var(--lab-text)",
    "--mantine-color-dimmed": "var(--lab-dim)",
    "--mantine-color-default": "var(--lab-surface)",
    "--mantine-color-default-border": "var(--lab-border)",
  },
});
