/// <reference lib="es2025.float16" />

/** The largest finite half. */
export const largestFloat16 = 65504;

/**
 * IEEE 754 half-precision bits of each value, rounded to the nearest and ties to even; what is too large
 * becomes infinite.
 */
export function toFloat16(values: Float32Array): Uint16Array {
  return new Uint16Array(new Float16Array(values).buffer);
}

/** Whether every finite value stays finite as a half. */
export function fitsFloat16(values: Float32Array): boolean {
  return values.every((value) => !Number.isFinite(value) || Math.abs(Math.f16round(value)) <= largestFloat16);
}
