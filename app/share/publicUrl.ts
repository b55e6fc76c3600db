// Where the site is published, for links made on a copy that only this machine can reach; set by VITE_PUBLIC_URL at build time.

/** An absolute http(s) address with a trailing slash; null when the build names none. */
export const PUBLIC_BASE_URL: string | null = publicBase(import.meta.env["VITE_PUBLIC_URL"]);

/** The address in the form that links begin with; null for an empty or unusable one. */
export function publicBase(given: unknown): string | null {
  if (typeof given !== "string" || !URL.canParse(given)) return null;
  const { protocol, origin, pathname } = new URL(given);
  if (protocol !== "http:" && protocol !== "https:") return null;
  return `${origin}${pathname.endsWith("/") ? pathname : `${pathname}/`}`;
}
