// Damage to bytes, as data that fast-check draws and shrinks.

import fc from "fast-check";

const EDGES = [0, 1, 2, 7, 8, 0xff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff] as const;

/** Places count from the start and wrap around at the length. */
const place = fc.nat(0xf_ffff);

const byteEdit = fc.oneof(
  fc.record({ kind: fc.constant("flip"), at: place, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("set"), at: place, value: fc.nat(255) }),
  fc.record({ kind: fc.constant("u16"), at: place, value: fc.oneof(fc.constantFrom(...EDGES), fc.nat(0xffff)) }),
  fc.record({ kind: fc.constant("u32"), at: place, value: fc.oneof(fc.constantFrom(...EDGES), fc.nat(0xffff_ffff)) }),
  fc.record({ kind: fc.constant("cut"), at: place }),
  fc.record({ kind: fc.constant("insert"), at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  fc.record({ kind: fc.constant("remove"), at: place, count: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ kind: fc.constant("repeat"), at: place, count: fc.integer({ min: 1, max: 64 }) }),
);
type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;
export type ByteEdit = Drawn<typeof byteEdit>;

export const byteEdits: fc.Arbitrary<readonly ByteEdit[]> = fc.array(byteEdit, { minLength: 1, maxLength: 4 });

export function editBytes(bytes: Uint8Array, edits: readonly ByteEdit[]): Uint8Array {
  return edits.reduce(editOnce, bytes.slice());
}

function editOnce(bytes: Uint8Array, edit: ByteEdit): Uint8Array {
  if (bytes.length === 0) return bytes;
  const at = edit.at % bytes.length;
  const parts = (...all: readonly Uint8Array[]): Uint8Array => Uint8Array.from(all.flatMap((part) => [...part]));
  switch (edit.kind) {
    case "flip":
      bytes[at] = (bytes[at] as number) ^ (1 << edit.bit);
      return bytes;
    case "set":
      bytes[at] = edit.value;
      return bytes;
    case "u16":
    case "u32":
      for (let i = 0; i < (edit.kind === "u16" ? 2 : 4) && at + i < bytes.length; i++) bytes[at + i] = edit.value >>> (8 * i);
      return bytes;
    case "cut":
      return bytes.slice(0, at);
    case "insert":
      return parts(bytes.subarray(0, at), edit.bytes, bytes.subarray(at));
    case "remove":
      return parts(bytes.subarray(0, at), bytes.subarray(at + edit.count));
    case "repeat":
      return parts(bytes.subarray(0, at + edit.count), bytes.subarray(at));
  }
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
