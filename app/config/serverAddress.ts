// Reward servers as the page sees them: what an address means, where it lies, and what a request to it holds.

/** Where LLaMA-Factory's own server scores (fact sheet 4.4). */
export const EXAMPLE_ADDRESS = "http://127.0.0.1:8000/v1/score/evaluation";

/** The origin that a visitor has to allow; null unless the address is a full http or https one without a user name. */
export function serverOrigin(address: string): string | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") return null;
  return url.origin;
}

/** On this computer or in its network, so that the browser asks before a page may reach it. */
export function isLocal(origin: string): boolean {
  const { hostname } = new URL(origin);
  return (
    /^(localhost|.*\.localhost|.*\.local|\[::1\]|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|169\.254\.[\d.]+)$/.test(hostname) ||
    /^172\.(1[6-9]|2\d|3[01])\./.test(hostname) ||
    /^\[f[cd]/.test(hostname)
  );
}

/** A page that came over https cannot reach an http server elsewhere. */
export function isMixedContent(origin: string, pageProtocol: string): boolean {
  return pageProtocol === "https:" && origin.startsWith("http:") && !isLocal(origin);
}

/** The body of one request, as JSON over several lines. */
export function requestExample(texts: readonly string[]): string {
  return JSON.stringify({ model: "model", messages: texts }, null, 2);
}
