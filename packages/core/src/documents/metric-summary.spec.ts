import fc from 'fast-check';

import { summarise, summariseRuns } from './metric-summary.js';

describe('summarise', () => {
  it('gives mean and sample standard deviation', () => {
    const { mean, std, n } = summarise([2, 4, 4, 4, 5, 5, 7, 9]);
    expect([mean, n]).toEqual([5, 8]);
    expect(std).toBeCloseTo(2.13809, 5);
  });

  it('says nothing of the spread of one run', () => {
    expect(summarise([0.97])).toEqual({ mean: 0.97, std: null, n: 1 });
  });

  it('tells equal runs from one run', () => {
    const equal = summarise([0.1, 0.1, 0.1]);
    expect(equal.mean).toBeCloseTo(0.1, 15);
    expect(equal.std).toBeCloseTo(0, 15);
    expect(equal.n).toBe(3);
    expect(summarise([0, 0])).toEqual({ mean: 0, std: 0, n: 2 });
  });

  it('stays finite at the ends of the number range', () => {
    expect(summarise([1.7e308, 1.7e308])).toEqual({ mean: 1.7e308, std: 0, n: 2 });
    expect(summarise([1.7e308, -1.7e308])).toEqual({ mean: 0, std: null, n: 2 });
    expect(summarise([1e-200, 3e-200]).mean / 2e-200).toBeCloseTo(1, 12);
    expect((summarise([1e-200, 3e-200]).std ?? 0) / 1e-200).toBeCloseTo(Math.SQRT2, 12);
  });

  it('has its mean between the extremes, for any finite numbers', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 6 }), (values) => {
        const { mean, std } = summarise(values);
        const slack = 1e-9 * Math.max(...values.map((value) => Math.abs(value)));
        expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - slack);
        expect(mean).toBeLessThanOrEqual(Math.max(...values) + slack);
        expect(std === null || (Number.isFinite(std) && std >= 0)).toBe(true);
      }),
    );
  });
});

it('summariseRuns counts the runs that report a metric', () => {
  expect(summariseRuns([{ metrics: { a: 1, b: 2 } }, { metrics: { a: 3 } }])).toEqual({
    a: { mean: 2, std: Math.SQRT2, n: 2 },
    b: { mean: 2, std: null, n: 1 },
  });
  expect(summariseRuns([{ metrics: { valueOf: 1 } }, { metrics: { a: 1 } }])).toEqual({
    valueOf: { mean: 1, std: null, n: 1 },
    a: { mean: 1, std: null, n: 1 },
  });
});
