// The runs in the database: made, appended to, snapshotted, changed, read and deleted. Every change is one transaction or none.

import type { RunSnapshot } from "../../src/worker/protocol";
import type { StepChunk } from "../files/liveRecording";
import { allOf, LibraryDatabase } from "./database";
import { type DamagedRow, isDamaged, type RunRow, readRow, readStep, type SnapshotPointer, storedRow } from "./runRow";
import { assemble, checksumsOf, nextTask, partsOf } from "./snapshotParts";

export type NewRun = Omit<RunRow, "id" | "order" | "stepBytes" | "snapshot" | "previous" | "pinned" | "leaving" | "dismissed">;
/** What steps bring with them. */
export type RunProgress = Pick<RunRow, "changed" | "totalSteps" | "steps" | "finished" | "shared" | "markers">;
export type RunMarks = Partial<Pick<RunRow, "name" | "pinned" | "leaving" | "dismissed">>;

export interface FoundSnapshot {
  readonly snapshot: RunSnapshot;
  /** The newest one is damaged; this is the one before it. */
  readonly fellBack: boolean;
}

/** The run was deleted, or its row cannot be read. */
export class RunGoneError extends Error {
  override readonly name = "RunGoneError";
}

/** What was read back is not what was written. */
export class StorageDamageError extends Error {
  override readonly name = "StorageDamageError";
}

/** Any method rejects with a DOMException when the browser refuses: QuotaExceededError when its space for the page is used up. */
export class RunShelf {
  private readonly database = new LibraryDatabase();

  /** The run worked on last comes first; damaged rows last. */
  async list(): Promise<readonly (RunRow | DamagedRow)[]> {
    const transaction = (await this.database.get()).transaction("runs");
    const [values, keys] = await Promise.all([transaction.store.getAll(), transaction.store.getAllKeys()]);
    const entries = keys.map((id, i) => readRow(values[i], id));
    const orderOf = (entry: RunRow | DamagedRow): number => (isDamaged(entry) ? -1 : entry.order);
    return entries.sort((a, b) => orderOf(b) - orderOf(a));
  }

  /** null when there is no such run, or its row is damaged. */
  async read(id: number): Promise<RunRow | null> {
    const entry = readRow(await (await this.database.get()).get("runs", id), id);
    return isDamaged(entry) ? null : entry;
  }

  async create(run: NewRun): Promise<number> {
    const transaction = (await this.database.get()).transaction("runs", "readwrite");
    const newest = await transaction.store.index("order").openKeyCursor(null, "prev");
    const unused = { stepBytes: 0, pinned: false, leaving: false, dismissed: false, snapshot: null, previous: null };
    const id = await transaction.store.add(storedRow({ ...run, ...unused, order: (newest?.key ?? 0) + 1 }));
    await transaction.done;
    return id;
  }

  /** Puts steps behind the others; what was there from the first of them on goes. */
  async append(id: number, steps: readonly StepChunk[], progress: RunProgress): Promise<void> {
    const transaction = (await this.database.get()).transaction(["runs", "steps"], "readwrite");
    const stored = transaction.objectStore("steps");
    const row = await this.rowIn(transaction.objectStore("runs"), id);
    const first = steps[0]?.step ?? Number.MAX_SAFE_INTEGER;
    let { stepBytes } = row;
    for (let old = await stored.openCursor(IDBKeyRange.bound([id, first], [id, []])); old !== null; old = await old.continue()) {
      stepBytes -= readStep(old.value)?.bytes.length ?? 0;
      await old.delete();
    }
    for (const step of steps) {
      stepBytes += step.bytes.length;
      await stored.put(step, [id, step.step]);
    }
    await transaction.objectStore("runs").put(storedRow({ ...row, ...progress, stepBytes: Math.max(0, stepBytes) }));
    await transaction.done;
  }

  /**
   * Writes beside the older snapshots, reads back, verifies; only then the run points to it, and all but the one before it go.
   * @throws StorageDamageError when what was read back differs.
   */
  async saveSnapshot(id: number, snapshot: RunSnapshot): Promise<void> {
    const database = await this.database.get();
    const generation = ((await this.read(id))?.snapshot?.generation ?? 0) + 1;
    const parts = partsOf(snapshot);
    const pointer: SnapshotPointer = {
      generation,
      stepsDone: snapshot.stepsDone,
      stateBytes: snapshot.state.length,
      tensorBytes: snapshot.tensors.length,
      checksums: await checksumsOf(parts),
    };
    try {
      await database.delete("snapshots", allOf(id, generation));
      for (const [i, part] of parts.entries()) {
        // Views would be stored with all that lies around them.
        await database.put("snapshots", part.slice(), [id, generation, i]);
        await nextTask();
      }
      if ((await this.readSnapshot(id, pointer)) === null)
        throw new StorageDamageError(
          `Expected the snapshot after step ${snapshot.stepsDone} to be read back as written, got something else.`,
        );
      const transaction = database.transaction(["runs", "snapshots"], "readwrite", { durability: "strict" });
      const row = await this.rowIn(transaction.objectStore("runs"), id);
      await transaction.objectStore("runs").put(storedRow({ ...row, snapshot: pointer, previous: row.snapshot }));
      await transaction.objectStore("snapshots").delete(IDBKeyRange.bound([id], [id, row.snapshot?.generation ?? generation], false, true));
      await transaction.done;
    } catch (error) {
      await database.delete("snapshots", allOf(id, generation)).catch(() => {});
      throw error;
    }
  }

  /** The newest snapshot that is whole; null without one. */
  async findSnapshot({ id, snapshot, previous }: RunRow): Promise<FoundSnapshot | null> {
    const newest = snapshot && (await this.readSnapshot(id, snapshot));
    if (newest !== null) return { snapshot: newest, fellBack: false };
    const before = previous && (await this.readSnapshot(id, previous));
    return before && { snapshot: before, fellBack: true };
  }

  /** The run is worked on again, from its newest snapshot or, `fromPrevious`, from the one before, which then is the newest. */
  async takeUp(id: number, fromPrevious: boolean): Promise<void> {
    const transaction = (await this.database.get()).transaction(["runs", "snapshots"], "readwrite");
    const runs = transaction.objectStore("runs");
    const row = await this.rowIn(runs, id);
    const newest = await runs.index("order").openKeyCursor(null, "prev");
    const pointers = fromPrevious ? { snapshot: row.previous, previous: null } : {};
    await runs.put(storedRow({ ...row, ...pointers, order: (newest?.key ?? 0) + 1, dismissed: false, leaving: false }));
    if (fromPrevious && row.snapshot) await transaction.objectStore("snapshots").delete(allOf(id, row.snapshot.generation));
    await transaction.done;
  }

  async mark(id: number, marks: RunMarks): Promise<void> {
    const transaction = (await this.database.get()).transaction("runs", "readwrite");
    await transaction.store.put(storedRow({ ...(await this.rowIn(transaction.store, id)), ...marks }));
    await transaction.done;
  }

  async remove(id: number): Promise<void> {
    const transaction = (await this.database.get()).transaction(["runs", "steps", "snapshots"], "readwrite");
    await transaction.objectStore("runs").delete(id);
    await transaction.objectStore("steps").delete(allOf(id));
    await transaction.objectStore("snapshots").delete(allOf(id));
    await transaction.done;
  }

  /** Deletes the database with everything in it. */
  async clear(): Promise<void> {
    await this.database.remove();
  }

  /** In order; what is damaged is left out. */
  async steps(id: number): Promise<readonly StepChunk[]> {
    const stored = await (await this.database.get()).getAll("steps", allOf(id));
    return stored.map(readStep).filter((step) => step !== null);
  }

  private async readSnapshot(id: number, pointer: SnapshotPointer): Promise<RunSnapshot | null> {
    const database = await this.database.get();
    const parts: unknown[] = [];
    for (let i = 0; i < pointer.checksums.length; i++) {
      parts.push(await database.get("snapshots", [id, pointer.generation, i]));
      await nextTask();
    }
    return assemble(pointer, parts);
  }

  private async rowIn(runs: { get(id: number): Promise<unknown> }, id: number): Promise<RunRow> {
    const entry = readRow(await runs.get(id), id);
    if (isDamaged(entry)) throw new RunGoneError(`Expected run ${id} in the library, got none that can be read.`);
    return entry;
  }
}
