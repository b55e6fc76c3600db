import react from "@vitejs/plugin-react";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";
import { inlineStyles } from "./app/inlineStyles.ts";
import { contentSecurityPolicy } from "./src/cli/contentSecurityPolicy.mjs";
import { serviceWorker } from "./src/cli/offlineFiles.mjs";
import { playerTemplate } from "./src/cli/playerTemplate.mjs";
import { checkPublicUrl } from "./src/cli/publicUrl.mjs";

checkPublicUrl(process.env["VITE_PUBLIC_URL"]);

/** Bytes of every model file by its path in the site: the worker asks only for files that exist, and knows how much will come. */
function shippedFiles(): Record<string, number> {
  const files = readdirSync("public/models", { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name));
  return Object.fromEntries(paths.map((path) => [path.replaceAll("\\", "/").slice("public/".length), statSync(path).size]));
}

/** Names the chunks of TensorFlow.js so: they are kept for offline use only when somebody uses that engine. */
const chunkFileNames = ({ moduleIds }: { readonly moduleIds: readonly string[] }): string =>
  moduleIds.some((id) => id.includes("/@tensorflow/")) ? "assets/tfjs-[hash].js" : "assets/[name]-[hash].js";

export default defineConfig({
  // Relative addresses: the site works from any folder of any static host.
  base: "./",
  plugins: [react(), contentSecurityPolicy(inlineStyles), playerTemplate(), serviceWorker("app/offline/serviceWorker.ts")],
  worker: { format: "es", rolldownOptions: { output: { chunkFileNames } } },
  define: { SHIPPED_FILES: shippedFiles() },
  build: {
    target: "es2022",
    // The page's policy admits fonts from its own host only, and WebAssembly is streamed.
    assetsInlineLimit: (path) => (/\.(wasm|woff2?|ttf)$/.test(path) ? false : undefined),
    chunkSizeWarningLimit: 2500,
  },
});
