import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { owenScrambled, sobol, SOBOL_DIMENSIONS } from './sobol-sequence.js';

interface Reference {
  readonly first: readonly (readonly number[])[];
  readonly dimensions: readonly number[];
  readonly at: Readonly<Record<string, readonly number[]>>;
}

const reference = JSON.parse(readFileSync(join(__dirname, '../fixtures/sobol.v1.json'), 'utf8')) as Reference;

describe('sobol', () => {
  it("gives SciPy's first points", () => {
    const points = reference.first.map((point, index) =>
      point.map((_, dimension) => sobol(index, dimension) / 2 ** 32),
    );
    expect(points).toEqual(reference.first);
  });

  it.each(Object.entries(reference.at))("gives SciPy's point %s up to the last dimension", (index, point) => {
    expect(reference.dimensions.map((dimension) => sobol(Number(index), dimension) / 2 ** 32)).toEqual(point);
  });

  it('has 128 dimensions, the last of which are its own', () => {
    expect(() => sobol(1, SOBOL_DIMENSIONS)).toThrow(RangeError);
    const rows = Array.from({ length: SOBOL_DIMENSIONS }, (_, dimension) =>
      Array.from({ length: 64 }, (__, index) => sobol(index, dimension)).join(),
    );
    expect(new Set(rows).size).toBe(SOBOL_DIMENSIONS);
  });
});

describe('owenScrambled', () => {
  it('keeps one point in each of 2^k equal parts, in every dimension, by any key', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.nat(SOBOL_DIMENSIONS - 1),
        fc.integer({ min: 1, max: 7 }),
        (key, dimension, bits) => {
          const parts = Array.from(
            { length: 2 ** bits },
            (_, index) => owenScrambled(sobol(index, dimension), key) >>> (32 - bits),
          );
          expect(new Set(parts).size).toBe(2 ** bits);
        },
      ),
    );
  });

  it('moves each point anywhere: over many keys the first one is uniform', () => {
    const keys = Array.from({ length: 4000 }, (_, key) => owenScrambled(0, key * 7919) / 2 ** 32);
    const quarters = [0, 1, 2, 3].map((part) => keys.filter((x) => Math.floor(x * 4) === part).length / 4000);
    for (const share of quarters) expect(Math.abs(share - 0.25)).toBeLessThan(0.03);
  });
});
