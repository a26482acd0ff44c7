import fc from 'fast-check';

import type { Params } from '../space/index.js';
import { dimensionsFrom } from '../testing/spaces.js';
import { bestOf, searched } from '../testing/studies.js';
import { randomSampler, tpeSampler } from './index.js';
import type { Trial } from './index.js';

const square = dimensionsFrom({ x: { float: [-5, 5] }, y: { float: [-5, 5] } });
const bowl = ({ x, y }: Params): number => (Number(x) - 1.3) ** 2 + (Number(y) + 2.1) ** 2;
const seeds = [0, 1, 2];
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const minimize = (seed: number) => ({ seed, directions: ['minimize'] }) as const;

describe('tpeSampler', () => {
  it('finds the bottom of a bowl more than five times as closely as chance', () => {
    const tpe = median(seeds.map((seed) => bestOf(searched(tpeSampler(square, minimize(seed)), 60, bowl))));
    const random = median(seeds.map((seed) => bestOf(searched(randomSampler(square, seed), 60, bowl))));
    expect(tpe).toBeLessThan(random / 5);
  });

  it('climbs as it descends', () => {
    const up = searched(tpeSampler(square, { seed: 4, directions: ['maximize'] }), 40, (at) => -bowl(at));
    const down = searched(tpeSampler(square, minimize(4)), 40, bowl);
    expect(up.map(({ params }) => params)).toEqual(down.map(({ params }) => params));
  });

  it('knows nothing of values but their order', () => {
    const plain = searched(tpeSampler(square, minimize(2)), 40, bowl);
    const bent = searched(tpeSampler(square, minimize(2)), 40, (at) => Math.log(bowl(at)) * 1e6);
    expect(bent.map(({ params }) => params)).toEqual(plain.map(({ params }) => params));
  });

  it('finds a kind that is better once it is tuned, though another is good by itself', () => {
    const dimensions = dimensionsFrom({
      kind: ['plain', 'tuned'],
      rate: { float: [1e-6, 1], log: true, when: { kind: 'tuned' } },
    });
    const of = ({ kind, rate }: Params) => (kind === 'plain' ? 0.2 : Math.abs(Math.log10(Number(rate)) + 4));
    for (const seed of seeds)
      expect(bestOf(searched(tpeSampler(dimensions, minimize(seed)), 120, of))).toBeLessThan(0.1);
  });

  it('keeps away from what is running', () => {
    const history = searched(tpeSampler(square, minimize(1)), 30, bowl);
    const alone = tpeSampler(square, minimize(1)).suggest(30, history);
    const running = Array.from({ length: 12 }, (_, index): Trial => ({
      number: 30 + index,
      params: { x: Number(alone?.['x']) + index * 1e-4, y: Number(alone?.['y']) },
      state: 'running',
    }));
    const beside = tpeSampler(square, minimize(1)).suggest(30, [...history, ...running]);
    expect(Math.abs(Number(beside?.['x']) - Number(alone?.['x']))).toBeGreaterThan(0.05);
  });

  it('learns from trials that were pruned where too few are complete', () => {
    const of = (x: number): Trial => ({
      number: Math.round(x * 39),
      params: { x },
      state: 'pruned',
      resource: 10,
      values: [Math.abs(x - 0.8)],
    });
    const dimensions = dimensionsFrom({ x: { float: [0, 1] } });
    const history = Array.from({ length: 40 }, (_, index) => of(index / 39));
    const next = [40, 41, 42].map((number) => tpeSampler(dimensions, minimize(9)).suggest(number, history));
    for (const params of next) expect(Math.abs(Number(params?.['x']) - 0.8)).toBeLessThan(0.25);
  });

  it('takes no number that is none for a good one', () => {
    const history = searched(tpeSampler(square, minimize(3)), 40, (at) =>
      Number(at['x']) > 0 ? bowl(at) : NaN,
    );
    const late = history.slice(20).filter(({ params }) => Number(params['x']) > 0);
    expect(late.length).toBeGreaterThan(14);
  });

  it('spreads along the front of two objectives', () => {
    const line = dimensionsFrom({ x: { float: [-2, 4] } });
    const history = searched(
      tpeSampler(line, { seed: 1, directions: ['minimize', 'maximize'] }),
      80,
      ({ x }) => [Number(x) ** 2, -((Number(x) - 2) ** 2)],
    );
    const late = history.slice(30).map(({ params }) => Number(params['x']));
    const on = late.filter((x) => x > -0.1 && x < 2.1);
    expect(on.length).toBeGreaterThan(late.length * 0.7);
    expect(Math.min(...on)).toBeLessThan(0.5);
    expect(Math.max(...on)).toBeGreaterThan(1.5);
  });

  it('gives each value of a mixed space that it could', () => {
    const dimensions = dimensionsFrom({
      n: { int: [1, 64], log: true },
      r: { float: [0, 1], step: 0.1 },
      c: ['a', 'b', 'c'],
    });
    const best = { n: 8, r: 0.3, c: 'b' };
    const of = ({ n, r, c }: Params) =>
      Math.abs(Math.log2(Number(n)) - 3) + Math.abs(Number(r) - 0.3) * 4 + (c === 'b' ? 0 : 1);
    const found = seeds.map((seed) => {
      const history = searched(tpeSampler(dimensions, minimize(seed)), 120, of);
      return history.find(({ values }) => values?.[0] === bestOf(history))?.params;
    });
    expect(
      found.filter((params) => params?.['c'] === best.c && params['r'] === best.r).length,
    ).toBeGreaterThan(1);
  });

  it('asks no more of a long history than of a short one: an even part stands for the rest', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const history = Array.from({ length: 3000 }, (_, number): Trial => {
          const x = ((number * 0.754877666) % 1) * 10 - 5;
          const y = ((number * 0.569840291) % 1) * 10 - 5;
          return { number, params: { x, y }, state: 'complete', values: [bowl({ x, y })] };
        });
        const { x, y } = tpeSampler(square, minimize(seed)).suggest(3000, history) ?? {};
        expect(bowl({ x: x ?? 99, y: y ?? 99 })).toBeLessThan(2);
      }),
      { numRuns: 4 },
    );
  });
});
