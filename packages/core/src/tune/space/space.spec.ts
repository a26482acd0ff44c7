import fc from 'fast-check';

import { canonicalJson, isMlError } from '../../kernel/index.js';
import type { JsonValue, MlError } from '../../kernel/index.js';
import { dimensionsFrom, paramsAt, places, writtenSpaces } from '../testing/spaces.js';
import { gridOf, sizeOf } from './grid.js';
import { membershipOf } from './membership.js';
import { canonicalSpace, nestedParams } from './parameter.js';
import { isSamePoint, paramsFrom, pointOf } from './point.js';
import { parseSpace, readSpace } from './read-space.js';

const forest = {
  depth: { int: [2, 12] },
  rate: { float: [0, 1], step: 0.1 },
  kernel: ['linear', 'rbf', 'poly'],
  gamma: { float: [0.0001, 1], log: true, when: { kernel: ['rbf', 'poly'] } },
  degree: { int: [2, 4], when: { kernel: 'poly' } },
};

describe('a dimension', () => {
  it('gives decimals as they are written', () => {
    const [dimension] = dimensionsFrom({ rate: { float: [0, 1], step: 0.1 } });
    const values = Array.from({ length: 11 }, (_, index) => dimension?.at?.(index));
    expect(values).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(dimension?.encode(0.1 + 0.2)).toBeUndefined();
    expect(dimension?.encode(0.3)).toBeDefined();
  });

  it.each([
    [{ float: [-1.5, 1.5], step: 0.75 }, [-1.5, -0.75, 0, 0.75, 1.5]],
    [{ float: [1e-7, 3e-7], step: 1e-7 }, [1e-7, 2e-7, 3e-7]],
    [{ float: [1e21, 3e21], step: 1e21 }, [1e21, 2e21, 3e21]],
    [{ int: [2, 8], step: 3 }, [2, 5, 8]],
  ])('counts %j', (entry, values) => {
    const [dimension] = dimensionsFrom({ x: entry });
    expect(Array.from({ length: dimension?.count ?? 0 }, (_, index) => dimension?.at?.(index))).toEqual(
      values,
    );
  });

  it('gives what it gave for the place of it, within its bounds', () => {
    fc.assert(
      fc.property(writtenSpaces, places, (written, at) => {
        const dimensions = dimensionsFrom(written);
        const params = paramsAt(dimensions, at);
        const point = pointOf(dimensions, params);
        expect(point).toBeDefined();
        expect(paramsFrom(dimensions, (index) => point?.[index] ?? NaN)).toEqual(params);
        expect(JSON.parse(canonicalJson(params))).toEqual(params);
      }),
    );
  });

  it('keeps a place within its cell, and its cells beside one another', () => {
    fc.assert(
      fc.property(writtenSpaces, places, (written, at) => {
        for (const [index, dimension] of dimensionsFrom(written).entries()) {
          const place = dimension.encode(dimension.decode(at[index] ?? 0)) ?? NaN;
          const [from, to] = dimension.cell?.(place) ?? [place, place];
          expect(from).toBeLessThanOrEqual(place);
          expect(to).toBeGreaterThanOrEqual(place);
          expect(dimension.decode(from + (to - from) / 3)).toEqual(dimension.decode(place));
        }
      }),
    );
  });

  it('draws 1 of a logarithmic 1 to 100 as often as the scale says', () => {
    const [dimension] = dimensionsFrom({ x: { int: [1, 100], log: true } });
    const ones = Array.from({ length: 1000 }, (_, index) => dimension?.decode(index / 1000)).filter(
      (x) => x === 1,
    );
    expect(ones.length / 1000).toBeCloseTo(Math.log(1.5 / 0.5) / Math.log(100.5 / 0.5), 2);
  });

  it('writes numbers of six digits or so', () => {
    const [dimension] = dimensionsFrom({ x: { float: [0.1, 0.7] } });
    expect(dimension?.decode(1 / 3)).toBe(0.3);
    expect(dimension?.decode(1 / 7)).toBe(0.1857143);
  });
});

describe('a conditional space', () => {
  const dimensions = dimensionsFrom(forest);

  it('has each parameter after those on which it hangs', () => {
    expect(dimensions.map(({ parameter }) => parameter.name)).toEqual([
      'depth',
      'kernel',
      'rate',
      'degree',
      'gamma',
    ]);
  });

  it('holds sets of parameters of which each exists, and no more', () => {
    const of = (params: Record<string, JsonValue>) => pointOf(dimensions, { depth: 3, rate: 0.5, ...params });
    expect(of({ kernel: 'linear' })).toBeDefined();
    expect(of({ kernel: 'linear', gamma: 0.1 })).toBeUndefined();
    expect(of({ kernel: 'rbf' })).toBeUndefined();
    expect(of({ kernel: 'rbf', gamma: 0.1 })).toBeDefined();
    expect(of({ kernel: 'rbf', gamma: 0.1, degree: 2 })).toBeUndefined();
    expect(of({ kernel: 'poly', gamma: 0.1, degree: 5 })).toBeUndefined();
    expect(of({ kernel: 'poly', gamma: 0.1, degree: 4 })).toBeDefined();
    expect(of({ kernel: 'linear', beta: 1 })).toBeUndefined();
  });

  it('tells points apart by what does not exist', () => {
    const of = (kernel: string, more = {}) =>
      pointOf(dimensions, { depth: 3, rate: 0.5, kernel, ...more }) ?? new Float64Array();
    expect(isSamePoint(of('linear'), of('linear'))).toBe(true);
    expect(isSamePoint(of('linear'), of('rbf', { gamma: 0.1 }))).toBe(false);
  });

  it('is laid out as a grid, each combination once and within the space', () => {
    const small = dimensionsFrom({ ...forest, depth: { int: [2, 3] }, rate: { float: [0, 1], step: 0.5 } });
    const grid = [...gridOf(small)];
    expect(grid).toHaveLength(2 * 3 * (1 + 5 + 5 * 3));
    expect(new Set(grid.map((params) => canonicalJson(params))).size).toBe(grid.length);
    for (const params of grid) expect(pointOf(small, params)).toBeDefined();
  });

  it('is counted where it is finite', () => {
    expect(sizeOf(dimensions, 10_000)).toBe(Infinity);
    expect(
      sizeOf(dimensionsFrom({ a: { int: [1, 4] }, b: [1, 2], c: { int: [0, 9], when: { b: 1 } } }), 100),
    ).toBe(44);
    expect(sizeOf(dimensionsFrom({ a: { int: [1, 400] }, b: { int: [1, 400] } }), 1000)).toBe(Infinity);
  });
});

describe('membershipOf', () => {
  const dimensions = dimensionsFrom({ 'model.depth': { int: [1, 9] }, alpha: { float: [0, 1] } });
  const base = { alpha: 0.5, model: { depth: 3, trees: 10 }, words: [1, 2] };

  it('keeps a run that differs in what is searched only', () => {
    const ran = { alpha: 0.25, model: { depth: 9, trees: 10 }, words: [1, 2] };
    expect(membershipOf(dimensions, ran, base)).toEqual({ params: { alpha: 0.25, 'model.depth': 9 } });
    expect(membershipOf(dimensions, ran, { words: [1, 2], model: { trees: 10 } })).toHaveProperty('params');
  });

  it.each([
    [{ ...base, alpha: 2 }, 'alpha is 2, which the space does not hold'],
    [{ ...base, model: { trees: 10 } }, 'model.depth is not set'],
    [{ ...base, words: [2, 1] }, 'a parameter that is not searched has another value now'],
    [{ ...base, model: { depth: 3, trees: 11 } }, 'a parameter that is not searched has another value now'],
  ])('says why %j is outside', (ran, outside) => {
    expect(membershipOf(dimensions, ran, base)).toEqual({ outside });
  });

  it('keeps what any suggestion becomes in a params file', () => {
    fc.assert(
      fc.property(writtenSpaces, places, (written, at) => {
        const params = paramsAt(dimensionsFrom(written), at);
        expect(membershipOf(dimensionsFrom(written), nestedParams(params), {})).toEqual({ params });
      }),
    );
  });
});

describe('parseSpace', () => {
  const messageOf = (written: JsonValue): string => {
    try {
      parseSpace(written, 'tune.space');
    } catch (error) {
      if (isMlError(error)) return [error.message, error.fix, ...error.detail].join(' | ');
    }
    return 'nothing wrong';
  };

  it.each<[JsonValue, string]>([
    [{}, 'tune.space: {} names no parameter'],
    [{ a: 3 }, 'tune.space.a: 3 says no values'],
    [{ a: { flaot: [0, 1] } }, 'tune.space.a.flaot: unknown key | Did you mean `float`?'],
    [{ a: { float: [0, 1], int: [0, 1] } }, 'tune.space.a: both float and int'],
    [{ a: { log: true } }, 'tune.space.a: no float, int or choice'],
    [{ a: [] }, 'tune.space.a.choice: [] is no list of values'],
    [{ a: [1, 2, 1] }, 'tune.space.a.choice: 1 is listed twice'],
    [{ a: { choice: [1, 2], log: true } }, 'tune.space.a.log: choices have no order'],
    [{ a: { float: [1, 0] } }, 'tune.space.a.float: [1,0] has its highest first | Write `float: [0, 1]`.'],
    [{ a: { int: [1, 2.5] } }, 'tune.space.a.int: [1,2.5] is not a lowest and a highest whole number'],
    [{ a: { float: [-1e308, 1.7e308] } }, 'tune.space.a.float: [-1e+308,1.7e+308] is too wide'],
    [{ a: { float: [0, 1], log: true } }, 'tune.space.a.float: 0 has no place on a logarithmic scale'],
    [{ a: { int: [0, 9], log: true } }, 'tune.space.a.int: 0 has no place on a logarithmic scale'],
    [{ a: { float: [1, 9], log: true, step: 1 } }, 'tune.space.a.step: a step on a logarithmic scale'],
    [{ a: { float: [0, 1], step: 0.3 } }, 'Write `float: [0, 0.9]`, or another step.'],
    [{ a: { float: [0, 1], step: 0 } }, 'tune.space.a.step: 0 is no step'],
    [{ a: { float: [0, 1], step: 1e-20 } }, 'tune.space.a.step: 1e-20 is too fine to be counted'],
    [{ a: { float: [0, 1], log: 'yes' } }, 'tune.space.a.log: "yes" is neither true nor false'],
    [{ a: { float: [0, 1], when: { b: 1 } } }, 'tune.space.a.when.b: b is not searched'],
    [{ kernel: [1], a: { float: [0, 1], when: { kernal: 1 } } }, 'Did you mean `kernel`?'],
    [{ b: [1, 2], a: { float: [0, 1], when: { b: 3 } } }, 'tune.space.a.when.b: b is never 3'],
    [{ b: { float: [0, 1] }, a: { float: [0, 1], when: { b: 0.5 } } }, 'b has no single values'],
    [{ a: { int: [0, 1], when: { a: 0 } } }, 'tune.space.a.when: hangs on itself'],
    [{ a: { int: [0, 1], when: {} } }, 'tune.space.a.when: {} names no parameter'],
    [{ b: [1], a: { int: [0, 1], when: { b: [] } } }, 'tune.space.a.when.b: an empty list of values'],
    [{ 'm.': [1] }, 'tune.space.m.: no name of a parameter'],
    [{ m: [1], 'm.depth': [2] }, 'tune.space.m.depth: lies within m, which is searched itself'],
    [{ a: 3, b: [] }, 'tune.space: 2 problems | Correct what is listed. | tune.space.a: 3 says no values.'],
  ])('refuses %j', (written, message) => {
    expect(messageOf(written)).toContain(message);
  });

  it('refuses whatever else with the same kind of error', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (written) => {
        try {
          parseSpace(written as JsonValue, 'tune.space');
        } catch (error) {
          expect((error as MlError).code).toBe('ERR_ML_TUNE_SPACE');
        }
      }),
    );
  });

  it('has one form for what means the same', () => {
    const [a, b] = [
      { x: { choice: [1, 2] }, y: { int: [1, 3], when: { x: [2, 1] } } },
      { y: { when: { x: [1, 2] }, step: 1, log: false, int: [1, 3] }, x: [1, 2] },
    ].map((written) => canonicalJson(canonicalSpace(parseSpace(written, 'space'))));
    expect(a).toBe(b);
    expect(readSpace({ x: [2, 1] })).not.toEqual(readSpace({ x: [1, 2] }));
  });
});
