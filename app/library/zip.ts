// A checkpoint's files side by side in one zip archive, uncompressed: what they hold is compressed already, or does not get smaller.

import { crc32Number } from "../../src/crc32";
import type { RunSnapshot } from "../../src/worker/protocol";

export interface ZipEntry {
  /** Path in the archive, ASCII, with slashes. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Version 2.0 of the format, which folders need. */
const VERSION = 20;
/** 1 January 1980, the oldest date that a zip knows: the archive does not tell when it was made. */
const DATE = 0x21;
const MAX_BYTES = 2 ** 32 - 1;

/** The folder that `lab train --resume` reads, under the checkpoint format's own names. */
export function checkpointZip({ state, tensors }: RunSnapshot): Blob {
  return zipOf([
    { name: "checkpoint/ppo_lab_state.json", bytes: Uint8Array.from(state) },
    { name: "checkpoint/ppo_lab_state.safetensors", bytes: Uint8Array.from(tensors) },
  ]);
}

/** @throws RangeError beyond 4 GiB, which plain zip cannot hold. */
export function zipOf(entries: readonly ZipEntry[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let place = 0;
  for (const { name, bytes } of entries) {
    const path = new TextEncoder().encode(name);
    // Version needed, flags, method (stored), time, date, CRC-32, both sizes, length of the path, of extras.
    const common = [u16(VERSION), u16(0), u16(0), u16(0), u16(DATE), u32(crc32Number(bytes)), u32(bytes.length), u32(bytes.length)];
    const lengths = [u16(path.length), u16(0)];
    const header = [u32(0x04034b50), ...common, ...lengths, path];
    // After the lengths: of a comment, disk, attributes inside and outside, where the entry lies.
    directory.push(u32(0x02014b50), u16(VERSION), ...common, ...lengths, u16(0), u16(0), u16(0), u32(0), u32(place), path);
    parts.push(...header, bytes);
    place += sizeOf(header) + bytes.length;
  }
  if (place > MAX_BYTES) throw new RangeError(`Expected at most ${MAX_BYTES} bytes for a zip archive, got ${place}.`);
  const count = u16(entries.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(sizeOf(directory)), u32(place), u16(0)];
  return new Blob([...parts, ...directory, ...end], { type: "application/zip" });
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function u16(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}
