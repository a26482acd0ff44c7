import { JOE_KUO } from './joe-kuo.js';

const BITS = 32;

/** Direction numbers of a dimension as fractions of 2^32, the highest bit's first. */
type Directions = Uint32Array;

let table: readonly Directions[] | undefined;

function directions(): readonly Directions[] {
  table ??= [vanDerCorput(), ...JOE_KUO.trim().split('\n').map(recurrence)];
  return table;
}

function vanDerCorput(): Directions {
  return Uint32Array.from({ length: BITS }, (_, bit) => 2 ** (BITS - 1 - bit));
}

/** Sobol's recurrence: v_k = c_1 v_(k-1) ^ ... ^ c_(s-1) v_(k-s+1) ^ v_(k-s) ^ (v_(k-s) >> s), c the polynomial's inner bits. */
function recurrence(line: string): Directions {
  const [polynomial = 0, ...initial] = line.split(' ').map(Number);
  const degree = initial.length;
  const numbers = new Uint32Array(BITS);
  for (const [bit, m] of initial.entries()) numbers[bit] = m * 2 ** (BITS - 1 - bit);
  for (let bit = degree; bit < BITS; bit += 1) {
    const before = numbers[bit - degree] ?? 0;
    let next = before ^ (before >>> degree);
    for (let back = 1; back < degree; back += 1)
      if (((polynomial >>> (degree - back)) & 1) === 1) next ^= numbers[bit - back] ?? 0;
    numbers[bit] = next;
  }
  return numbers;
}

/** Of dimensions from here on there are no direction numbers. */
export const SOBOL_DIMENSIONS = 128;

/**
 * One coordinate of Sobol's sequence (1967), in the order of Antonov and Saleev (1979), as a fraction of 2^32.
 *
 * @param index of the point, below 2^32.
 * @param dimension below SOBOL_DIMENSIONS.
 */
export function sobol(index: number, dimension: number): number {
  const numbers = directions()[dimension];
  if (numbers === undefined) throw new RangeError(`no direction numbers for dimension ${String(dimension)}`);
  let gray = (index ^ (index >>> 1)) >>> 0;
  let value = 0;
  for (let bit = 0; gray !== 0; bit += 1, gray >>>= 1) if ((gray & 1) === 1) value ^= numbers[bit] ?? 0;
  return value >>> 0;
}

/**
 * Owen's nested uniform scrambling (1995): each bit is flipped or not by chance that hangs on all bits above it, so that points keep
 * their evenness and each is uniform by itself. Chance is a hash of `key` and those bits, so that nothing need be kept.
 */
export function owenScrambled(value: number, key: number): number {
  let scrambled = 0;
  for (let bit = BITS - 1; bit >= 0; bit -= 1) {
    const above = bit === BITS - 1 ? 0 : value >>> (bit + 1);
    const flip = hash(key, above, bit) & 1;
    scrambled = (scrambled << 1) | (((value >>> bit) & 1) ^ flip);
  }
  return scrambled >>> 0;
}

/** Rounds of MurmurHash3's finaliser (Appleby, public domain). */
function hash(key: number, above: number, bit: number): number {
  return mixed(mixed(mixed(key) ^ above) ^ Math.imul(bit + 1, 0x9e3779b1));
}

function mixed(word: number): number {
  let mix = word ^ (word >>> 16);
  mix = Math.imul(mix, 0x85ebca6b);
  mix ^= mix >>> 13;
  mix = Math.imul(mix, 0xc2b2ae35);
  return mix ^ (mix >>> 16);
}
