import fc from 'fast-check';

import { bestByFronts, frontOf, minimised } from './pareto.js';

const rows = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), { maxLength: 30 });
const isBelow = (one: readonly number[], other: readonly number[]) =>
  one.every((value, index) => value <= (other[index] ?? 0)) &&
  one.some((value, index) => value < (other[index] ?? 0));

describe('frontOf', () => {
  it('keeps exactly those that none dominates', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const expected = [...all.keys()].filter(
          (index) => !all.some((other) => isBelow(other, all[index] ?? [])),
        );
        expect(frontOf(all)).toEqual(expected);
      }),
    );
  });

  it('knows infinities, and takes what is no number for the worst', () => {
    const values = [
      [NaN, 1],
      [1, Infinity],
      [0, 0],
    ].map((row) => minimised(row, ['minimize', 'minimize']));
    expect(frontOf(values)).toEqual([2]);
    expect(minimised([3, 4], ['maximize', 'minimize'])).toEqual([-3, 4]);
  });
});

describe('bestByFronts', () => {
  it('takes front after front', () => {
    fc.assert(
      fc.property(rows, fc.nat(30), (all, count) => {
        const best = bestByFronts(all, count);
        expect(best).toHaveLength(Math.min(count, all.length));
        const left = [...all.keys()].filter((index) => !best.includes(index));
        for (const index of left)
          for (const taken of best) expect(isBelow(all[index] ?? [], all[taken] ?? [])).toBe(false);
      }),
    );
  });

  it('keeps the ends of a front before its crowded middle', () => {
    const front = [
      [0, 10],
      [1, 9],
      [1.1, 8.9],
      [1.2, 8.8],
      [5, 5],
      [10, 0],
    ];
    expect([...bestByFronts(front, 3)].sort((a, b) => a - b)).toEqual([0, 4, 5]);
  });
});
