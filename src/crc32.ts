// Bytes to their CRC-32, which tells a damaged file.

const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  return remainder;
});

/** CRC-32 (ISO 3309, as in zip and png) as an unsigned number. It finds accidents, it does not stop a forger. */
export function crc32Number(bytes: Uint8Array): number {
  let remainder = 0xffff_ffff;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ (TABLE[(remainder ^ byte) & 0xff] as number);
  return (remainder ^ 0xffff_ffff) >>> 0;
}

/** The same as 8 hexadecimal digits. */
export function crc32(bytes: Uint8Array): string {
  return crc32Number(bytes).toString(16).padStart(8, "0");
}
