// A link's whole address, and what its sender should know about it.

/** Longer ones are cut by some chat programs and mail readers. */
export const LONG_LINK = 2000;

/** @param page address of the page's folder @param published address of the published site, if the build names one */
export function linkBase(page: string, published: string | null): string {
  if (published !== null) return published;
  const { origin, pathname, protocol } = new URL(page);
  return protocol === "file:" ? `file://${pathname}` : `${origin}${pathname}`;
}

/** Whether other machines cannot reach an address: this machine's names, or a file. */
export function isOnlyHere(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return (
    protocol === "file:" ||
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    hostname.startsWith("127.")
  );
}

/** HTML that shows the lab in a frame of another page. */
export function frameCode(address: string, title: string): string {
  return `<iframe src="${inAttribute(address)}" title="${inAttribute(title)}" width="100%" height="720" style="border:0" loading="lazy"></iframe>`;
}

const inAttribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
