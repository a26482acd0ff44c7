import fc from 'fast-check';

import { canonicalJson } from '../../kernel/index.js';
import { pointOf } from '../space/index.js';
import type { Dimension } from '../space/index.js';
import { dimensionsFrom, paramsAt, places, writtenSpaces } from '../testing/spaces.js';
import { searched } from '../testing/studies.js';
import { gridSampler, gridSize, randomSampler, sobolSampler, tpeSampler } from './index.js';
import type { Sampler, Trial } from './index.js';

const samplers: readonly [string, (dimensions: readonly Dimension[], seed: number) => Sampler][] = [
  ['random', randomSampler],
  ['Sobol', sobolSampler],
  ['TPE', (dimensions, seed) => tpeSampler(dimensions, { seed, directions: ['minimize'], startup: 3 })],
];

const states = fc.constantFrom<Trial['state']>('running', 'complete', 'pruned', 'failed');
const told = fc.array(fc.tuple(places, states, fc.double()), { maxLength: 12 });

function historyOf(
  dimensions: readonly Dimension[],
  rows: readonly (readonly [readonly number[], Trial['state'], number])[],
): readonly Trial[] {
  return rows.map(([at, state, value], number) => ({
    number,
    params: paramsAt(dimensions, at),
    state,
    ...(state === 'complete' || state === 'pruned' ? { values: [value] } : {}),
    ...(state === 'pruned' ? { resource: number } : {}),
  }));
}

describe.each(samplers)('%s', (_, create) => {
  it('suggests what lies in the space, whatever it was told', () => {
    fc.assert(
      fc.property(writtenSpaces, told, fc.nat(1e6), fc.nat(), (written, rows, seed, number) => {
        const dimensions = dimensionsFrom(written);
        const params = create(dimensions, seed).suggest(number, historyOf(dimensions, rows));
        if (params !== undefined) expect(pointOf(dimensions, params)).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });

  it('depends on seed, number and history alone, in whatever order that is told', () => {
    fc.assert(
      fc.property(writtenSpaces, told, fc.nat(), (written, rows, seed) => {
        const dimensions = dimensionsFrom(written);
        const history = historyOf(dimensions, rows);
        const used = create(dimensions, seed);
        used.suggest(3, history.slice(2));
        const again = create(dimensions, seed).suggest(20, [...history].reverse());
        expect(used.suggest(20, history)).toEqual(again);
      }),
      { numRuns: 60 },
    );
  });

  it('tries all of a finite space, nothing twice, and then says so', () => {
    const dimensions = dimensionsFrom({ a: { int: [1, 4] }, b: [1, 2], c: { int: [0, 4], when: { b: 1 } } });
    const history = searched(create(dimensions, 7), 100, ({ a }) => Number(a));
    expect(history).toHaveLength(4 * (5 + 1));
    expect(new Set(history.map(({ params }) => canonicalJson(params))).size).toBe(24);
  });

  it('tries nothing that is running elsewhere', () => {
    const dimensions = dimensionsFrom({ a: { int: [1, 30] } });
    const history = Array.from({ length: 29 }, (__, index): Trial => ({
      number: index,
      params: { a: index + 1 },
      state: index < 20 ? 'complete' : 'running',
      ...(index < 20 ? { values: [index] } : {}),
    }));
    expect(create(dimensions, 1).suggest(29, history)).toEqual({ a: 30 });
  });

  it('differs by seed and by number', () => {
    const dimensions = dimensionsFrom({ x: { float: [0, 1] } });
    const drawn = [0, 1, 2].flatMap((seed) =>
      [0, 1, 2].map((number) => create(dimensions, seed).suggest(number, [])),
    );
    expect(new Set(drawn.map((params) => canonicalJson(params))).size).toBe(9);
  });

  it('passes over trials of another space', () => {
    const dimensions = dimensionsFrom({ x: { int: [0, 1] } });
    const other: Trial = { number: 0, params: { x: 7 }, state: 'complete', values: [1] };
    expect(create(dimensions, 1).suggest(1, [other])).toEqual(create(dimensions, 1).suggest(1, []));
  });
});

describe('gridSampler', () => {
  const dimensions = dimensionsFrom({ a: { float: [0, 1] }, b: { int: [1, 100] }, c: ['x', 'y'] });

  it('ends after each combination once, its order by its seed', () => {
    const [one, other] = [1, 2].map((seed) =>
      searched(gridSampler(dimensions, { seed, cuts: 3 }), 99, () => 0),
    );
    const texts = (history: readonly Trial[] = []) => history.map(({ params }) => canonicalJson(params));
    expect(new Set(texts(one)).size).toBe(3 * 3 * 2);
    expect([...texts(one)].sort()).toEqual([...texts(other)].sort());
    expect(texts(one)).not.toEqual(texts(other));
  });

  it('tells how many combinations there are', () => {
    expect(gridSize(dimensions)).toBe(5 * 100 * 2);
    expect(gridSize(dimensionsFrom({ a: { int: [1, 1000] }, b: { int: [1, 1000] } }))).toBeUndefined();
    expect(() => gridSampler(dimensionsFrom({ a: { int: [1, 1e6] } }), { seed: 1 })).toThrow(RangeError);
  });
});
