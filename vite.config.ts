import react from "@vitejs/plugin-react";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

/** Bytes of every model file by its path in the site: the worker asks only for files that exist, and knows how much will come. */
function shippedFiles(): Record<string, number> {
  const files = readdirSync("public/models", { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name));
  return Object.fromEntries(paths.map((path) => [path.replaceAll("\\", "/").slice("public/".length), statSync(path).size]));
}

export default defineConfig({
  // Relative addresses: the site works from any folder of any static host.
  base: "./",
  plugins: [react()],
  worker: { format: "es" },
  define: { SHIPPED_FILES: shippedFiles() },
  build: {
    target: "es2022",
    assetsInlineLimit: (path) => (path.endsWith(".wasm") ? false : undefined),
    chunkSizeWarningLimit: 2500,
  },
});
