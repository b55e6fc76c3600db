// Hands bytes to the browser as a download, under a name that any file system takes.

import type { ReplayMeta } from "../../src/interop/replayFormat";

/** Bytes leave the page's memory when the browser has had time to read them. */
const KEPT_FOR = 60_000;

export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_FOR);
}

/** Letters, digits and dashes only, whatever a file says its scenario is. */
export function fileName({ scenario, config }: Pick<ReplayMeta, "scenario" | "config">, steps: number, extension: string): string {
  const plain = scenario
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  return `ppo-lab-${plain || "run"}-seed-${config.seed}-${steps}-steps${extension}`;
}
