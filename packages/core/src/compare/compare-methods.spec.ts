import { failureOf } from '../kernel/testing/failure-of.js';
import { compareMethods } from './compare-methods.js';
import type { MethodsAsked } from './compare-methods.js';

const side = (gain: number) =>
  [1, 2, 3, 4, 5, 6].map((seed) => ({
    seed,
    metrics: {
      accuracy: 0.8 + seed / 100 + gain,
      'train.accuracy': 0.9,
      'validation.loss': 0.5 - gain,
      spread: seed,
      'folds.0.f1': 0.7,
      'folds.1.f1': 0.8 + gain + seed / 100,
      nTrain: 90,
      nTest: 90,
    },
  }));

const question: MethodsAsked = { a: side(0), b: side(0.05), metrics: [], sizes: {} };
const namesOf = (asked: MethodsAsked) => compareMethods(asked).metrics.map(({ metric }) => metric);

describe('compareMethods', () => {
  it('compares what both sides have and whose direction its name says, and names the rest', () => {
    const found = compareMethods(question);
    expect(found.metrics).toMatchObject([
      { metric: 'accuracy', better: 'higher', seeds: { answer: 'matters', winner: 'b' }, folds: null },
      { metric: 'validation.loss', better: 'lower', seeds: { winner: null }, folds: null },
      { metric: 'f1', better: 'higher', seeds: null, folds: { folds: ['0', '1'] } },
    ]);
    expect([found.undirected, found.oneSided]).toEqual([['spread'], { a: [], b: [] }]);
    const b = side(0.05).map(({ seed, metrics }) => ({
      ...{ seed, metrics: { 'validation.loss': metrics['validation.loss'], depth: seed } },
    }));
    expect(compareMethods({ ...question, b })).toMatchObject({
      ...{ metrics: [{ metric: 'validation.loss' }], undirected: [] },
      oneSided: { a: ['accuracy', 'spread', 'f1'], b: ['depth'] },
    });
    expect(found.foldSeed).toBe(1);
    expect(compareMethods({ ...question, metrics: ['accuracy'] }).foldSeed).toBeNull();
  });

  it('compares what is asked for, by the direction that is said', () => {
    expect(namesOf({ ...question, metrics: ['train.accuracy'] })).toEqual(['train.accuracy']);
    const lower = compareMethods({ ...question, metrics: ['accuracy'], better: 'lower' });
    expect(lower.metrics[0]?.seeds?.winner).toBe('a');
    const spread = compareMethods({ ...question, metrics: ['spread'], better: 'lower' });
    expect(spread.metrics[0]?.seeds).toMatchObject({ answer: 'not-shown', wins: { ties: 6 } });
  });

  it('takes the folds of one seed', () => {
    const folds = compareMethods({ ...question, metrics: ['f1'], seed: 4 });
    expect(folds.foldSeed).toBe(4);
    expect(folds.metrics[0]?.folds).toMatchObject({ meanB: expect.closeTo(0.795, 12) as number });
  });

  it('says of a metric that one side alone has that no seed is shared', () => {
    const b = side(0).map(({ seed }) => ({ seed, metrics: { loss: 1 } }));
    const found = compareMethods({ ...question, b, metrics: ['accuracy'] });
    expect(found.metrics[0]?.seeds).toMatchObject({
      answer: 'too-few',
      seeds: [],
      onlyA: [1, 2, 3, 4, 5, 6],
    });
  });

  it('compares thousands of metrics by folds', () => {
    const many = (gain: number) => [
      {
        seed: 1,
        metrics: Object.fromEntries(
          Array.from({ length: 10_000 }, (_, index) => [
            `folds.${String(index % 10)}.f1.${String(Math.floor(index / 10))}`,
            index / 7 + gain * (1 + (index % 3)),
          ]),
        ),
      },
    ];
    const found = compareMethods({ ...question, a: many(0), b: many(1), sizes: { train: 900, test: 100 } });
    expect(found.metrics).toHaveLength(1000);
    expect(found.metrics.at(-1)).toMatchObject({ metric: 'f1.999', folds: { winner: 'b' } });
  });

  it.each([
    ['a metric that nobody has', { metrics: ['acuracy'] }, 'Did you mean "accuracy"?'],
    ['a name that says nothing', { metrics: ['spread'] }, '--metric spread --better higher'],
    ['a seed that is not there', { seed: 9 }, 'Seeds of both: 1, 2, 3, 4, 5, 6.'],
    ['nothing in common', { b: [{ seed: 1, metrics: { loss: 1 } }] }, 'nx run PROJECT:evaluate'],
    [
      'names that say nothing alone',
      { a: [{ seed: 1, metrics: { x: 1 } }], b: [{ seed: 1, metrics: { x: 2 } }] },
      '--metric x --better higher',
    ],
  ])('refuses %s', (_, asked, fix) => {
    const failure = failureOf(() => compareMethods({ ...question, ...asked }));
    expect([failure.code, failure.fix]).toEqual(['ERR_ML_USAGE', expect.stringContaining(fix)]);
  });
});
