/** Halfway from the largest half, 65504, to where the next would be: a tie, which goes to infinity as the even one. */
const overflow = 65520;
/** The smallest normal half; below it halves are equally spaced. */
const smallestNormal = 2 ** -14;
const smallest = 2 ** -24;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * IEEE 754 half-precision bits of each value, rounded to the nearest and ties to even; what is too large
 * becomes infinite. `Float16Array` does the same from Node 24 on.
 */
export function toFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, half);
}

function half(value: number): number {
  float[0] = value;
  const sign = (bits[0]! >>> 16) & 0x8000;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= overflow) return sign | 0x7c00;
  // Equally spaced: a whole number of the smallest half. Its 1024th is the smallest normal one, as the bits say.
  if (size < smallestNormal) return sign | roundToEven(size / smallest);
  // 13 bits of the fraction go: half of the last kept place is added, less one where that place is even. A carry
  // goes over into the exponent, which is right; the exponent's bias is 127 before and 15 after.
  const magnitude = bits[0]! & 0x7fffffff;
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded >>> 13) - ((127 - 15) << 10));
}

/** Whole numbers that are small enough to have a half beside them. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** Whether every finite value stays finite as a half. */
export function fitsFloat16(values: Float32Array): boolean {
  return values.every((value) => !Number.isFinite(value) || Math.abs(value) < overflow);
}

/**
 * The values of halves. Shifted into a float's exponent and mantissa, the bits of a finite half stand for
 * 2^-112 of its value, subnormal halves too, and the product is exact.
 */
export function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(halves.length);
  for (const [i, half] of halves.entries()) words[i] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
  return new Float32Array(words.buffer).map((value) => value * 2 ** 112);
}
