/** Chance, passed in so that domain code stays pure and every draw can be made again from its seed. */
export interface Rng {
  /** Uniform over the integers 0 to 2^32 - 1. */
  uint32(): number;
  /** Uniform over [0, 1), a multiple of 2^-53. */
  uniform(): number;
}

/** Rounds that take the state of sfc32 away from a seed with few bits set. */
const WARM_UP = 16;

/**
 * sfc32, the small fast counting generator of PractRand (Doty-Humphrey 2014): 128 bits of state, a period of at least
 * 2^32 and of 2^127 on average, passes PractRand and BigCrush. For simulation and resampling; not for secrets.
 *
 * @param seed a safe integer, not negative, of which all 53 bits count. The same seed gives the same draws on every
 * machine.
 * @throws RangeError for any other seed, which is a bug of the caller.
 */
export function seededRng(seed: number): Rng {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`A seed must be a safe integer, not ${String(seed)}.`);
  const state = { a: 0, b: seed | 0, c: Math.floor(seed / 2 ** 32) | 0, counter: 1 };
  const uint32 = (): number => {
    const drawn = (state.a + state.b + state.counter) | 0;
    state.counter = (state.counter + 1) | 0;
    state.a = state.b ^ (state.b >>> 9);
    state.b = (state.c + (state.c << 3)) | 0;
    state.c = (((state.c << 21) | (state.c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  };
  for (let round = 0; round < WARM_UP; round++) uint32();
  return { uint32, uniform: () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53 };
}
