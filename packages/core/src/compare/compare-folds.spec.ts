import fc from 'fast-check';

import { nadeauBengio } from '../stats/cross-validation.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import { compareFolds } from './compare-folds.js';
import { foldsByMetric } from './fold-metrics.js';

const run = (metrics: Readonly<Record<string, number>>) => ({
  ...{ seed: 1, metrics },
  folds: foldsByMetric(metrics),
});

const tenFolds = (values: readonly number[], rest: Readonly<Record<string, number>> = {}) =>
  run({
    ...Object.fromEntries(values.map((value, fold) => [`folds.${String(fold)}.accuracy`, value])),
    ...rest,
  });

const fiveByTwo = (values: readonly (readonly [number, number])[]) =>
  run(
    Object.fromEntries(
      values.flatMap((pair, repeat) =>
        pair.map((value, fold) => [`repeats.${String(repeat)}.folds.${String(fold)}.accuracy`, value]),
      ),
    ),
  );

const base = [0.8, 0.81, 0.79, 0.8, 0.82, 0.78, 0.8, 0.81, 0.79, 0.8];
/** From 1.1 to 4 points, so that the plain t test is sure. */
const gains = [0.02, 0.011, 0.03, 0.012, 0.04, 0.011, 0.013, 0.025, 0.03, 0.012];
const better = base.map((value, fold) => value + (gains[fold] ?? 0));
const sizes = { nTrain: 900, nTest: 100 };
const asked = { metric: 'accuracy', better: 'higher' } as const;

describe('foldsByMetric', () => {
  it('reads folds in the order of their numbers, and repeats before them', () => {
    const metrics = { 'folds.10.f1': 3, 'folds.2.f1': 2, 'folds.0.test.f1': 9, f1: 5, 'folds.x': 1 };
    expect(
      foldsByMetric(metrics)
        .get('f1')
        ?.map(({ fold, value }) => [fold, value]),
    ).toEqual([
      ['2', 2],
      ['10', 3],
    ]);
    expect([...foldsByMetric(metrics).keys()]).toEqual(['f1', 'test.f1']);
    const repeated = { 'repeats.1.folds.0.f1': 3, 'repeats.0.folds.1.f1': 2, 'repeats.0.folds.0.f1': 1 };
    expect(
      foldsByMetric(repeated)
        .get('f1')
        ?.map(({ value }) => value),
    ).toEqual([1, 2, 3]);
  });

  it('has one order for names of all kinds, however they come', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[0-9a-c]{1,3}$/), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(
        names.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        ([one, other]) => {
          const order = (list: readonly string[]) =>
            foldsByMetric(Object.fromEntries(list.map((name) => [`folds.${name}.f1`, 1])))
              .get('f1')
              ?.map(({ fold }) => fold);
          expect(order(other)).toEqual(order(one));
        },
      ),
    );
  });
});

describe('compareFolds', () => {
  it('judges folds by the corrected t test, and shows what the plain one would have said', () => {
    const sides = { a: tenFolds(base, sizes), b: tenFolds(better, sizes) };
    const found = compareFolds({ ...sides, ...asked }, {});
    const expected = nadeauBengio({
      differences: better.map((value, fold) => value - (base[fold] ?? 0)),
      ...sizes,
    });
    expect(found).toMatchObject({
      ...{ answer: 'better', winner: 'b', p: expected.twoSided, naiveP: expected.naiveTwoSided },
      test: { name: 'nadeau-bengio', nTrain: 900, nTest: 100 },
    });
    expect(expected.naiveTwoSided).toBeLessThan(expected.twoSided / 10);
    expect(compareFolds({ ...sides, ...asked, better: 'lower' }, {})).toMatchObject({ winner: 'a' });
    // The same folds, of which each trained on half of the data and was tested on the other.
    expect(compareFolds({ ...sides, ...asked }, { train: 100, test: 500 })).toMatchObject({
      ...{ answer: 'not-shown', winner: null, naiveP: expected.naiveTwoSided },
    });
  });

  it.each([
    ['neither side says them', {}, {}, /nTrain.* is not in the metrics of either side$/],
    ['one side says them', sizes, {}, /is not in the metrics of B$/],
    ['the sides differ', sizes, { ...sizes, nTest: 50 }, /nTest.* is 100 for A and 50 for B$/],
  ])('refuses folds whose sizes are not known: %s', (_, ofA, ofB, message) => {
    const sides = { a: tenFolds(base, ofA), b: tenFolds(better, ofB) };
    const failure = failureOf(() => compareFolds({ ...sides, ...asked }, {}));
    expect([failure.code, failure.message]).toEqual(['ERR_ML_USAGE', expect.stringMatching(message)]);
    expect(failure.fix).toContain('--train 900 --test 100');
    expect(compareFolds({ ...sides, ...asked }, { train: 900, test: 100 })?.answer).toBe('better');
  });

  it('judges five repeats of two folds by the F test, whatever their sizes', () => {
    const a = fiveByTwo([0, 1, 2, 3, 4].map(() => [0.7, 0.71] as const));
    const b = fiveByTwo(
      [
        [0.12, 0.08],
        [0.11, 0.073],
        [0.122, 0.133],
        [0.087, 0.117],
        [0.083, 0.104],
      ].map(([first = 0, second = 0]) => [0.7 + first, 0.71 + second] as const),
    );
    const found = compareFolds({ a, b, ...asked }, {});
    expect(found).toMatchObject({ answer: 'better', winner: 'b', test: { name: '5x2cv' } });
    if (found?.answer !== 'better' || found.test.name !== '5x2cv') throw new Error('F expected');
    expect(found.p).toBe(found.test.tests.fP);
    expect(found.naiveP).toBeLessThan(found.p);
    expect(found.folds).toEqual(['0/0', '0/1', '1/0', '1/1', '2/0', '2/1', '3/0', '3/1', '4/0', '4/1']);
  });

  it('claims nothing where all folds differ by the same, or not at all', () => {
    const exact = tenFolds(
      base.map(() => 0.5),
      sizes,
    );
    expect(compareFolds({ a: exact, b: exact, ...asked }, {})).toMatchObject({ answer: 'not-shown' });
    const lifted = tenFolds(
      base.map(() => 0.75),
      sizes,
    );
    expect(compareFolds({ a: exact, b: lifted, ...asked }, {})).toMatchObject({ answer: 'not-shown', p: 1 });
  });

  it('pairs nothing where the sides were split otherwise, or have no folds', () => {
    const five = tenFolds(base.slice(0, 5), sizes);
    expect(compareFolds({ a: five, b: tenFolds(base, sizes), ...asked }, {})).toEqual({
      answer: 'folds-differ',
      onlyA: [],
      onlyB: ['5', '6', '7', '8', '9'],
    });
    expect(compareFolds({ a: five, b: run({ accuracy: 0.9 }), ...asked }, {})).toBeUndefined();
    const one = tenFolds([0.9], sizes);
    expect(failureOf(() => compareFolds({ a: one, b: one, ...asked }, {})).code).toBe('ERR_ML_USAGE');
  });
});
