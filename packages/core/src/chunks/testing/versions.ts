import fc from 'fast-check';

import { noise } from './noise.js';

/** A file and what became of it: pieces kept, cut out, repeated, moved, and new ones in between. */
export const versions: fc.Arbitrary<readonly Buffer[]> = fc
  .record({
    size: fc.integer({ min: 0, max: 3_000_000 }),
    seed: fc.nat(1000),
    edits: fc.array(
      fc.record({
        from: fc.double({ min: 0, max: 1, noNaN: true }),
        to: fc.double({ min: 0, max: 1, noNaN: true }),
        fresh: fc.integer({ min: 0, max: 300_000 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    rounds: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ size, seed, edits, rounds }) => {
    const all = [noise(seed, size)];
    for (let round = 1; round <= rounds; round += 1) {
      const old = all.at(-1) ?? Buffer.alloc(0);
      const parts = edits.flatMap(({ from, to, fresh }, index) => [
        old.subarray(from * old.length, to * old.length),
        noise(seed + 7919 * round + index, fresh),
      ]);
      all.push(Buffer.concat(parts));
    }
    return all;
  });
