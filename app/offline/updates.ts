// The page's side of offline use: registers the service worker, tells of a version that waits, and changes to it when asked.

/** Keeps the site for offline use; `onWaiting` gets each newer version that is kept whole and waits. @throws what `register` throws */
export async function keepSite(
  container: Pick<ServiceWorkerContainer, "register">,
  address: string,
  onWaiting: (version: ServiceWorker) => void,
): Promise<void> {
  const registration = await container.register(address, { updateViaCache: "none" });
  const tell = (): void => {
    // Without an active version the waiting one is the first: it takes over by itself.
    if (registration.waiting !== null && registration.active !== null) onWaiting(registration.waiting);
  };
  const follow = (): void => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed") tell();
    });
  };
  registration.addEventListener("updatefound", follow);
  follow();
  tell();
}

/**
 * Asks the waiting version to take over; `reload` is called when it has.
 * @returns false when another tab or window holds the lab open, which keeps everything as it is
 */
export function changeVersion(version: ServiceWorker, reload: () => void): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  const reloadWhenActive = (): void => {
    if (version.state === "activated") reload();
  };
  return new Promise((resolve) => {
    port1.onmessage = ({ data: alone }) => {
      port1.close();
      if (alone === true) {
        version.addEventListener("statechange", reloadWhenActive);
        reloadWhenActive();
      }
      resolve(alone === true);
    };
    version.postMessage("activate", [port2]);
  });
}
