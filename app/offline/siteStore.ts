// The service worker's store: the files of one version of the site, each under its content's hash. Versions lie side by side; what
// a newer one does not change is not fetched again.

/** One file of the built site. */
export interface SiteFile {
  /** As in subresource integrity: the browser refuses bytes that differ. */
  readonly integrity: string;
  readonly bytes: number;
  /** Kept when first asked for; else from the start. */
  readonly onDemand: boolean;
}
/** By the path below the site's folder; "" is the page. */
export type SiteFiles = Readonly<Record<string, SiteFile>>;

export interface StoreParts {
  readonly files: SiteFiles;
  /** Address of the site's folder, with a trailing slash. */
  readonly scope: string;
  readonly caches: Pick<CacheStorage, "open">;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

export interface SiteStore {
  /** The site's file that a request asks for; null: not the store's business, which is so for every other origin. */
  readonly fileOf: (method: string, url: string) => string | null;
  /** Fetches what is missing of this version. @throws TypeError when a file cannot be had, or the host has another version of it */
  readonly fill: () => Promise<void>;
  /** A file of this version, kept or fetched. @throws TypeError as `fill` */
  readonly read: (path: string) => Promise<Response>;
  /** Deletes the files of other versions. */
  readonly clean: () => Promise<void>;
}

/** Downloads at a time: the page's own requests shall not wait behind them. */
const DOWNLOADS = 3;

export function siteStore({ files, scope, caches, fetch }: StoreParts): SiteStore {
  // An origin may hold several sites, as on GitHub Pages.
  const cache = (): Promise<Cache> => caches.open(`ppo-lab ${scope}`);
  const keyOf = (path: string, { integrity }: SiteFile): string => `${scope}${path}?${encodeURIComponent(integrity)}`;

  const fileOf: SiteStore["fileOf"] = (method, url) => {
    const { origin, pathname } = new URL(url);
    const address = origin + pathname;
    if (method !== "GET" || !address.startsWith(scope)) return null;
    const path = address.slice(scope.length);
    const name = path === "index.html" ? "" : path;
    return Object.hasOwn(files, name) ? name : null;
  };

  const fetchFile = (path: string, { integrity }: SiteFile): Promise<Response> => {
    const hashed = path.startsWith("assets/");
    return fetch(scope + path, { integrity, credentials: "same-origin", cache: hashed ? "default" : "no-cache" });
  };

  const fill = async (): Promise<void> => {
    const store = await cache();
    const wanted = Object.entries(files).filter(([, file]) => !file.onDemand);
    const work = async (): Promise<void> => {
      for (let next = wanted.shift(); next !== undefined; next = wanted.shift()) {
        const key = keyOf(...next);
        if ((await store.match(key)) === undefined) await store.put(key, await wholeReply(next[0], await fetchFile(...next)));
      }
    };
    await Promise.all(Array.from({ length: DOWNLOADS }, work));
  };

  const read: SiteStore["read"] = async (path) => {
    const file = files[path];
    if (file === undefined) throw new TypeError(`Expected a file of the site, got ${path}.`);
    const store = await cache();
    const kept = await store.match(keyOf(path, file));
    if (kept !== undefined) return kept;
    const response = await fetchFile(path, file);
    // A full disk costs offline use, not the page.
    if (response.ok) await store.put(keyOf(path, file), response.clone()).catch(() => {});
    return response;
  };

  const clean = async (): Promise<void> => {
    const store = await cache();
    const current = new Set(Object.entries(files).map((entry) => keyOf(...entry)));
    const old = (await store.keys()).filter(({ url }) => !current.has(url));
    await Promise.all(old.map((key) => store.delete(key)));
  };

  return { fileOf, fill, read, clean };
}

async function wholeReply(path: string, response: Response): Promise<Response> {
  if (!response.ok) throw new TypeError(`Expected the site's file ${path}, got HTTP ${response.status}.`);
  return response;
}
