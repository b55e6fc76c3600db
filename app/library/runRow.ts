// A stored run: what the library keeps of it besides its steps and snapshots. What is read back is checked field by field.

import { CONFIG_FIELDS, fieldProblem } from "../../src/config";
import type { StepChunk } from "../files/liveRecording";
import type { Marker, OptionChange } from "../run/runState";
import { type Packed, pack, unpack } from "../share/codec";
import { LinkError } from "../share/linkError";
import type { SharedState } from "../share/sharedState";
import { RowError, StoredFields } from "./storedFields";

/** Characters of a name that a visitor gives. */
export const NAME_LENGTH = 80;

/** Where a snapshot lies: parts of at most PART_BYTES, the state's file first, then the tensors'; `checksums` are their CRC-32. */
export interface SnapshotPointer {
  /** Grows with every snapshot of the run. */
  readonly generation: number;
  readonly stepsDone: number;
  readonly stateBytes: number;
  readonly tensorBytes: number;
  readonly checksums: readonly number[];
}

export interface RunRow {
  readonly id: number;
  /** The run that was worked on last has the largest; clocks may be turned, this counter is not. */
  readonly order: number;
  /** Given by the visitor; empty without. */
  readonly name: string;
  /** Milliseconds since 1970 by this computer's clock; shown, never compared. */
  readonly created: number;
  readonly changed: number;
  /** Scenario, options as the knobs said last, engine wish, and what was looked at. */
  readonly shared: SharedState;
  readonly totalSteps: number;
  /** PPO steps stored. */
  readonly steps: number;
  readonly stepBytes: number;
  readonly finished: boolean;
  /** Never deleted to make room. */
  readonly pinned: boolean;
  /** Announced to be deleted when the next run begins. */
  readonly leaving: boolean;
  /** Its resume offer was declined. */
  readonly dismissed: boolean;
  /** How its replay file begins: the options at the start, the engine, the token texts. */
  readonly prefix: Uint8Array<ArrayBuffer>;
  readonly markers: readonly Marker[];
  /** The newest snapshot, and the one before it in case that is damaged. */
  readonly snapshot: SnapshotPointer | null;
  readonly previous: SnapshotPointer | null;
}

/** As the database holds it; the database gives the number. */
export type StoredRow = Omit<RunRow, "id" | "shared"> & { readonly id?: number; readonly shared: Packed };

export function storedRow<Row extends Omit<RunRow, "id">>(row: Row): Omit<Row, "shared"> & { shared: Packed } {
  return { ...row, shared: pack(row.shared, "storage") };
}

/** A row that cannot be read; it can be deleted. */
export interface DamagedRow {
  readonly id: number;
  readonly damaged: string;
}

const MAX_MARKERS = 100_000;
/** A snapshot of 1 GiB; none is nearly as large. */
const MAX_PARTS = 4096;

/** Space that the run takes, in bytes. */
export function bytesOf({ stepBytes, snapshot, previous }: Pick<RunRow, "stepBytes" | "snapshot" | "previous">): number {
  const sizeOf = (pointer: SnapshotPointer | null): number => (pointer === null ? 0 : pointer.stateBytes + pointer.tensorBytes);
  return stepBytes + sizeOf(snapshot) + sizeOf(previous);
}

export function isDamaged(entry: RunRow | DamagedRow): entry is DamagedRow {
  return "damaged" in entry;
}

/** The run of a stored row; one that is not whole becomes a DamagedRow. */
export function readRow(value: unknown, id: number): RunRow | DamagedRow {
  try {
    return checkedRow(value, id);
  } catch (error) {
    if (error instanceof RowError || error instanceof LinkError) return { id, damaged: error.message };
    throw error;
  }
}

function checkedRow(value: unknown, id: number): RunRow {
  const row = new StoredFields(value, `Run ${id}`);
  const prefix = row.value("prefix");
  if (!(prefix instanceof Uint8Array)) throw row.wrong("prefix", "bytes");
  const shared = row.object("shared");
  return {
    id,
    order: row.count("order"),
    name: row.text("name", NAME_LENGTH),
    created: row.count("created"),
    changed: row.count("changed"),
    shared: unpack(shared.count("version"), shared.value("state"), "storage"),
    totalSteps: row.count("totalSteps"),
    steps: row.count("steps"),
    stepBytes: row.count("stepBytes"),
    finished: row.flag("finished"),
    pinned: row.flag("pinned"),
    leaving: row.flag("leaving"),
    dismissed: row.flag("dismissed"),
    prefix: prefix as Uint8Array<ArrayBuffer>,
    markers: row.list("markers", readMarker, MAX_MARKERS),
    snapshot: readPointer(row.optional("snapshot")),
    previous: readPointer(row.optional("previous")),
  };
}

function readMarker(value: unknown, path: string): Marker {
  const marker = new StoredFields(value, path);
  return { step: marker.count("step"), changes: marker.list("changes", readChange, CONFIG_FIELDS.length) };
}

function readChange(value: unknown, path: string): OptionChange {
  const change = new StoredFields(value, path);
  const field = CONFIG_FIELDS.find((name) => name === change.value("field"));
  if (field === undefined) throw change.wrong("field", "an option");
  const side = (name: "from" | "to"): OptionChange["to"] => {
    const option = change.value(name);
    if (fieldProblem(field, option) !== null) throw change.wrong(name, `a value of ${field}`);
    return option as OptionChange["to"];
  };
  return { field, from: side("from"), to: side("to") };
}

function readPointer(fields: StoredFields | null): SnapshotPointer | null {
  if (fields === null) return null;
  return {
    generation: fields.count("generation"),
    stepsDone: fields.count("stepsDone"),
    stateBytes: fields.count("stateBytes"),
    tensorBytes: fields.count("tensorBytes"),
    checksums: fields.list("checksums", readChecksum, MAX_PARTS),
  };
}

function readChecksum(value: unknown, path: string): number {
  return new StoredFields({ value }, path).count("value", 2 ** 32 - 1);
}

/** null for one that is damaged; what its bytes hold is checked when they are decoded. */
export function readStep(value: unknown): StepChunk | null {
  if (typeof value !== "object" || value === null) return null;
  const { step, bytes, full, reduced } = value as Partial<Record<keyof StepChunk, unknown>>;
  if (!Number.isSafeInteger(step) || !(bytes instanceof Uint8Array)) return null;
  return { step: step as number, bytes: bytes as StepChunk["bytes"], full: full === true, reduced: reduced === true };
}
