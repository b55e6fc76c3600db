// CPU time of the page's main-thread tasks: unlike their duration it does not grow when other programs want the same cores.

import type { Page } from "@playwright/test";

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of CPU. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Milliseconds of CPU of every task that the main thread had while `act` went on, longest first. */
export async function taskTimes(page: Page, act: () => Promise<void>): Promise<readonly number[]> {
  const browser = page.context().browser();
  if (browser === null) throw new Error("Expected the page to belong to a browser, found none.");
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;
  const main = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(thread));
  const tasks = traceEvents.filter((event) => event.name.endsWith("RunTask") && main.has(thread(event)));
  if (tasks.length === 0) throw new Error("Expected tasks in the browser's trace, found none.");
  return tasks.map(({ tdur }) => (tdur ?? 0) / 1000).toSorted((a, b) => b - a);
}
