import fc from 'fast-check';

import { seededRng } from '../../kernel/index.js';
import type { Trial } from '../samplers/index.js';
import { randomSampler, tpeSampler } from '../samplers/index.js';
import { dimensionsFrom } from '../testing/spaces.js';
import { bestOf, searched } from '../testing/studies.js';
import { expectedGain } from './gain.js';

const trial = (number: number, value: number): Trial => ({
  number,
  params: {},
  state: 'complete',
  values: [value],
});
const minimize = { direction: 'minimize', left: 20 } as const;

describe('expectedGain', () => {
  it('knows nothing before enough trials are complete', () => {
    const history = Array.from({ length: 29 }, (_, number) => trial(number, number));
    expect(expectedGain(history, minimize)).toEqual({ expected: Infinity, since: 28 });
    expect(expectedGain([], minimize)).toEqual({ expected: Infinity, since: 0 });
  });

  it('expects what random search gains on a uniform objective to a factor of two', () => {
    const gains: number[] = [];
    const told: number[] = [];
    for (let seed = 0; seed < 400; seed += 1) {
      const rng = seededRng(seed);
      const history = Array.from({ length: 40 }, (_, number) => trial(number, rng.uniform()));
      const best = bestOf(history);
      const next = Array.from({ length: 5 }, () => rng.uniform());
      gains.push(Math.max(0, best - Math.min(...next)));
      told.push(expectedGain(history, { direction: 'minimize', left: 5, window: 40 }).expected);
    }
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(told) / mean(gains)).toBeGreaterThan(1);
    expect(mean(told) / mean(gains)).toBeLessThan(20);
  });

  it('falls as a search comes to its end, and rises with what is left', () => {
    const dimensions = dimensionsFrom({ x: { float: [-5, 5] } });
    const history = searched(
      tpeSampler(dimensions, { seed: 1, directions: ['minimize'] }),
      90,
      ({ x }) => Number(x) ** 2,
    );
    const early = expectedGain(history.slice(0, 30), minimize).expected;
    const late = expectedGain(history, minimize).expected;
    expect(late).toBeLessThan(early / 10);
    expect(expectedGain(history, { ...minimize, left: 40 }).expected).toBeCloseTo(2 * late, 12);
    expect(expectedGain(history, { ...minimize, left: 0 }).expected).toBe(0);
  });

  it('is nothing where all that comes is the same', () => {
    expect(
      expectedGain(
        Array.from({ length: 40 }, (_, number) => trial(number, 3)),
        minimize,
      ),
    ).toEqual({ expected: 0, since: 39 });
  });

  it('judges by the direction, in the unit of the objective', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 30, maxLength: 50 }),
        (values) => {
          const down = expectedGain(
            values.map((value, number) => trial(number, value)),
            minimize,
          );
          const up = expectedGain(
            values.map((value, number) => trial(number, -3 * value)),
            { ...minimize, direction: 'maximize' },
          );
          expect(up.expected).toBeCloseTo(3 * down.expected, 9);
          expect(up.since).toBe(down.since);
        },
      ),
    );
  });

  it('counts complete trials alone', () => {
    const dimensions = dimensionsFrom({ x: { float: [0, 1] } });
    const history = searched(randomSampler(dimensions, 1), 40, ({ x }) => Number(x));
    const more: readonly Trial[] = [
      { number: 40, params: {}, state: 'pruned', values: [-9], resource: 1 },
      { number: 41, params: {}, state: 'failed' },
    ];
    expect(expectedGain([...more, ...history], minimize)).toEqual(expectedGain(history, minimize));
  });

  it('refuses a window that says nothing', () => {
    expect(() => expectedGain([], { ...minimize, window: 9 })).toThrow(RangeError);
  });
});
