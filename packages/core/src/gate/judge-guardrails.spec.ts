import type { Sample } from '../evaluation/index.js';
import type { Evidence } from './evidence.js';
import { judge } from './judge.js';
import { policy } from './testing/budgets.js';
import { alpha, judged } from './testing/judged.js';
import { binary, normals } from './testing/samples.js';

describe('guardrails, floors and fairness', () => {
  const primary = { id: 'primary', sample: binary(10_000, 400, 200) };
  const guardrail = { test: 'non-inferiority', metric: 'accuracy', margin: 0.05, better: null } as const;
  const guardrails = [{ ...guardrail, slice: 'lang=*' }];
  const slice = (name: string, sample: Sample): Evidence => ({ id: 'guardrails[0]', slice: name, sample });

  it('holds a slice that got worse, and names it where all is told', () => {
    const evidence = [
      primary,
      slice('lang=de', binary(1000, 10, 120)),
      slice('lang=en', binary(4000, 390, 80)),
    ];
    expect(judged({ guardrails }, evidence)).toMatchObject({
      state: 'fail',
      reasons: [{ code: 'not-shown' }],
      worse: [],
    });
    expect(judged({ guardrails, disclosure: 'full' }, evidence).worse).toMatchObject([{ slice: 'lang=de' }]);
  });

  it('is inconclusive by a slice that is too small, however well it looks', () => {
    const evidence = [primary, slice('lang=de', binary(60, 20, 0)), slice('lang=en', binary(4000, 400, 80))];
    expect(judged({ guardrails }, evidence)).toMatchObject({
      state: 'inconclusive',
      reasons: [{ code: 'underpowered', criterion: 'guardrails[0]', slice: 'lang=de' }],
    });
  });

  it.each([
    [{ disclosure: 'full' }, 'fail', 'worse'],
    [{ budget: null }, 'fail', 'worse'],
    [{}, 'inconclusive', 'underpowered'],
  ] as const)(
    'takes what is worse beyond chance for a failure, where that may be told: %j',
    (changes, state, code) => {
      const evidence = [
        primary,
        slice('lang=de', binary(60, 0, 20)),
        slice('lang=en', binary(4000, 400, 80)),
      ];
      const found = judged({ guardrails, ...changes }, evidence);
      expect([found.state, found.reasons[0]?.code]).toEqual([state, code]);
    },
  );

  it('passes when all is met', () => {
    const evidence = [
      primary,
      slice('lang=de', binary(1000, 40, 20)),
      slice('lang=en', binary(4000, 390, 80)),
    ];
    expect(judged({ guardrails }, evidence)).toMatchObject({ state: 'pass', reasons: [], worse: [] });
  });

  it.each([
    [{ test: 'ratio', metric: 'latency.p95', maxRatio: 1.1 }, 11, 10, 'pass'],
    [{ test: 'ratio', metric: 'latency.p95', maxRatio: 1.1 }, 12, 10, 'fail'],
    [{ test: 'ratio', metric: 'latency.p95', maxRatio: 1.1 }, 0, 0, 'invalid'],
    [{ test: 'increase', metric: 'size', maxIncrease: 5 }, 15, 10, 'pass'],
    [{ test: 'increase', metric: 'size', maxIncrease: 5 }, 16, 10, 'fail'],
    [{ test: 'increase', metric: 'size', maxIncrease: 5 }, NaN, 10, 'invalid'],
    [{ ...guardrail, metric: 'metrics.f1', margin: 0.1, better: 'higher', slice: null }, 0.85, 0.9, 'pass'],
    [{ ...guardrail, metric: 'metrics.f1', margin: 0.1, better: 'higher', slice: null }, 0.7, 0.9, 'fail'],
    [{ ...guardrail, metric: 'metrics.x', margin: 1, better: 'lower', slice: null }, 5, 3, 'fail'],
    [{ ...guardrail, metric: 'metrics.x', margin: 1, better: null, slice: null }, 3, 3, 'invalid'],
  ] as const)('%j with %p after %p: %s', (criterion, candidate, baseline, state) => {
    const sample = { kind: 'value', candidate, baseline } as const;
    const found = judged({ guardrails: [criterion] }, [primary, { id: 'guardrails[0]', sample }]);
    expect(found.state).toBe(state);
  });

  it('tells what needs no label, and nothing of a number of metrics.json', () => {
    const size = { test: 'increase', metric: 'size', maxIncrease: 5 } as const;
    const reported = {
      ...guardrail,
      metric: 'metrics.f1',
      margin: 0,
      better: 'higher',
      slice: null,
    } as const;
    const value = (id: string): Evidence => ({ id, sample: { kind: 'value', candidate: 20, baseline: 10 } });
    expect(
      judged({ guardrails: [size] }, [{ id: 'primary', sample: binary(100, 2, 1) }, value('guardrails[0]')]),
    ).toMatchObject({
      state: 'fail',
      reasons: [{ code: 'missed', criterion: 'guardrails[0]' }],
    });
    const low: Evidence = { id: 'guardrails[0]', sample: { kind: 'value', candidate: 0.1, baseline: 0.9 } };
    expect(judged({ guardrails: [reported] }, [primary, low]).reasons).toMatchObject([{ code: 'not-shown' }]);
  });

  it.each([
    [{ kind: 'proportion', successes: 950, n: 1000 }, 0.9, 'pass'],
    [{ kind: 'proportion', successes: 905, n: 1000 }, 0.9, 'fail'],
    [{ kind: 'proportion', successes: 60, n: 60 }, 0.9, 'inconclusive'],
    [{ kind: 'proportion', successes: 100, n: 100 }, 0.9, 'pass'],
    [{ kind: 'proportion', successes: 5, n: 4 }, 0.9, 'invalid'],
    [{ kind: 'level', values: normals(1000, 5) }, 4, 'pass'],
    [{ kind: 'level', values: normals(1000, 4) }, 4, 'fail'],
    [{ kind: 'level', values: Float64Array.of(2, 8) }, 4, 'inconclusive'],
    [{ kind: 'level', values: new Float64Array(50).fill(9) }, 4, 'inconclusive'],
    [{ kind: 'level', values: Float64Array.of(1, NaN) }, 4, 'invalid'],
    [{ kind: 'value', candidate: 5, baseline: undefined }, 4, 'pass'],
  ] as const)('floor: %j reaches %p: %s', (sample, value, state) => {
    const floors = [{ test: 'floor', metric: 'accuracy', limit: 'min', value, slice: null } as const];
    const found = judge({
      policy: { ...policy, floors },
      alpha,
      floorsOnly: true,
      evidence: [{ id: 'floors[0]', sample }],
    });
    expect(found).toMatchObject({ state });
    expect(found.reasons[0]?.code).toBe('first-model');
  });

  it('takes the limit of a loss from above', () => {
    const floors = [{ test: 'floor', metric: 'log_loss', limit: 'max', value: 0.5, slice: null } as const];
    const state = (loss: number): string =>
      judge({
        policy: { ...policy, floors },
        alpha,
        floorsOnly: true,
        evidence: [
          {
            id: 'floors[0]',
            sample: { kind: 'level', values: normals(4000, 0).map((noise) => -loss + noise / 5) },
          },
        ],
      }).state;
    expect([state(0.4), state(0.52), state(0.499)]).toEqual(['pass', 'fail', 'fail']);
  });

  it('has nothing to say of a first model of which nothing was asked', () => {
    expect(judge({ policy, alpha, floorsOnly: true, evidence: [] })).toMatchObject({
      state: 'pass',
      reasons: [{ code: 'nothing-asked' }],
    });
  });

  it.each([
    [
      [
        [900, 1000],
        [890, 1000],
      ],
      'inconclusive',
    ],
    [
      [
        [9000, 10_000],
        [8990, 10_000],
      ],
      'pass',
    ],
    [
      [
        [9000, 10_000],
        [8000, 10_000],
      ],
      'fail',
    ],
    [
      [
        [9000, 10_000],
        [30, 30],
      ],
      'inconclusive',
    ],
    [[[9000, 10_000]], 'invalid'],
  ] as const)('fairness of %j: %s', (slices, state) => {
    const gap = { test: 'gap', metric: 'accuracy', across: 'lang', maxGap: 0.05 } as const;
    const evidence = slices.map(
      ([successes, n], index) =>
        ({
          id: 'guardrails[0]',
          slice: `lang=${String(index)}`,
          sample: { kind: 'proportion', successes, n },
        }) as const,
    );
    expect(judged({ guardrails: [gap] }, [primary, ...evidence]).state).toBe(state);
  });
});
