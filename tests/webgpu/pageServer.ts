// Serves the sources as browser modules, so that a test file of Vitest runs unchanged inside a page that has WebGPU.

import { fileURLToPath } from "node:url";
import { createServer, type Plugin } from "vite";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const inThisFolder = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const NODE_ENGINES = fileURLToPath(new URL("../engine/engines.ts", import.meta.url));

const replaceNode: Plugin = {
  name: "page-instead-of-node",
  enforce: "pre",
  async resolveId(id, importer) {
    if (id === "node:fs") return inThisFolder("pageFiles.ts");
    if (!id.endsWith("/engines") || importer === undefined) return null;
    const resolved = await this.resolve(id, importer, { skipSelf: true });
    return resolved?.id === NODE_ENGINES ? inThisFolder("pageEngines.ts") : null;
  },
  /** Addresses of test data stay as written; Vite would look for a module at a folder's address. */
  transform: (code, id) => (/\.test\.ts(\?|$)/.test(id) ? code.replaceAll("import.meta.url", "String(import.meta.url)") : null),
};

export interface PageServer {
  /** Address of the page that runs test files. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startPageServer(): Promise<PageServer> {
  const server = await createServer({
    configFile: false,
    root: ROOT,
    cacheDir: "test-results/vite-webgpu",
    logLevel: "error",
    publicDir: false,
    appType: "mpa",
    plugins: [replaceNode],
    server: { host: "127.0.0.1", port: 0, hmr: false, watch: null, fs: { strict: false } },
    optimizeDeps: {
      entries: ["tests/webgpu/*.ts", "tests/engine/*.test.ts"],
      include: ["vitest", "vitest/internal/browser"],
    },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (typeof address !== "object" || address === null) throw new Error("expected a port for the test page, got none");
  return { url: `http://127.0.0.1:${address.port}/tests/webgpu/page.html`, close: () => server.close() };
}
