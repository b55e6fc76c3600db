// Stands for node:fs in the test page: a file is what the server has at its address.

/** @throws Error when the server has no such file. */
export function readFileSync(address: URL | string): Uint8Array<ArrayBuffer>;
export function readFileSync(address: URL | string, encoding: "utf8"): string;
export function readFileSync(address: URL | string, encoding?: "utf8"): Uint8Array<ArrayBuffer> | string {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  // Bytes come through a text response unchanged in this charset, in its private range from 0xf700 on.
  if (encoding === undefined) request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error(`expected a file at ${String(address)}, got HTTP ${request.status}`);
  if (encoding !== undefined) return request.responseText;
  return Uint8Array.from(request.responseText, (character) => character.charCodeAt(0) & 0xff);
}
