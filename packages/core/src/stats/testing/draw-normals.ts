import type { Rng } from '../../kernel/rng.js';

/** Standard normal draws (Box and Muller 1958). */
export function drawNormals(rng: Rng, n: number): Float64Array {
  return Float64Array.from(
    { length: n },
    () => Math.sqrt(-2 * Math.log(1 - rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform()),
  );
}
