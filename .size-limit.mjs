// What a first visit loads before it asks for anything: the scripts that the built index.html names, compressed.

import { readFileSync } from "node:fs";

const html = readFileSync(new URL("dist/index.html", import.meta.url), "utf8");
const path = [...html.matchAll(/<(?:script|link rel="modulepreload")[^>]*(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, file]) => `dist/${file}`);
if (path.length === 0) throw new Error("Expected scripts in dist/index.html, found none. Build the site first.");

export default [{ name: "initial JavaScript", path, gzip: true, limit: "350 KB" }];
