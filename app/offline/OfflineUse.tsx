// Keeps the site for offline use once the lab has warmed up, and shows when a new version waits.

import { lazy, Suspense, useEffect, useState } from "react";
import { LiveRun, useRun } from "../run/lab";
import { keepSite } from "./updates";

const UpdateNotice = lazy(async () => ({ default: (await import("./UpdateNotice")).UpdateNotice }));

export function OfflineUse() {
  return (
    <LiveRun>
      <Watch />
    </LiveRun>
  );
}

function Watch() {
  // Whether to fetch for later is asked when everything needed now has come.
  const warm = useRun(({ status }) => status !== "warming");
  const [started, setStarted] = useState(false);
  const [version, setVersion] = useState<ServiceWorker | null>(null);
  if (warm && !started) setStarted(true);
  useEffect(() => {
    if (started && isOffered()) {
      // A browser may forbid it, as private windows of some do: then the lab wants a network, and nothing else changes.
      keepSite(navigator.serviceWorker, new URL("sw.js", document.baseURI).href, setVersion).catch(() => {});
    }
  }, [started]);
  if (version === null) return null;
  return (
    <Suspense fallback={null}>
      <UpdateNotice version={version} onLater={() => setVersion(null)} />
    </Suspense>
  );
}

/** Only of a built site, over HTTPS or from this computer, and not inside another page, whose readers did not come for the lab. */
function isOffered(): boolean {
  return import.meta.env.PROD && window.self === window.top && "serviceWorker" in navigator;
}
