import { chooseTrial } from './choose-trial.js';
import type { ScopedTrial } from './study-view.js';

function trial(number: number, values: Readonly<Record<number, number>>): ScopedTrial {
  const seeds = Object.entries(values).map(([seed, value]) => ({
    seed: Number(seed),
    values: [value],
    runs: ['a'.repeat(64)],
  }));
  return {
    ...{ number, context: '', params: {}, values: {}, origin: 'sampler', by: '', askedAt: 0 },
    ...{ state: 'complete', seeds, steps: [], ms: 0, executed: 0, failure: undefined },
  };
}
const objective = { direction: 'maximize' } as const;
const told = ({ trial: chosen, next }: ReturnType<typeof chooseTrial>) => [
  chosen?.number,
  next.map((one) => [one.trial.number, one.seed]),
];

describe('chooseTrial', () => {
  it('believes the best where there is no other seed', () => {
    const trials = [trial(0, { 1: 0.5 }), trial(1, { 1: 0.9 })];
    expect(told(chooseTrial(trials, { objective, seeds: [1], allSeeds: [1] }))).toEqual([1, []]);
    expect(told(chooseTrial([], { objective, seeds: [1], allSeeds: [1, 2, 3] }))).toEqual([undefined, []]);
  });

  it('tries whoever leads on the one seed more, until one leads that was tried', () => {
    const rules = { objective, seeds: [1], allSeeds: [1, 2] };
    expect(told(chooseTrial([trial(0, { 1: 0.8 }), trial(1, { 1: 0.9 })], rules))).toEqual([1, [[1, 2]]]);
    const lucky = [trial(0, { 1: 0.8 }), trial(1, { 1: 0.9, 2: 0.1 })];
    expect(told(chooseTrial(lucky, rules))).toEqual([0, [[0, 2]]]);
  });

  it('lets three leaders race on fresh seeds, and chooses by the bound and not by the luckiest draw', () => {
    const rules = { objective, seeds: [1], allSeeds: [1, 2, 3, 4, 5] };
    const begin = [trial(0, { 1: 0.7 }), trial(1, { 1: 0.99 }), trial(2, { 1: 0.9 }), trial(3, { 1: 0.8 })];
    expect(told(chooseTrial(begin, rules))[1]).toEqual([
      [1, 2],
      [2, 2],
      [3, 2],
    ]);
    const end = [
      begin[0] ?? trial(0, {}),
      trial(1, { 1: 0.99, 2: 0.5, 3: 0.9, 4: 0.4, 5: 0.6 }),
      trial(2, { 1: 0.9, 2: 0.86, 3: 0.87, 4: 0.88, 5: 0.86 }),
      trial(3, { 1: 0.8, 2: 0.8, 3: 0.81, 4: 0.79, 5: 0.8 }),
    ];
    expect(told(chooseTrial(end, rules))).toEqual([2, []]);
  });
});
