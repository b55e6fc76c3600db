// The library's database in this browser: which stores it has, and the one connection of this tab.

import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from "idb";
import type { StepChunk } from "../files/liveRecording";
import type { StoredRow } from "./runRow";

export const DATABASE = "ppo-lab";
const VERSION = 1;

export interface LibrarySchema extends DBSchema {
  /** The database numbers them. */
  runs: { key: number; value: StoredRow; indexes: { order: number } };
  /** By run and 0-based step. */
  steps: { key: [number, number]; value: StepChunk };
  /** By run, generation and part. */
  snapshots: { key: [number, number, number]; value: Uint8Array };
}

/** Everything of one run in `steps` or `snapshots`, or of one generation. */
export function allOf(...begin: number[]): IDBKeyRange {
  return IDBKeyRange.bound(begin, [...begin, []]);
}

export class LibraryDatabase {
  private opened: Promise<IDBPDatabase<LibrarySchema>> | null = null;

  /** @throws DOMException when the browser stores nothing for this page. */
  get(): Promise<IDBPDatabase<LibrarySchema>> {
    this.opened ??= this.open();
    return this.opened;
  }

  /** Removes the database itself; the next use makes a new one. */
  async remove(): Promise<void> {
    const connection = await this.opened?.catch(() => null);
    this.opened = null;
    connection?.close();
    await deleteDB(DATABASE);
  }

  private async open(): Promise<IDBPDatabase<LibrarySchema>> {
    const forget = (): void => {
      this.opened = null;
    };
    try {
      return await openDB<LibrarySchema>(DATABASE, VERSION, {
        upgrade: (database) => {
          database.createObjectStore("runs", { keyPath: "id", autoIncrement: true }).createIndex("order", "order");
          database.createObjectStore("steps");
          database.createObjectStore("snapshots");
        },
        // Another tab deletes the library or brings a newer version: it must not wait for this one.
        blocking: (_current, _blocked, event) => {
          forget();
          (event.target as IDBDatabase).close();
        },
        terminated: forget,
      });
    } catch (error) {
      forget();
      throw error;
    }
  }
}
