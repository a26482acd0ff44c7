import fc from 'fast-check';

import { seededRng } from '../../kernel/index.js';
import type { Rng } from '../../kernel/index.js';
import { raceOf } from './race.js';
import type { Contender, Race, RaceRules } from './race.js';

const seeds = [11, 12, 13, 14, 15, 16, 17, 18];
const rules: RaceRules = { direction: 'minimize', seeds };
const contender = (number: number, values: readonly number[]): Contender => ({
  number,
  fresh: new Map(values.map((value, index) => [seeds[index] ?? 0, value])),
});

function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.uniform())) * Math.cos(2 * Math.PI * rng.uniform());
}

/** A race to its end; how many runs it took. */
function run(valueOf: (number: number, seed: number) => number, field: number): { race: Race; runs: number } {
  const fresh = Array.from({ length: field }, () => new Map<number, number>());
  for (let runs = 0; ;) {
    const race = raceOf(
      fresh.map((known, number) => ({ number, fresh: known })),
      rules,
    );
    if (race.next.length === 0) return { race, runs };
    for (const { number, seed } of race.next) fresh[number]?.set(seed, valueOf(number, seed));
    runs += race.next.length;
  }
}

describe('raceOf', () => {
  it('asks for the same seed of all', () => {
    expect(raceOf([contender(3, []), contender(7, [])], rules).next).toEqual([
      { number: 3, seed: 11 },
      { number: 7, seed: 11 },
    ]);
    expect(raceOf([contender(3, [1, 2]), contender(7, [1])], rules).next).toEqual([{ number: 7, seed: 12 }]);
  });

  it('drops what is worse on each seed, however much seeds differ', () => {
    const noise = [5, -3, 8, 0, -6, 2];
    const race = raceOf(
      [
        contender(1, noise),
        contender(
          2,
          noise.map((value, index) => value + 1 + index * 0.01),
        ),
      ],
      rules,
    );
    expect(race.standings.find(({ number }) => number === 2)?.isOut).toBe(true);
    expect(race).toMatchObject({ choice: 1, next: [] });
  });

  it('chooses the steady one of two that are as good on average', () => {
    const race = raceOf(
      [contender(1, [0, 4, 0, 4, 0, 4, 0, 4]), contender(2, [2, 2.1, 2, 1.9, 2, 2, 2.1, 1.9])],
      rules,
    );
    expect(race.choice).toBe(2);
  });

  it('gives a bound as Student has it', () => {
    // Mean 3, standard error 0.7071 over five, t(0.95; 4) = 2.13185.
    const { standings } = raceOf([contender(1, [1, 2, 3, 4, 5])], rules);
    expect(standings[0]).toMatchObject({
      mean: 3,
      bound: expect.closeTo(3 + 2.1318468 * Math.SQRT1_2, 6) as number,
    });
  });

  it('chooses nobody before two seeds of one are there', () => {
    expect(raceOf([contender(1, [1]), contender(2, [])], rules).choice).toBeUndefined();
  });

  it('ends where all are equal, when the seeds do', () => {
    const { race, runs } = run(() => 1, 3);
    expect(runs).toBe(3 * seeds.length);
    expect(race.choice).toBe(0);
  });

  it('runs the other way round for what is to be maximised', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 3, maxLength: 8 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (rows) => {
          const down = raceOf(
            rows.map((row, number) => contender(number, row)),
            rules,
          );
          const up = raceOf(
            rows.map((row, number) =>
              contender(
                number,
                row.map((value) => -value),
              ),
            ),
            { ...rules, direction: 'maximize' },
          );
          expect(up.next).toEqual(down.next);
          expect(up.choice).toBe(down.choice);
        },
      ),
    );
  });

  it('hardly ever drops the best, and runs fewer than all', () => {
    const studies = 300;
    let [lost, all] = [0, 0];
    for (let study = 0; study < studies; study += 1) {
      const rng = seededRng(study);
      const values = Array.from({ length: 5 }, (_, number) => seeds.map(() => number + normal(rng)));
      const { race, runs } = run((number, seed) => values[number]?.[seeds.indexOf(seed)] ?? NaN, 5);
      if (race.standings.some(({ number, isOut }) => number === 0 && isOut)) lost += 1;
      all += runs;
    }
    expect(lost / studies).toBeLessThan(0.05);
    expect(all / studies).toBeLessThan(0.9 * 5 * seeds.length);
  });

  it('chooses better than by the luckiest draw, which promises what does not come true', () => {
    const [promised, came, chosen] = [0, 0, 0].map(() => [] as number[]);
    for (let study = 0; study < 200; study += 1) {
      const rng = seededRng(1000 + study);
      const truth = Array.from({ length: 40 }, () => rng.uniform());
      const told = truth.map((value) => value + 0.3 * normal(rng));
      const leaders = [...told.keys()].sort((a, b) => (told[a] ?? 0) - (told[b] ?? 0)).slice(0, 5);
      const { race } = run((number) => (truth[leaders[number] ?? 0] ?? 0) + 0.3 * normal(rng), 5);
      promised?.push(told[leaders[0] ?? 0] ?? 0);
      came?.push(truth[leaders[0] ?? 0] ?? 0);
      chosen?.push(truth[leaders[race.choice ?? 0] ?? 0] ?? 0);
    }
    const mean = (values: readonly number[] = []) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(promised)).toBeLessThan(mean(came) - 0.2);
    expect(mean(chosen)).toBeLessThan(mean(came));
  });

  it('refuses a race without seeds', () => {
    expect(() => raceOf([], { ...rules, seeds: [] })).toThrow(RangeError);
    expect(() => raceOf([], { ...rules, least: 1 })).toThrow(RangeError);
  });
});
