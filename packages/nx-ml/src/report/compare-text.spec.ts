import { compareMethods, moreSeeds } from '@nx-ml/core/compare';
import type { MeasuredSeed, MethodsAsked } from '@nx-ml/core/compare';
import { digestOf } from '@nx-ml/core/kernel';
import type { ComparedSide, SidesCompared } from '@nx-ml/core/usecases/compare';
import type { EvaluatedRun } from '@nx-ml/core/usecases/records';

import { compareJson } from './compare-json.js';
import { compareText } from './compare-text.js';

const commit = (digits: string): string => digits.padEnd(40, '0');

function side(
  id: string,
  runs: readonly MeasuredSeed[],
  found: ComparedSide['found'] = { by: 'run' },
): ComparedSide {
  const kept = runs.map(({ seed, metrics }) => ({
    seed,
    key: digestOf(id + String(seed)),
    measured: metrics,
    document: { params: {} },
  }));
  return {
    group: {
      ref: { project: 'm', step: 'train' },
      id,
      runs: kept as unknown as readonly EvaluatedRun[],
      at: '2026-01-01T00:00:00.000Z',
      revision: { commit: commit('8d02ab1'), branch: 'main', dirty: false },
      durationMs: 3000,
      metrics: {},
      current: false,
    },
    found,
    measured: runs,
  };
}

/** Values by seed, from 1. */
const measured = (values: readonly number[], metric = 'accuracy'): readonly MeasuredSeed[] =>
  values.map((value, index) => ({ seed: index + 1, metrics: { [metric]: value } }));

type Rest = Partial<Omit<MethodsAsked & SidesCompared, 'a' | 'b'>> & {
  readonly foundA?: ComparedSide['found'];
  readonly foundB?: ComparedSide['found'];
};

function compared(a: readonly MeasuredSeed[], b: readonly MeasuredSeed[], rest: Rest = {}): SidesCompared {
  const { metrics = [], better, sizes = {}, foundA, foundB, ...shown } = rest;
  return {
    project: 'm',
    mlYaml: 'models/m/ml.yaml',
    a: side('aaaaaaaa', a, foundA),
    b: side('bbbbbbbb', b, foundB),
    changes: [{ what: 'param', name: 'alpha', before: 1, after: 0.5 }],
    evaluationChanges: [],
    methods: compareMethods({ a, b, metrics, better, sizes }),
    seedsToShow: undefined,
    ...shown,
  };
}

const spread = [0.01, 0.004, 0.012, -0.002, 0.008, 0.011, 0.007, 0.003, 0.013, 0.006];
const base = Array.from({ length: 30 }, (_, index) => 0.9 + (spread[(index * 7) % 10] ?? 0));
const raised = base.map((value, index) => value + (spread[index % 10] ?? 0));

const cv = (
  values: readonly number[],
  nameOf: (index: number) => string,
  rest: object = {},
): readonly MeasuredSeed[] => [
  {
    seed: 1,
    metrics: { ...Object.fromEntries(values.map((value, index) => [nameOf(index), value])), ...rest },
  },
];
const folds = (values: readonly number[], rest: object = {}) =>
  cv(values, (index) => `folds.${String(index)}.accuracy`, { nTrain: 900, nTest: 100, ...rest });
const fiveByTwo = (values: readonly number[]) =>
  cv(values, (index) => `repeats.${String(index >> 1)}.folds.${String(index & 1)}.accuracy`);

describe('compareText', () => {
  it('tells what the sides are and where they differ, then the answer, then what it rests on', () => {
    const at = commit('8d02ab1');
    const foundA = { by: 'commit', revision: 'main', commit: at, exact: true, dirty: false } as const;
    const found = compared(measured(base), measured(raised), { foundA, foundB: { by: 'workspace' } });
    expect(compareText(found)).toBe(`A  aaaaaaaa  main@8d02ab1  30 seeds  main
B  bbbbbbbb  main@8d02ab1  30 seeds  what the workspace stands at

   param  alpha  1 → 0.5

accuracy: B is better, and by enough to matter.
   P(B beats A)  0.90     95% interval 0.77 to 1.00            B is better on 27 of 30 seeds, A on 3; sign test p < 0.0001
   mean B − A    +0.0072  95% interval +0.005529 to +0.008871  A 0.9072, B 0.9144
`);
  });

  it('says what to write where seeds are too few, and which were left out', () => {
    const seedsToShow = moreSeeds({ shared: [1, 2, 3, 4], either: [5] }, 29);
    const found = compared(measured(base.slice(0, 5)), measured(raised.slice(0, 4)), { seedsToShow });
    expect(compareText(found)).toContain(`accuracy: not shown. Neither side is shown to be better.
   P(B beats A)  0.75    95% interval 0.25 to 1.00           B is better on 3 of 4 seeds, A on 1; sign test p = 0.31
   mean B − A    +0.006  95% interval −0.004064 to +0.01606  A 0.9063, B 0.9123
   Left out, since the other side lacks them: seed 5 of A.

29 seeds show a method that wins on three of four about 5 times of 6. Under train: in models/m/ml.yaml, for both sides:
   seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]
What was trained already is not trained again.
`);
    const two = compareText(compared(measured([0.9]), measured([0.91, 0.93])));
    expect(two).toContain('no claim. The sides share 1 seed, and fewer than 3 tell nothing.');
    expect(two).toContain('+0.01  A 0.9, B 0.91\n');
  });

  it('takes wins on all of few seeds for no certainty', () => {
    const text = compareText(compared(measured([0.5, 0.6, 0.7, 0.8]), measured([0.6, 0.65, 0.8, 0.95])));
    expect(text).toMatch(/accuracy: not shown.*\n.*1\.00 {2}no interval .*sign test p = 0\.063\n/);
    expect(text).toContain('drawn from so few seeds, is too narrow');
  });

  it('tells a better method that does not matter from one of which nothing is known', () => {
    const a = Array.from({ length: 200 }, (_, index) => index / 1000);
    const b = (wins: number): readonly number[] =>
      a.map((value, index) => value + (index < wins ? 1 : -1) * (1 + index));
    expect(compareText(compared(measured(a), measured(b(120))))).toContain(
      'accuracy: B is better, but not shown to matter.\n',
    );
    expect(compareText(compared(measured(a), measured(b(100))))).toContain(
      'So many seeds would most likely have shown',
    );
    expect(compareText(compared(measured(a, 'loss'), measured(b(30), 'loss')))).toContain(
      'loss, less is better: B is better, and by enough to matter.\n',
    );
  });

  it('sends methods without chance to the gate', () => {
    const flat = measured([0.9, 0.9, 0.9, 0.9, 0.9]);
    const both = compareText(compared(flat, measured([0.91, 0.91, 0.91, 0.91, 0.91])));
    expect(both).toContain('no claim. On both sides every seed gives the same, so 5 runs tell no more');
    expect(both).toContain('a question for the gate');
    const one = compareText(compared(flat, measured([0.91, 0.92, 0.93, 0.92, 0.95])));
    expect(one).toContain('Every seed of A gives the same');
  });

  it('knows a difference that changes nothing', () => {
    const text = compareText(compared(measured(base), measured(base)));
    expect(text).toContain('accuracy: not shown. ');
    expect(text).toContain('On every seed both sides give the same: what differs between them');
    expect(text).not.toContain('So many seeds');
  });

  it('says how it found a side, where that is not plain', () => {
    const at = { by: 'commit', revision: 'main', commit: commit('8d02ab1'), dirty: true } as const;
    const text = (rest: Rest): string => compareText(compared(measured(base), measured(raised), rest));
    expect(text({ foundB: { ...at, exact: false, ranAt: commit('77aa001') } })).toContain(
      'B: no runs are known of just what main (8d02ab1) holds. These were made at 77aa001, with changes that were not committed.',
    );
    expect(text({ foundB: { ...at, exact: true, ranAt: commit('77aa001') } })).not.toContain(
      '8d02ab1) holds',
    );
    expect(text({ foundA: { by: 'params', asked: 'alpha=1', others: ['cccccccc'] } })).toContain(
      'A: 2 sets of runs have alpha=1; this is the newest. Name another by its id: cccccccc.',
    );
  });

  it('judges folds, beside what the plain test would have said', () => {
    expect(compareText(compared(folds(base.slice(0, 10)), folds(raised.slice(0, 10)))))
      .toContain(`accuracy by 10 folds of seed 1: B is better.
   corrected t test  p = 0.0081  Nadeau and Bengio, 900 train, 100 test
   mean B − A        +0.0072     A 0.9072, B 0.9144
   Folds share their training data, so the plain t test, here p = 0.00084, takes them for more than they are and claims too much.
`);
    expect(compareText(compared(fiveByTwo(base.slice(0, 10)), fiveByTwo(raised.slice(0, 10)))))
      .toContain(`accuracy by 5 x 2 folds of seed 1: not shown. Neither side is shown to be better.
   5x2cv F test  p = 0.18  Alpaydin; Dietterich’s t test, which rests on one fold, p = 0.13
`);
    const half = folds(Array.from({ length: 10 }, () => 0.5));
    const more = Array.from({ length: 10 }, () => 0.75);
    expect(compareText(compared(half, folds(more)))).toContain('all folds differ by the same');
    const even = fiveByTwo(Array.from({ length: 10 }, () => 0.5));
    expect(compareText(compared(even, fiveByTwo(more)))).toContain('both folds of each repeat differ by');
    expect(compareText(compared(folds(base.slice(0, 10)), folds(raised.slice(0, 5))))).toContain(
      'The sides were not split alike: 5 folds of A alone, no fold',
    );
  });

  it('warns of evaluations that differ, of many metrics, and of names that say nothing', () => {
    const edited = { what: 'code', path: 'models/m/evaluate.mjs', change: 'edited' } as const;
    const both = { loss: 3, spread: 1 };
    const found = compared(folds(base.slice(0, 10), both), folds(raised.slice(0, 10), both), {
      evaluationChanges: [edited],
    });
    const text = compareText(found);
    expect(text).toContain('not evaluated alike, so more than the methods may make the difference:\n');
    expect(text).toContain('   code  models/m/evaluate.mjs  edited\n');
    expect(text).toContain('nx-ml compare m aaaaaaaa bbbbbbbb --metric spread --better higher compares one.');
    expect(text).not.toContain('each judged at 5%');
    const f1 = measured(raised).map(({ seed, metrics }) => ({ seed, metrics: { ...metrics, f1: 1 } }));
    expect(compareText(compared(measured(base), f1))).toContain(
      'Of B alone: f1. If A is not evaluated yet: nx run m:evaluate, where it stands.\n',
    );
    const two = (values: readonly number[]) =>
      measured(values).map(({ seed, metrics }) => ({ seed, metrics: { ...metrics, f1: seed / 10 } }));
    expect(compareText(compared(two(base), two(raised)))).toContain('2 metrics, each judged at 5% by itself');
  });

  it('shows names that a terminal would obey as text', () => {
    const name = 'a\u001b[2Jccuracy';
    const [a, b] = [measured(base, name), measured(raised, name)];
    const text = compareText(compared(a, b, { metrics: [name], better: 'higher' }));
    expect(text).not.toContain('\u001b');
  });
});

describe('compareJson', () => {
  it('has every number', () => {
    const found = compared(measured(base.slice(0, 5)), measured(raised.slice(0, 5)));
    expect(JSON.parse(JSON.stringify(compareJson(found)))).toMatchObject({
      ...{ formatVersion: 1, project: 'm', seedsThatShow: 29, seedsToShow: null, foldSeed: null },
      a: {
        id: 'aaaaaaaa',
        found: { by: 'run' },
        runs: [{ seed: 1, metrics: { accuracy: base[0] } }, {}, {}, {}, {}],
      },
      metrics: [
        {
          ...{ metric: 'accuracy', better: 'higher', folds: null },
          seeds: { answer: 'not-shown', seeds: [1, 2, 3, 4, 5], wins: { b: 4, a: 1 }, difference: { df: 4 } },
        },
      ],
    });
  });
});
