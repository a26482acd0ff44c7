import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { seededRng } from '../../kernel/index.js';
import type { Direction } from '../samplers/index.js';
import { ashaPruner, courseOf, halvingPruner, medianPruner } from './index.js';
import type { Course, Pruner, Reading } from './index.js';

type Report = readonly [number, number, number, boolean] | readonly [number, 'done'];

interface Played {
  readonly direction: Direction;
  readonly least: number;
  readonly reduction: number;
  readonly startup: number;
  readonly warmUp: number;
  readonly log: readonly Report[];
}

const optuna = JSON.parse(readFileSync(join(__dirname, '../fixtures/pruners.v1.json'), 'utf8')) as {
  readonly halving: readonly Played[];
  readonly median: readonly Played[];
};

/** What a pruner says at each report that a study of Optuna got. */
function replayed(pruner: Pruner, log: readonly Report[]): readonly boolean[] {
  const told = new Map<number, { state: Course['state']; readings: Reading[] }>();
  const answers: boolean[] = [];
  for (const [number, resource, value = NaN] of log) {
    const own = told.get(number) ?? { state: 'running', readings: [] };
    told.set(number, own);
    if (resource === 'done') own.state = 'complete';
    else {
      own.readings.push({ resource, value });
      const courses = [...told].map(([each, { state, readings }]) => courseOf(each, state, readings));
      const others = courses.filter((course) => course.number !== number);
      const course = courses.find((each) => each.number === number) ?? courseOf(number, 'running', []);
      answers.push(pruner.reasonToEnd(course, others) !== undefined);
      if (answers.at(-1) === true) own.state = 'pruned';
    }
  }
  return answers;
}

const said = (log: readonly Report[]) => log.flatMap((report) => (report.length === 4 ? report[3] : []));

describe('beside Optuna', () => {
  it.each(optuna.halving.map((played, study) => ({ study, ...played })))(
    'halving ends the same trials in study $study, to $direction',
    ({ log, ...options }) => {
      expect(said(log)).toContain(true);
      expect(replayed(halvingPruner(options), log)).toEqual(said(log));
    },
  );

  it.each(optuna.median.map((played, study) => ({ study, ...played })))(
    'the median rule ends the same trials in study $study, to $direction',
    ({ log, ...options }) => {
      expect(said(log)).toContain(true);
      expect(replayed(medianPruner(options), log)).toEqual(said(log));
    },
  );
});

const readings = fc.array(fc.record({ resource: fc.integer({ min: 1, max: 30 }), value: fc.double() }), {
  minLength: 1,
  maxLength: 8,
});
const courses = fc.array(readings, { minLength: 1, maxLength: 12 });
const pruners: readonly [string, (direction: Direction) => Pruner][] = [
  ['halving', (direction) => halvingPruner({ direction, least: 2, reduction: 3 })],
  ['ASHA', (direction) => ashaPruner({ direction, least: 2, reduction: 3, brackets: 2 })],
  ['the median rule', (direction) => medianPruner({ direction, startup: 2 })],
];

describe.each(pruners)('%s', (_, create) => {
  const split = (told: readonly (readonly Reading[])[]) =>
    told.map((each, number) => courseOf(number, number % 3 === 0 ? 'running' : 'complete', each));

  it('does not hang on the order of the others', () => {
    fc.assert(
      fc.property(courses, (told) => {
        const [trial, ...others] = split(told);
        if (trial === undefined) return;
        const pruner = create('minimize');
        expect(pruner.reasonToEnd(trial, others)).toBe(pruner.reasonToEnd(trial, [...others].reverse()));
      }),
    );
  });

  it('judges by the direction', () => {
    fc.assert(
      fc.property(courses, (told) => {
        const turned = told.map((each) => each.map(({ resource, value }) => ({ resource, value: -value })));
        const [one, ...others] = split(told);
        const [other, ...turnedOthers] = split(turned);
        if (one === undefined || other === undefined) return;
        expect(create('minimize').reasonToEnd(one, others) === undefined).toBe(
          create('maximize').reasonToEnd(other, turnedOthers) === undefined,
        );
      }),
    );
  });

  it('never ends the best of all', () => {
    fc.assert(
      fc.property(courses, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (told, resources) => {
        const others = split(told.map((each) => each.map((one) => ({ ...one, value: Math.abs(one.value) }))));
        const best = courseOf(
          99,
          'running',
          resources.map((resource) => ({ resource, value: -1 })),
        );
        expect(create('minimize').reasonToEnd(best, others)).toBeUndefined();
      }),
    );
  });

  it('goes on with a trial that is alone, or has told nothing', () => {
    const pruner = create('minimize');
    expect(pruner.reasonToEnd(courseOf(0, 'running', [{ resource: 9, value: 3 }]), [])).toBeUndefined();
    expect(
      pruner.reasonToEnd(courseOf(0, 'running', []), split([[{ resource: 9, value: 3 }]])),
    ).toBeUndefined();
  });
});

describe('ashaPruner', () => {
  const at = (number: number, value: number, resource = 2): Course =>
    courseOf(number, 'running', [{ resource, value }]);

  it('keeps one in three once there are three', () => {
    const pruner = ashaPruner({ direction: 'minimize', least: 2, reduction: 3 });
    expect(pruner.reasonToEnd(at(1, 5), [at(0, 1)])).toBeUndefined();
    expect(pruner.reasonToEnd(at(2, 5), [at(0, 1), at(1, 2)])).toBe('2 of the 3 that reached 2 are better');
    expect(pruner.reasonToEnd(at(3, 1.5), [at(0, 1), at(1, 2), at(2, 3)])).toBeUndefined();
  });

  it('judges at rungs alone', () => {
    const pruner = ashaPruner({ direction: 'minimize', least: 2, reduction: 3 });
    const good = [0, 1, 2].map((number) => at(number, 0, 20));
    const passed = courseOf(3, 'running', [
      { resource: 2, value: -1 },
      { resource: 5, value: 9 },
    ]);
    expect(pruner.reasonToEnd(passed, good)).toBeUndefined();
    const reached = courseOf(3, 'running', [...passed.readings, { resource: 6, value: 9 }]);
    expect(pruner.reasonToEnd(reached, good)).toBe('3 of the 4 that reached 6 are better');
  });

  it('ends what is no number, even alone', () => {
    expect(ashaPruner({ direction: 'minimize', least: 1 }).reasonToEnd(at(0, NaN), [])).toBe(
      'no number at 1',
    );
  });

  it('compares within brackets', () => {
    const pruner = ashaPruner({ direction: 'minimize', least: 2, reduction: 2, brackets: 2 });
    expect(pruner.reasonToEnd(at(2, 5), [at(1, 1), at(3, 1)])).toBeUndefined();
    expect(pruner.reasonToEnd(at(3, 5), [at(1, 1), at(5, 1)])).toBeUndefined();
    expect(pruner.reasonToEnd(at(3, 5, 4), [at(1, 1, 4), at(5, 1, 4)])).toBeDefined();
  });

  it('finds what all would have found for a third of the steps', () => {
    const steps = 81;
    let [spent, found] = [0, 0];
    for (let seed = 0; seed < 20; seed += 1) {
      const rng = seededRng(seed);
      const curves = Array.from({ length: 60 }, () => ({ end: rng.uniform(), rate: 0.5 + rng.uniform() }));
      const pruner = ashaPruner({ direction: 'minimize', least: 1, reduction: 3 });
      const done: Course[] = [];
      for (const [number, { end, rate }] of curves.entries()) {
        const told: Reading[] = [];
        for (let resource = 1; resource <= steps; resource += 1) {
          told.push({ resource, value: end + resource ** -rate + 0.02 * rng.uniform() });
          spent += 1;
          if (pruner.reasonToEnd(courseOf(number, 'running', told), done) !== undefined) break;
        }
        done.push(courseOf(number, told.length === steps ? 'complete' : 'pruned', told));
      }
      const kept = done
        .filter(({ state }) => state === 'complete')
        .map(({ number }) => curves[number]?.end ?? 1);
      if (Math.min(...kept) <= Math.min(...curves.map(({ end }) => end)) + 0.02) found += 1;
    }
    expect(spent / (20 * 60 * steps)).toBeLessThan(1 / 3);
    expect(found).toBeGreaterThanOrEqual(17);
  });

  it('refuses what is no plan', () => {
    const direction = 'minimize';
    expect(() => ashaPruner({ direction, least: 0 })).toThrow(RangeError);
    expect(() => halvingPruner({ direction, least: 1, reduction: 1 })).toThrow(RangeError);
    expect(() => ashaPruner({ direction, least: 1, brackets: 0 })).toThrow(RangeError);
  });
});
