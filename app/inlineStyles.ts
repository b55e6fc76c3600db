// The style sheets that Mantine writes into the page when it starts, for the policy that must allow these very texts. Used by the build.

import { MantineProvider } from "@mantine/core";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { cssVariables, theme } from "./theme.ts";

/** Exact texts of the style elements, in their order. */
export function inlineStyles(): readonly string[] {
  const page = createElement(MantineProvider, { theme, cssVariablesResolver: cssVariables });
  return [...renderToStaticMarkup(page).matchAll(/<style[^>]*>(.*?)<\/style>/gs)].map(([, text = ""]) => text);
}
