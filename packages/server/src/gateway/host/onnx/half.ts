const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);

/** The bits of the nearest half-precision number (IEEE 754 binary16, ties to even). */
export function toHalf(value: number): number {
  scratch[0] = value;
  const single = bits[0] ?? 0;
  const sign = (single >>> 16) & 0x8000;
  const exponent = (single >>> 23) & 0xff;
  const fraction = single & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  const rebased = exponent - 112;
  if (rebased >= 31) return sign | 0x7c00;
  if (rebased <= 0) return sign | subnormal(fraction | 0x800000, 14 - rebased);
  return sign | rounded((rebased << 23) | fraction, 13);
}

function subnormal(fraction: number, shift: number): number {
  return shift > 24 ? 0 : rounded(fraction, shift);
}

/** A carry goes into the exponent, as it should. */
function rounded(value: number, shift: number): number {
  const half = 1 << (shift - 1);
  const rest = value & (2 * half - 1);
  const kept = value >>> shift;
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}

/** The number that the bits of a half-precision number stand for. */
export function fromHalf(half: number): number {
  const sign = (half & 0x8000) === 0 ? 1 : -1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
