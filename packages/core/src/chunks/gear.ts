import { createHash } from 'node:crypto';

/**
 * A random number for each value of a byte, the same in every version: the first four bytes, little-endian, of the
 * sha256 of `nx-ml gear 1 <value>`.
 */
export function gearTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, value) =>
    createHash('sha256')
      .update(`nx-ml gear 1 ${String(value)}`)
      .digest()
      .readUInt32LE(0),
  );
}
