// Bytes of a .safetensors file to named float32 tensors and back (fact sheet 7.7). Nothing in the file is trusted.

import { sizeOf, type NamedTensor, type NamedTensors } from "../engine/layout";
import { CheckpointError } from "../errors";
import { shownText, shownValue } from "../shownValue";
import { parseUntrustedJson } from "../untrustedJson";
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from "./halfPrecision";

export interface SafetensorsFile {
  readonly tensors: Map<string, NamedTensor>;
  /** The optional `__metadata__` string map. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly name: string;
  readonly dtype: ReadableDtype;
  readonly shape: readonly number[];
  /** Byte offsets [begin, end) behind the header. */
  readonly begin: number;
  readonly end: number;
}

type ReadableDtype = "F32" | "F16" | "BF16";
type WritableDtype = "F32" | "F16";

const BYTES_PER_ELEMENT: { readonly [D in ReadableDtype]: number } = { F32: 4, F16: 2, BF16: 2 };
const PREFIX_BYTES = 8;
/** About 150 bytes a tensor. */
const MAX_HEADER_BYTES = 8 * 1024 * 1024;
const MAX_RANK = 8;

/**
 * Reads a whole file; F16 and BF16 are widened to float32.
 * @throws CheckpointError when the header or any tensor's dtype, shape or place in the file is not as the format demands.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (bytes.length < PREFIX_BYTES) throw broken(`expected at least ${PREFIX_BYTES} bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(0, true) + view.getUint32(4, true) * 0x1_0000_0000;
  if (headerLength > MAX_HEADER_BYTES) throw broken(`expected a header of at most ${MAX_HEADER_BYTES} bytes, got ${headerLength}`);
  const dataStart = PREFIX_BYTES + headerLength;
  if (dataStart > bytes.length) throw broken(`expected a header of ${headerLength} bytes, but the file has only ${bytes.length} bytes`);

  const header = parseHeader(bytes.subarray(PREFIX_BYTES, dataStart));
  const entries = header.entries.map(([name, value]) => readEntry(name, value)).sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(entries, bytes.length - dataStart);
  const tensors = new Map<string, NamedTensor>();
  for (const { name, dtype, shape, begin, end } of entries)
    tensors.set(name, { shape, data: decode(new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end)), dtype) });
  return { tensors, metadata: header.metadata };
}

/**
 * Writes tensors in their map's order with metadata `format: pt`.
 * @throws CheckpointError when a shape does not fit its data, or a finite value does not fit float16.
 */
export function writeSafetensors(tensors: NamedTensors, dtype: WritableDtype): Uint8Array {
  const header = new Map<string, unknown>([["__metadata__", { format: "pt" }]]);
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    if (sizeOf(shape) !== data.length)
      throw new CheckpointError(`Cannot write ${name}: shape [${shape}] needs ${sizeOf(shape)} numbers, got ${data.length}.`);
    if (name === "__metadata__") throw new CheckpointError(`Cannot write a tensor named ${name}; rename it.`);
    const end = offset + data.length * BYTES_PER_ELEMENT[dtype];
    header.set(name, { dtype, shape, data_offsets: [offset, end] });
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(PREFIX_BYTES + headerLength + offset);
  new DataView(bytes.buffer).setUint32(0, headerLength, true);
  bytes.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerLength);
  bytes.set(json, PREFIX_BYTES);
  let place = PREFIX_BYTES + headerLength;
  for (const [name, { data }] of tensors) {
    const encoded = encode(name, data, dtype);
    bytes.set(encoded, place);
    place += encoded.length;
  }
  return bytes;
}

function broken(detail: string): CheckpointError {
  return new CheckpointError(`The .safetensors file is damaged or not of this format: ${detail}. Download or export the file again.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseHeader(bytes: Uint8Array): { entries: [string, unknown][]; metadata: Record<string, string> } {
  let header: unknown;
  try {
    header = parseUntrustedJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw broken("the header is not JSON");
  }
  if (!isRecord(header)) throw broken("the header is not a JSON object");
  const given = Object.hasOwn(header, "__metadata__") ? header["__metadata__"] : {};
  if (!isRecord(given)) throw broken("__metadata__ is not an object");
  const metadata = Object.entries(given).map(([key, value]): [string, string] => {
    if (typeof value !== "string") throw broken(`__metadata__.${shownText(key)} is not a string`);
    return [key, value];
  });
  return { entries: Object.entries(header).filter(([name]) => name !== "__metadata__"), metadata: Object.fromEntries(metadata) };
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function readEntry(name: string, value: unknown): Entry {
  if (!isRecord(value)) throw broken(`the entry of ${shownText(name)} is not an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== "F32" && dtype !== "F16" && dtype !== "BF16")
    throw new CheckpointError(
      `Tensor ${shownText(name)}: expected dtype F32, F16 or BF16, got ${shownValue(dtype)}. Convert the weights to one of these.`,
    );
  if (!Array.isArray(shape) || shape.length > MAX_RANK || !shape.every(isSize))
    throw broken(`the shape of ${shownText(name)} is not a list of at most ${MAX_RANK} sizes`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize))
    throw broken(`data_offsets of ${shownText(name)} are not two offsets`);
  const [begin = 0, end = 0] = offsets;
  const expected = sizeOf(shape) * BYTES_PER_ELEMENT[dtype];
  if (end - begin !== expected)
    throw broken(`${shownText(name)} ${dtype} [${shape}] needs ${expected} bytes, but its offsets span ${end - begin}`);
  return { name, dtype, shape: shape.map(Math.abs), begin, end };
}

/** Sorted entries must follow each other without gap or overlap and end where the file ends. */
function checkCoverage(entries: readonly Entry[], dataLength: number): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) throw broken(`${shownText(name)} begins at byte ${begin}, expected ${covered}`);
    covered = end;
  }
  if (covered !== dataLength) throw broken(`the tensors need ${covered} bytes of data, but the file holds ${dataLength}`);
}

/** `bytes` is a copy of its own, so its buffer starts aligned. Files are little-endian, as every supported machine is. */
function decode(bytes: Uint8Array, dtype: ReadableDtype): Float32Array {
  if (dtype === "F32") return new Float32Array(bytes.buffer);
  const halves = new Uint16Array(bytes.buffer);
  return dtype === "F16" ? float16ToFloat32(halves) : bfloat16ToFloat32(halves);
}

function encode(name: string, data: Float32Array, dtype: WritableDtype): Uint8Array {
  if (dtype === "F32") return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const halves = float32ToFloat16(data);
  const lost = data.findIndex((x, i) => Number.isFinite(x) && ((halves[i] as number) & 0x7fff) === 0x7c00);
  if (lost >= 0)
    throw new CheckpointError(`${name}[${lost}] = ${data[lost]} does not fit float16 (at most 65504). Save this model as F32 instead.`);
  return new Uint8Array(halves.buffer);
}
