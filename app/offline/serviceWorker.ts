// The service worker: keeps the whole site for use without a network. A new version waits until it is asked for or all tabs are closed.

import { type SiteFiles, siteStore } from "./siteStore";

/** Written into the built file by src/cli/offlineFiles.mjs. */
declare const SITE_FILES: SiteFiles;

interface WaitableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface RequestEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface AskedEvent extends WaitableEvent {
  readonly data: unknown;
  readonly ports: readonly MessagePort[];
}
/** What the service worker needs of its global object, which TypeScript's DOM types lack. */
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<readonly { readonly url: string }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: WaitableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: RequestEvent) => void): void;
  addEventListener(type: "message", listener: (event: AskedEvent) => void): void;
}

const worker = globalThis as unknown as Scope;
const { scope } = worker.registration;
const store = siteStore({ files: SITE_FILES, scope, caches, fetch: (url, init) => fetch(url, init) });

worker.addEventListener("install", (event) => event.waitUntil(store.fill()));

// Claimed, so that the first visit too can go on without a network. Of an update no page is left that it could disturb.
worker.addEventListener("activate", (event) => event.waitUntil(store.clean().then(() => worker.clients.claim())));

worker.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const path = store.fileOf(method, url);
  if (path !== null) event.respondWith(store.read(path));
});

worker.addEventListener("message", (event) => {
  if (event.data === "activate") event.waitUntil(activate(event.ports[0]));
});

/** Takes over, unless another tab would get files of two versions. The answer says which. */
async function activate(port: MessagePort | undefined): Promise<void> {
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const alone = windows.filter(({ url }) => url.startsWith(scope)).length <= 1;
  port?.postMessage(alone);
  if (alone) await worker.skipWaiting();
}
