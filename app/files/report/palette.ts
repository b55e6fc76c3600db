// The light theme's colours for the report image, which is light whatever the page is (a test compares them with app/styles.css).

export const LIGHT = {
  page: "#f5f6f8",
  surface: "#ffffff",
  sunken: "#f0f2f5",
  border: "#dfe3e8",
  text: "#17202c",
  dim: "#566173",
  accent: "#2a60c4",
  "accent-soft": "#e6eefb",
  good: "#0a7a54",
  grid: "#e8ebef",
  cursor: "#7a8696",
  healthy: "rgb(10 122 84 / 9%)",
  blue: "#1862b8",
  amber: "#c26100",
  purple: "#7d3cb0",
  green: "#0a7f5e",
} as const;

export type Colour = keyof typeof LIGHT;

/** What `var(--lab-NAME)` stands for. */
export function lightColour(variable: string): string {
  const name = /^var\(--lab-(.+)\)$/.exec(variable)?.[1] ?? "";
  return Object.hasOwn(LIGHT, name) ? LIGHT[name as Colour] : LIGHT.text;
}
