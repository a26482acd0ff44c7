import { randomSampler } from '../samplers/index.js';
import type { Trial } from '../samplers/index.js';
import type { Params } from '../space/index.js';
import { dimensionsFrom } from '../testing/spaces.js';
import { searched } from '../testing/studies.js';
import { importanceOf, paretoFront } from './index.js';

const dimensions = dimensionsFrom({
  strong: { float: [0, 1] },
  weak: { float: [0, 1] },
  none: { float: [0, 1] },
  kind: ['a', 'b', 'c'],
  depth: { int: [1, 8], when: { kind: 'a' } },
});
const of = ({ strong, weak, kind, depth }: Params): number =>
  (Number(strong) - 0.3) ** 2 * 10 +
  (Number(weak) - 0.6) ** 2 +
  (kind === 'c' ? 1 : 0) +
  (depth === undefined ? 0 : 0.001 * Number(depth));
const history = searched(randomSampler(dimensions, 3), 300, of);
const shares = (trials: readonly Trial[], directions: readonly ('minimize' | 'maximize')[] = ['minimize']) =>
  new Map(importanceOf(dimensions, trials, directions).map(({ name, share }) => [name, share]));

describe('importanceOf', () => {
  it('orders parameters by what they decide, and sums to 1', () => {
    const [first, ...others] = importanceOf(dimensions, history, ['minimize']);
    expect(first?.name).toBe('strong');
    expect(first?.share).toBeGreaterThan(0.5);
    expect([first, ...others].reduce((sum, each) => sum + (each?.share ?? 0), 0)).toBeCloseTo(1, 12);
    expect(shares(history).get('none')).toBeLessThan(0.12);
    expect(shares(history).get('kind')).toBeGreaterThan(shares(history).get('none') ?? 1);
  });

  it('counts the trials in which a parameter exists', () => {
    const depth = importanceOf(dimensions, history, ['minimize']).find(({ name }) => name === 'depth');
    expect(depth?.trials).toBe(history.filter(({ params }) => params['kind'] === 'a').length);
  });

  it('knows nothing of values but their order', () => {
    const bent = history.map((trial) => ({ ...trial, values: [Math.exp(trial.values?.[0] ?? 0)] }));
    expect(shares(bent)).toEqual(shares(history));
    const turned = history.map((trial) => ({ ...trial, values: [-(trial.values?.[0] ?? 0)] }));
    expect(shares(turned, ['maximize'])).toEqual(shares(history));
  });

  it('says nothing where there is nothing to say', () => {
    expect([...shares([]).values()]).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('paretoFront', () => {
  it('is of complete trials alone', () => {
    const trials: readonly Trial[] = [
      { number: 0, params: {}, state: 'complete', values: [1, 5] },
      { number: 1, params: {}, state: 'complete', values: [2, 9] },
      { number: 2, params: {}, state: 'complete', values: [2, 4] },
      { number: 3, params: {}, state: 'pruned', values: [0, 99] },
    ];
    expect(paretoFront(trials, ['minimize', 'maximize']).map(({ number }) => number)).toEqual([0, 1]);
    expect(paretoFront(trials, ['minimize']).map(({ number }) => number)).toEqual([0]);
  });
});
