// 16-bit floats as bit patterns to float32 and back: IEEE float16 and bfloat16.

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Exact: every bfloat16 is the upper half of a float32. */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}

/** Exact. */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    // Zero and subnormals count in units of 2^-24.
    if (exponent === 0) return (half & 0x8000 ? -1 : 1) * fraction * 5.960464477539063e-8;
    const float32Exponent = exponent === 31 ? 255 : exponent + 112;
    bits[0] = ((half & 0x8000) << 16) | (float32Exponent << 23) | (fraction << 13);
    return float[0] as number;
  });
}

/** Rounds to nearest, ties to even; beyond 65504 (by half a unit) becomes infinity, NaN stays NaN. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, (value) => {
    float[0] = value;
    const pattern = bits[0] as number;
    const sign = (pattern >>> 16) & 0x8000;
    const magnitude = pattern & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    if (magnitude >= 0x47800000) return sign | 0x7c00;
    if (magnitude < 0x38800000) {
      // Below 2^-14: adding 0.5 makes the FPU round the fraction at 2^-24, ties to even.
      float[0] = Math.abs(value) + 0.5;
      return sign | ((bits[0] as number) - 0x3f000000);
    }
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  });
}
