// What a first visit loads before it asks for anything: the scripts that the built index.html names, compressed. And what is kept for
// offline use after it, as it lies on the disk.

import { readFileSync } from "node:fs";

const built = (name) => readFileSync(new URL(`dist/${name}`, import.meta.url), "utf8");

const path = [...built("index.html").matchAll(/<(?:script|link rel="modulepreload")[^>]*(?:src|href)="\.\/([^"]+\.js)"/g)].map(
  ([, file]) => `dist/${file}`,
);
if (path.length === 0) throw new Error("Expected scripts in dist/index.html, found none. Build the site first.");

const [, files = "{}"] = /^const SITE_FILES = (.*);$/m.exec(built("sw.js")) ?? [];
const kept = Object.entries(JSON.parse(files)).flatMap(([name, { onDemand }]) => (onDemand ? [] : [`dist/${name || "index.html"}`]));
if (kept.length === 0) throw new Error("Expected the site's files in dist/sw.js, found none. Build the site first.");

export default [
  { name: "initial JavaScript", path, gzip: true, limit: "350 KB" },
  { name: "kept for offline use", path: kept, gzip: false, brotli: false, limit: "8 MB" },
];
