import fc from 'fast-check';

import { seededRng } from '../kernel/rng.js';
import { compareSeeds, seedsThatShow } from './compare-seeds.js';
import type { SeedComparison } from './compare-seeds.js';
import { moreSeeds } from './more-seeds.js';
import { pairSeeds } from './pair-seeds.js';
import type { MeasuredSeed } from './pair-seeds.js';

const runs = (values: readonly number[], metric = 'accuracy'): readonly MeasuredSeed[] =>
  values.map((value, index) => ({ seed: index + 1, metrics: { [metric]: value } }));

const compared = (a: readonly number[], b: readonly number[]): SeedComparison =>
  compareSeeds(pairSeeds(runs(a), runs(b), 'accuracy'), 'higher');

/** Seeds on which B wins and loses, by differences that are all different. */
const sides = (wins: number, losses: number): readonly [number[], number[]] => {
  const a = Array.from({ length: wins + losses }, (_, index) => 0.8 + index / 1000);
  return [a, a.map((value, index) => value + (index < wins ? 1 : -1) * (0.01 + index / 1e4))];
};

describe('pairSeeds', () => {
  it('pairs by seed, whatever the order, and tells which seeds one side alone has', () => {
    const a = [3, 1, 2].map((seed) => ({ seed, metrics: { f1: seed } }));
    const b = [
      { seed: 4, metrics: { f1: 40 } },
      { seed: 2, metrics: { f1: 20 } },
      { seed: 1, metrics: { loss: 1 } },
      { seed: 3, metrics: { f1: 30 } },
    ];
    expect(pairSeeds(a, b, 'f1')).toEqual({
      seeds: [2, 3],
      a: [2, 3],
      b: [20, 30],
      onlyA: [1],
      onlyB: [4],
    });
    expect(pairSeeds(a, b, 'toString').seeds).toEqual([]);
  });
});

describe('compareSeeds', () => {
  it.each([
    // wins and losses of B; the last two have an interval that stays below 0.75 and one that reaches it
    [25, 4, 'matters', 'b'],
    [4, 25, 'matters', 'a'],
    [15, 14, 'not-shown', null],
    [120, 80, 'better', 'b'],
    [80, 120, 'better', 'a'],
    [21, 8, 'matters', 'b'],
  ] as const)('%i wins and %i losses: %s', (wins, losses, answer, winner) => {
    const found = compared(...sides(wins, losses));
    expect([found.answer, found.winner]).toEqual([answer, winner]);
    expect(found.wins).toEqual({ a: losses, b: wins, ties: 0 });
    expect(found.probability?.value).toBeCloseTo(wins / (wins + losses), 12);
  });

  it('claims nothing of four wins of four, whose interval has no width, and something of five', () => {
    const four = compared(...sides(4, 0));
    expect(four).toMatchObject({ answer: 'not-shown', winner: null, probability: { lower: 1 } });
    expect(four.signP).toBeCloseTo(1 / 16, 12);
    expect(compared(...sides(5, 0))).toMatchObject({ answer: 'matters', winner: 'b' });
    // The interval alone would pass this one: it begins at 4/7.
    expect(compared(...sides(6, 1))).toMatchObject({ answer: 'not-shown', probability: { lower: 4 / 7 } });
  });

  it('knows metrics of which less is better, and counts a tie as half a win', () => {
    const loss = (values: readonly number[]) => runs(values, 'loss');
    const [a, b] = [loss([0.3, 0.2, 0.4, 0.5, 0.6, 0.7]), loss([0.2, 0.1, 0.3, 0.4, 0.5, 0.7])];
    const found = compareSeeds(pairSeeds(a, b, 'loss'), 'lower');
    expect(found).toMatchObject({ answer: 'matters', winner: 'b', wins: { a: 0, b: 5, ties: 1 } });
    expect(found.probability?.value).toBeCloseTo(5.5 / 6, 12);
    expect(found.difference?.mean).toBeCloseTo(-0.5 / 6, 12);
  });

  it('says nothing of fewer than three seeds', () => {
    expect(compared([0.1, 0.2], [0.8, 0.9])).toMatchObject({
      ...{ answer: 'too-few', winner: null, probability: null, difference: null },
      seeds: [1, 2],
    });
    expect(compared([], [])).toMatchObject({ answer: 'too-few', meanA: null });
  });

  it('knows seeds that change nothing, on one side or on both', () => {
    const both = compared([0.5, 0.5, 0.5, 0.5, 0.5], [0.9, 0.9, 0.9, 0.9, 0.9]);
    expect(both).toMatchObject({ answer: 'no-chance', winner: null, constant: { a: true, b: true } });
    const one = compared([0.5, 0.5, 0.5, 0.5, 0.5], [0.9, 0.8, 0.7, 0.6, 0.75]);
    expect(one).toMatchObject({ answer: 'matters', constant: { a: true, b: false } });
  });

  const scores = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })), {
    minLength: 1,
    maxLength: 40,
  });

  it('is the other way round when the sides are exchanged, and when less becomes better', () => {
    fc.assert(
      fc.property(scores, (pairs) => {
        const [a, b] = [pairs.map(([value]) => value), pairs.map(([, value]) => value)];
        const [there, back] = [compared(a, b), compared(b, a)];
        const lower = compareSeeds(pairSeeds(runs(a), runs(b), 'accuracy'), 'lower');
        const other = { a: 'b', b: 'a' } as const;
        for (const turned of [back, lower]) {
          expect(turned.answer).toBe(there.answer);
          expect(turned.winner).toBe(there.winner === null ? null : other[there.winner]);
          expect(turned.signP).toBe(there.signP);
        }
      }),
    );
  });

  it('claims one of two equal methods at most one time in ten, at any number of seeds', () => {
    const rng = seededRng(29);
    const draw = (count: number): readonly number[] => Array.from({ length: count }, () => rng.uniform());
    for (const count of [3, 4, 5, 7, 12, 29]) {
      const claims = Array.from({ length: 1000 }, () => compared(draw(count), draw(count)).winner !== null);
      // 5% for either side is 10%; three standard errors above it.
      expect(claims.filter(Boolean).length).toBeLessThanOrEqual(129);
    }
  });

  it('shows a method that wins on three of four seeds, with the seeds that it asks for', () => {
    const rng = seededRng(75);
    const answers = Array.from({ length: 1000 }, () => {
      const a = Array.from({ length: seedsThatShow() }, () => rng.uniform());
      return compared(
        a,
        a.map((value) => value + (rng.uniform() < 0.75 ? 1 : -1)),
      ).answer;
    });
    expect(seedsThatShow()).toBe(29);
    expect(answers.filter((answer) => answer === 'matters').length).toBeGreaterThan(800);
  });
});

describe('moreSeeds', () => {
  it('keeps what is there, and adds the smallest others', () => {
    const none: readonly number[] = [];
    expect(moreSeeds({ shared: [42], either: [42, 2] }, 5)).toEqual([1, 2, 3, 4, 42]);
    expect(moreSeeds({ shared: none, either: none }, 3)).toEqual([1, 2, 3]);
    expect(moreSeeds({ shared: none, either: [4, 5, 6, 1, 2, 3] }, 3)).toEqual([1, 2, 3]);
    expect(moreSeeds({ shared: [5, 7, 9], either: [5, 6, 7, 9] }, 2)).toEqual([5, 7, 9]);
  });
});
