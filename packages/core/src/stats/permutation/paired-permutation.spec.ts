import fc from 'fast-check';

import { seededRng } from '../../kernel/rng.js';
import { mcnemarExact } from '../mcnemar.js';
import { enumeratedTails } from './enumeration.js';
import { latticeTails } from './lattice-tails.js';
import { pairedPermutationMonteCarlo } from './monte-carlo.js';
import { pairedPermutation } from './paired-permutation.js';
import { drawNormals } from '../testing/draw-normals.js';

/** All 2^n flips, one by one, of whole numbers. */
function bruteForce(units: readonly number[]): { greater: number; less: number } {
  const observed = units.reduce((sum, unit) => sum + unit, 0);
  let [greater, less] = [0, 0];
  for (let signs = 0; signs < 2 ** units.length; signs++) {
    const sum = units.reduce((total, unit, bit) => total + ((signs >> bit) & 1 ? unit : -unit), 0);
    if (sum >= observed) greater++;
    if (sum <= observed) less++;
  }
  return { greater: greater / 2 ** units.length, less: less / 2 ** units.length };
}

const levelsOf = (units: readonly number[]): { weight: number; count: number }[] =>
  [...new Set(units.map(Math.abs))]
    .sort((a, b) => a - b)
    .map((weight) => ({
      weight,
      count: units.filter((unit) => Math.abs(unit) === weight).length,
    }));

const whole = fc.integer({ min: -9, max: 9 }).filter((unit) => unit !== 0);

describe('the distribution of a sum of random signs', () => {
  it('is the same by enumeration, on a lattice and by brute force', () => {
    fc.assert(
      fc.property(fc.array(whole, { minLength: 1, maxLength: 11 }), (units) => {
        const expected = bruteForce(units);
        const sum = units.reduce((total, unit) => total + unit, 0);
        const reach = units.reduce((total, unit) => total + Math.abs(unit), 0);
        for (const found of [
          enumeratedTails(Float64Array.from(units)),
          latticeTails(levelsOf(units), sum, reach),
        ]) {
          expect(found.greater).toBeCloseTo(expected.greater, 12);
          expect(found.less).toBeCloseTo(expected.less, 12);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is the same unit by unit and by binomials', () => {
    const few = Array.from({ length: 3 }, (_, index) => ({ weight: index + 1, count: 199 }));
    const many = [
      { weight: 1, count: 398 },
      { weight: 2, count: 398 },
      { weight: 3, count: 398 },
    ];
    const twice = few.flatMap((level) => [level, level]);
    for (const observed of [0, 100, 250])
      expect(
        latticeTails(many, observed, 900).greater / latticeTails(twice, observed, 900).greater,
      ).toBeCloseTo(1, 9);
  });

  it('loses nothing to a window that is too small: what leaves counts into both tails', () => {
    const levels = [{ weight: 1, count: 100 }];
    const exact = latticeTails(levels, 30, 100);
    const cut = latticeTails(levels, 30, 35);
    expect(cut.greater).toBeGreaterThan(exact.greater);
    expect(cut.less).toBeGreaterThanOrEqual(exact.less);
  });
});

describe('pairedPermutation', () => {
  const differences = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 60 });

  it('turns around when candidate and baseline change places', () => {
    fc.assert(
      fc.property(differences, (values) => {
        const there = pairedPermutation({ differences: values });
        const back = pairedPermutation({ differences: values.map((value) => -value) });
        expect(back.greater).toBeCloseTo(there.less, 9);
        expect(back.less).toBeCloseTo(there.greater, 9);
        expect(back.twoSided).toBeCloseTo(there.twoSided, 9);
      }),
      { numRuns: 60 },
    );
  });

  it('never has more evidence where a difference is less', () => {
    fc.assert(
      fc.property(fc.array(whole, { minLength: 2, maxLength: 14 }), (values) => {
        const largest = Math.max(...values.map(Math.abs));
        const better = values.with(0, largest);
        const worse = values.with(0, -largest);
        expect(pairedPermutation({ differences: better }).greater).toBeLessThanOrEqual(
          pairedPermutation({ differences: worse }).greater,
        );
      }),
    );
  });

  it('equals the exact McNemar test where the differences are of correctness', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(3000), fc.nat(50), (wins, losses, ties) => {
        const values = [
          ...Array<number>(wins).fill(1),
          ...Array<number>(losses).fill(-1),
          ...Array<number>(ties).fill(0),
        ];
        if (values.length === 0) return;
        const { greater, method } = pairedPermutation({ differences: values });
        const expected = mcnemarExact({
          candidateOnlyCorrect: wins,
          baselineOnlyCorrect: losses,
        }).oneSidedGreater;
        expect(greater).toBe(expected);
        expect(method).toBe(wins + losses === 0 ? 'none' : 'binomial');
      }),
      { numRuns: 50 },
    );
  });

  it('flips the members of a group together', () => {
    const values = [0.2, 0.1, -0.4, 0.6, 0.1, 0.3];
    const { greater, units } = pairedPermutation({
      differences: values,
      groups: [7, 7, -3, -3, 2 ** 40, 2 ** 40],
    });
    expect(units).toBe(3);
    expect(greater).toBe(1 / 8);
    expect(
      pairedPermutation({ differences: values, groups: Int32Array.of(7, 7, -3, -3, 5, 5) }).greater,
    ).toBe(1 / 8);
  });

  it.each([40, 300, 6000])('agrees with random flips for %i continuous differences', (n) => {
    const rng = seededRng(n);
    const values = drawNormals(rng, n).map((value) => value ** 3 + 2 / Math.sqrt(n));
    const { greater, method, rounding } = pairedPermutation({ differences: values });
    const drawn = pairedPermutationMonteCarlo({ differences: values, resamples: 100_000, rng });
    expect(method).toBe('rounded');
    expect(rounding).toBeLessThan(0.02);
    // Five standard errors of the draws, and what the rounding and the blocks may move.
    expect(Math.abs(greater - drawn.greater)).toBeLessThan(5 * Math.sqrt(greater / 100_000) + 0.01 * greater);
  });

  it('does not round away a small effect in many small units', () => {
    const small = Array.from({ length: 2000 }, (_, index) => 0.0004 + index * 1e-9);
    const giants = drawNormals(seededRng(9), 50).map((value) => value / 1000);
    const values = [...small, ...giants.map((value) => value * 60)];
    const { greater } = pairedPermutation({ differences: values });
    const drawn = pairedPermutationMonteCarlo({
      differences: values,
      resamples: 200_000,
      rng: seededRng(10),
    });
    expect(greater / drawn.greater).toBeGreaterThan(0.9);
    expect(greater / drawn.greater).toBeLessThan(1.1);
  });

  it('rounds so little that p stays what enumeration gives', () => {
    const values = drawNormals(seededRng(3), 34).map((value) => value + 0.4);
    const exact = pairedPermutation({ differences: values });
    const rounded = pairedPermutation({ differences: Float64Array.of(...values, 1e-9) });
    expect([exact.method, rounded.method]).toEqual(['enumeration', 'rounded']);
    expect(rounded.greater / exact.greater).toBeCloseTo(1, 2);
  });

  it('computes differences with few decimals exactly, and a far sum by a bound', () => {
    const hundredths = drawNormals(seededRng(4), 200).map((value) => Math.round(value * 100) / 100);
    expect(pairedPermutation({ differences: hundredths })).toMatchObject({ method: 'lattice', rounding: 0 });
    const far = drawNormals(seededRng(5), 400).map((value) => value + 2);
    const { method, greater, less } = pairedPermutation({ differences: far });
    expect(method).toBe('bound');
    expect(greater).toBeLessThan(1e-21);
    expect(less).toBe(1);
  });

  it('gives the same to the last bit for a million differences, whatever their scale', () => {
    const values = drawNormals(seededRng(6), 1_000_000).map((value) => value + 0.003);
    const first = pairedPermutation({ differences: values });
    expect(pairedPermutation({ differences: values })).toEqual(first);
    const scaled = pairedPermutation({ differences: values.map((value) => value * 2 ** 900) });
    expect(scaled.greater / first.greater).toBeCloseTo(1, 1);
  });

  it('keeps its level', () => {
    const rng = seededRng(8);
    const rounds = 1000;
    const hits = { 0.05: 0, 0.01: 0 };
    for (let round = 0; round < rounds; round++) {
      const { greater } = pairedPermutation({ differences: drawNormals(rng, 36).map((value) => value ** 3) });
      if (greater <= 0.05) hits[0.05]++;
      if (greater <= 0.01) hits[0.01]++;
    }
    // Three standard errors above the level.
    for (const level of [0.05, 0.01] as const)
      expect(hits[level]).toBeLessThan(rounds * level + 3 * Math.sqrt(rounds * level));
  });
});

describe('pairedPermutationMonteCarlo', () => {
  it('never gives 0, and the same for the same seed', () => {
    const input = { differences: Array.from({ length: 50 }, () => 1), resamples: 99 };
    expect(pairedPermutationMonteCarlo({ ...input, rng: seededRng(1) }).greater).toBe(0.01);
    expect(pairedPermutationMonteCarlo({ ...input, rng: seededRng(1) })).toEqual(
      pairedPermutationMonteCarlo({ ...input, rng: seededRng(1) }),
    );
  });
});
