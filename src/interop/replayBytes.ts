// Typed arrays to bytes and back, byte plane by byte plane (similar bytes lie together, which deflate likes); reads check first.

import { ReplayError } from "../errors";
import { float16ToFloat32, float32ToFloat16 } from "../model/halfPrecision";

export class ByteWriter {
  private readonly parts: Uint8Array[] = [];

  u16(values: ArrayLike<number>): void {
    this.planes(Uint16Array.from(values), [0, 1]);
  }

  u32(values: ArrayLike<number>): void {
    this.planes(Uint32Array.from(values), [0, 1, 2, 3]);
  }

  f16(values: Float32Array): void {
    this.planes(float32ToFloat16(values), [0, 1]);
  }

  /** Rounds to the 24 upper bits, ties to even; NaN stays NaN. */
  f24(values: Float32Array): void {
    const bits = new Uint32Array(Float32Array.from(values).buffer);
    const rounded = bits.map((pattern) => ((pattern & 0x7fff_ffff) > 0x7f80_0000 ? 0x7fc0_0000 : pattern + 0x7f + ((pattern >>> 8) & 1)));
    this.planes(rounded, [1, 2, 3]);
  }

  f32(values: ArrayLike<number>): void {
    this.planes(new Uint32Array(Float32Array.from(values).buffer), [0, 1, 2, 3]);
  }

  f64(values: ArrayLike<number>): void {
    const bytes = new Uint8Array(values.length * 8);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < values.length; i++) view.setFloat64(i * 8, values[i] as number, true);
    this.parts.push(bytes);
  }

  raw(bytes: Uint8Array): void {
    this.parts.push(bytes);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return joinBytes(this.parts);
  }

  private planes(words: Uint16Array | Uint32Array, planes: readonly number[]): void {
    const bytes = new Uint8Array(words.length * planes.length);
    planes.forEach((plane, p) => {
      for (let i = 0; i < words.length; i++) bytes[p * words.length + i] = (words[i] as number) >>> (8 * plane);
    });
    this.parts.push(bytes);
  }
}

/** Every read asks first whether so many bytes are left, so nothing is allocated that the payload does not hold. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private place = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  u16(count: number): Uint16Array {
    const bytes = this.take(count, 2);
    return Uint16Array.from({ length: count }, (_, i) => (bytes[i] as number) | ((bytes[count + i] as number) << 8));
  }

  u32(count: number): Uint32Array {
    return this.words(count, 0);
  }

  f16(count: number): Float32Array {
    return float16ToFloat32(this.u16(count));
  }

  f24(count: number): Float32Array {
    return new Float32Array(this.words(count, 1).buffer);
  }

  f32(count: number): Float32Array {
    return new Float32Array(this.words(count, 0).buffer);
  }

  f64(count: number): Float64Array {
    const bytes = this.take(count, 8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Float64Array.from({ length: count }, (_, i) => view.getFloat64(i * 8, true));
  }

  raw(count: number): Uint8Array {
    return this.take(count, 1);
  }

  /** @throws ReplayError when something is left. */
  end(): void {
    if (this.place !== this.bytes.length)
      throw damaged(`expected the step to end after ${this.place} bytes, got ${this.bytes.length - this.place} more`);
  }

  /** u32 from byte planes; `missing` lower planes are not stored. */
  private words(count: number, missing: 0 | 1): Uint32Array<ArrayBuffer> {
    const planes = 4 - missing;
    const bytes = this.take(count, planes);
    const words = new Uint32Array(count);
    for (let p = 0; p < planes; p++)
      for (let i = 0; i < count; i++) words[i] = (words[i] as number) | ((bytes[p * count + i] as number) << (8 * (p + missing)));
    return words;
  }

  private take(count: number, size: number): Uint8Array {
    if (!Number.isSafeInteger(count) || count < 0 || count * size > this.bytes.length - this.place)
      throw damaged(`expected ${count} numbers of ${size} bytes, got ${this.bytes.length - this.place} bytes`);
    const taken = this.bytes.subarray(this.place, this.place + count * size);
    this.place += count * size;
    return taken;
  }
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

export function damaged(what: string): ReplayError {
  return new ReplayError("damaged", `Replay file: ${what}. The file is damaged; get it again.`);
}
