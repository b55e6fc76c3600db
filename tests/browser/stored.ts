// What the page keeps in this browser, as its tests read and damage it.

import type { Page } from "@playwright/test";
import { MAGIC, type ReplayMeta } from "../../src/interop/replayFormat";
import { openReplay } from "../../src/interop/replayFile";
import { readChunk } from "../../src/interop/replayChunks";
import { decodeStep } from "../../src/interop/replayStep";

/** A step's numbers that do not depend on how fast this machine is. */
export interface StoredNumbers {
  readonly step: number;
  readonly stats: Readonly<Record<string, number>>;
  readonly responses: readonly string[];
  readonly scores: readonly number[];
}

interface RawRun {
  readonly id: number;
  readonly order: number;
  readonly prefix: string;
  readonly snapshot: { readonly generation: number; readonly stepsDone: number } | null;
  readonly previous: { readonly generation: number; readonly stepsDone: number } | null;
  readonly steps: readonly { readonly step: number; readonly bytes: string }[];
}

/** Every stored run, bytes as base64, in the order in which they were made. */
export function storedRuns(page: Page): Promise<readonly RawRun[]> {
  return page.evaluate(async () => {
    // A database that is not there must stay so.
    if (!(await indexedDB.databases()).some(({ name }) => name === "ppo-lab")) return [];
    const request = indexedDB.open("ppo-lab");
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error("no database"));
    });
    const all = (store: string, range?: IDBKeyRange): Promise<Record<string, never>[]> =>
      new Promise((resolve) => {
        const reading = database.transaction(store).objectStore(store).getAll(range);
        reading.onsuccess = () => resolve(reading.result as never);
      });
    const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    const runs = [];
    for (const row of await all("runs")) {
      const steps = await all("steps", IDBKeyRange.bound([row["id"]], [row["id"], []]));
      runs.push({
        ...row,
        prefix: base64(row["prefix"] ?? new Uint8Array()),
        steps: steps.map(({ step, bytes }) => ({ step, bytes: base64(bytes as never) })),
      });
    }
    database.close();
    return runs as never;
  });
}

export async function numbersOf({ prefix, steps }: RawRun): Promise<StoredNumbers[]> {
  const { meta } = await openReplay(Buffer.from(prefix, "base64"));
  return Promise.all(steps.map(({ bytes }) => numbersOfStep(Buffer.from(bytes, "base64"), meta)));
}

async function numbersOfStep(bytes: Uint8Array, meta: ReplayMeta): Promise<StoredNumbers> {
  const chunk = await readChunk(bytes, 0);
  if (chunk.kind !== "chunk") throw new Error("Expected a whole step in the database.");
  const { step, stats, responseTexts, scores } = decodeStep(chunk.payload, meta);
  const timeless = Object.fromEntries(Object.entries(stats).filter(([name]) => !name.includes("time")));
  return { step, stats: timeless, responses: responseTexts, scores: [...scores] };
}

/** Turns one bit in the middle of a stored snapshot's part. */
export function damageSnapshot(page: Page, id: number, generation: number, part: number): Promise<void> {
  return page.evaluate(
    async ([run, age, place]) => {
      const request = indexedDB.open("ppo-lab");
      await new Promise((resolve) => (request.onsuccess = resolve));
      const store = request.result.transaction("snapshots", "readwrite").objectStore("snapshots");
      const reading = store.get([run, age, place]) as IDBRequest<Uint8Array>;
      await new Promise((resolve) => (reading.onsuccess = resolve));
      const bytes = reading.result;
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      const writing = store.put(bytes, [run, age, place]);
      await new Promise((resolve) => (writing.onsuccess = resolve));
      request.result.close();
    },
    [id, generation, part] as const,
  );
}

/** Puts a row without sense beside the others. */
export function addDamagedRow(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const request = indexedDB.open("ppo-lab");
    await new Promise((resolve) => (request.onsuccess = resolve));
    const writing = request.result.transaction("runs", "readwrite").objectStore("runs").add({ order: 999, name: 5, config: "<b>" });
    await new Promise((resolve) => (writing.onsuccess = resolve));
    request.result.close();
  });
}

/** Everything that this site has stored in the browser, as one text: database, local and session storage, caches' addresses. */
export async function everythingStored(page: Page): Promise<string> {
  const texts = await page.evaluate(async () => {
    const found: string[] = [...[localStorage, sessionStorage].map((storage) => JSON.stringify(Object.entries(storage)))];
    const tell = (value: unknown): void => {
      if (value instanceof Uint8Array) found.push(new TextDecoder("latin1").decode(value));
      else if (typeof value === "object" && value !== null) for (const entry of Object.entries(value)) entry.forEach(tell);
      else found.push(String(value));
    };
    for (const { name } of await indexedDB.databases()) {
      const request = indexedDB.open(name ?? "");
      await new Promise((resolve) => (request.onsuccess = resolve));
      for (const store of request.result.objectStoreNames) {
        const reading = request.result.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => (reading.onsuccess = resolve));
        for (const value of reading.result as unknown[]) tell(value);
      }
      request.result.close();
    }
    for (const cache of await caches.keys()) for (const { url } of await (await caches.open(cache)).keys()) found.push(url);
    return found;
  });
  // What replay files deflate.
  for (const run of await storedRuns(page))
    for (const [bytes, start] of [[run.prefix, MAGIC.length + 4] as const, ...run.steps.map((step) => [step.bytes, 0] as const)]) {
      const chunk = await readChunk(Buffer.from(bytes, "base64"), start);
      if (chunk.kind === "chunk") texts.push(Buffer.from(chunk.payload).toString("latin1"));
    }
  return texts.join("\n");
}
