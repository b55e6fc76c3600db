// Builds the player, which an exported HTML file holds beside its run: one page with script, styles and fonts in it, and no network.

import react from "@vitejs/plugin-react";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { PLAYER_TEMPLATE, RUN_PLACE, TEMPLATE_TITLE } from "../interop/playerTemplate.ts";

const fromRoot = (/** @type {string} */ path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ENTRY = fromRoot("app/files/player/main.tsx");
/** The player typesets formulas with the browser's MathML, so that it needs none of KaTeX's sixty fonts. */
const FORMULA = fromRoot("app/files/player/PlainFormula.tsx");

/** @returns {import("vite").Plugin} */
function plainFormulas() {
  return {
    name: "plain-formulas",
    enforce: "pre",
    resolveId: (id) => (id.endsWith("/TypesetFormula") ? FORMULA : null),
  };
}

/** Nothing in it may look like the element's end, or open what an HTML parser takes for a comment. */
const asScript = (/** @type {string} */ code) => code.replace(/<(?=\/script|!--)/gi, "\\x3C").trim();

const asStyle = (/** @type {string} */ css) => css.replace(/<(?=\/style)/gi, "\\3C ").trim();

/**
 * The player's page without a run.
 * @param {string} code @param {string} css
 */
export function playerPage(code, css) {
  const script = asScript(code);
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "font-src data:",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${TEMPLATE_TITLE}
<style>${asStyle(css)}</style>
</head>
<body>
<div id="root"></div>
${RUN_PLACE}
<script type="module">${script}</script>
</body>
</html>
`;
}

async function buildPlayer() {
  const result = await build({
    configFile: false,
    root: fromRoot("."),
    publicDir: false,
    logLevel: "warn",
    plugins: [plainFormulas(), react()],
    build: {
      write: false,
      target: "es2022",
      cssCodeSplit: false,
      modulePreload: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      chunkSizeWarningLimit: Number.MAX_SAFE_INTEGER,
      rolldownOptions: { input: ENTRY, output: { codeSplitting: false } },
    },
  });
  const [{ output } = { output: [] }] = [result].flat().filter((one) => "output" in one);
  const [script, style, ...more] = output.toSorted((a, b) => a.type.localeCompare(b.type)).toReversed();
  if (script?.type !== "chunk" || style?.type !== "asset" || !style.fileName.endsWith(".css") || more.length > 0)
    throw new Error(`Expected one script and one style sheet, got ${output.map(({ fileName }) => fileName).join(", ")}.`);
  return playerPage(script.code, String(style.source));
}

/**
 * Puts the player's page beside the site's files, where the page fetches it when somebody saves a run.
 * @returns {import("vite").Plugin}
 */
export function playerTemplate() {
  return {
    name: "player-template",
    async generateBundle() {
      this.emitFile({ type: "asset", fileName: PLAYER_TEMPLATE, source: await buildPlayer() });
    },
    configureServer({ middlewares }) {
      middlewares.use(`/${PLAYER_TEMPLATE}`, (_, response, next) => {
        buildPlayer().then((page) => response.setHeader("Content-Type", "text/plain").end(page), next);
      });
    },
  };
}
