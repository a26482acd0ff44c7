import { seededRng } from '../kernel/index.js';
import { easemlBennett, mcnemarExact, tangoNonInferiority } from '../stats/index.js';
import { easemlExamples } from './easeml-examples.js';
import { coarse, examplesForGain, examplesForMargin, examplesForMean, marginShown } from './examples.js';
import { planGate } from './planner.js';
import { examplesForFloor } from './tests/floor.js';
import { policy } from './testing/budgets.js';
import { clopperPearsonLower } from '../stats/index.js';

const rates = { alpha: 0.0005, power: 0.8 };

describe('planGate', () => {
  it('tells how many examples the exact paired test needs, and what ease.ml/ci would', () => {
    const { rows, alpha } = planGate(policy, { disagreement: 0.1 });
    expect(alpha).toBe(0.0005);
    const asked = rows.find(({ isAsked }) => isAsked);
    expect(asked).toMatchObject({ effect: 0.02, disagreement: 0.1 });
    expect(asked?.examples).toBeLessThanOrEqual(4300);
    expect(asked?.bennett).toBeGreaterThan(6500);
    expect(asked?.bennett).toBeLessThan(7000);
    expect(asked?.hoeffding).toBeGreaterThan(46_000);
    expect(asked?.hoeffding).toBeLessThan(48_000);
    expect(rows.map(({ effect }) => effect)).toEqual([0.01, 0.02, 0.03, 0.04]);
  });

  it('reproduces what ease.ml/ci publishes', () => {
    const published = { steps: 32, reliability: 0.9999, epsilon: 0.01, varianceBound: 0.1 };
    expect(easemlBennett({ ...published, adaptivity: 'firstChange' }).samples).toBe(29_048);
    expect(easemlBennett({ ...published, adaptivity: 'full' }).samples).toBe(67_706);
  });

  it('looks at usual disagreements where none is known, and says what examples that there are can show', () => {
    const { rows, have } = planGate(policy, { have: 1200 });
    expect(have).toBe(1200);
    expect(new Set(rows.map(({ disagreement }) => disagreement)).size).toBe(5);
    const at = rows.find(({ disagreement, effect }) => disagreement === 0.1 && effect === 0.02);
    expect(at?.shown).toBeCloseTo(0.0374, 3);
    expect(
      rows.find(({ disagreement, effect }) => disagreement === 0.02 && effect === 0.04)?.examples,
    ).toBeNull();
  });

  it('plans margins, floors and means', () => {
    const primary = {
      test: 'non-inferiority',
      metric: 'accuracy',
      margin: 0.01,
      better: 'higher',
      slice: null,
    } as const;
    const floors = [
      { test: 'floor', metric: 'accuracy', limit: 'min', value: 0.9, slice: null },
      { test: 'floor', metric: 'size', limit: 'max', value: 9, slice: null },
    ] as const;
    const plan = planGate({ ...policy, primary, floors }, { disagreement: 0.1, have: 20_000 });
    expect(plan.rows[1]).toMatchObject({ effect: 0.01, bennett: null, examples: 17_183 });
    expect(plan.rows[1]?.shown).toBeCloseTo(0.0092, 3);
    expect(plan.floors).toMatchObject([{ id: 'floors[0]', min: 0.9 }]);
    const loss = { test: 'superiority', metric: 'log_loss', minEffect: 0.01, better: 'lower' } as const;
    expect(planGate({ ...policy, primary: loss }).rows).toEqual([]);
    const mean = planGate({ ...policy, primary: loss }, { spread: 0.5, have: 42_700 });
    expect(mean.rows[1]?.examples).toBe(examplesForMean(rates, { variance: 0.25, effect: 0.01 }));
    expect(mean.rows[1]?.shown).toBeCloseTo(0.01, 4);
  });

  it('knows no number of examples for what is measured once', () => {
    const size = { test: 'superiority', metric: 'size', minEffect: 10, better: 'lower' } as const;
    expect(planGate({ ...policy, primary: size })).toMatchObject({ by: 'value', rows: [] });
  });
});

describe('ease.ml/ci', () => {
  it('has no number for a gain beyond the disagreement', () => {
    const question = { steps: 100, promotions: 1, alpha: 0.05, power: 0.8, disagreement: 0.01, effect: 0.02 };
    expect(easemlExamples(question, 'bennett')).toBeNull();
  });
});

/** Simulated, with a fixed seed: what is promised of a number of examples is there. */
describe('the stated number of examples', () => {
  const trials = 2000;

  function share(isHit: () => boolean): number {
    let hits = 0;
    for (let trial = 0; trial < trials; trial++) if (isHit()) hits += 1;
    return hits / trials;
  }

  /** Wins, losses of n examples: binomial by counting, which is all that n of some hundred need. */
  function outcome(n: number, win: number, loss: number, uniform: () => number): [number, number] {
    let [wins, losses] = [0, 0];
    for (let example = 0; example < n; example++) {
      const drawn = uniform();
      if (drawn < win) wins += 1;
      else if (drawn < win + loss) losses += 1;
    }
    return [wins, losses];
  }

  it.each([
    [0.2, 0.1, 0.05],
    [0.3, 0.1, 0.01],
    [0.5, 0.2, 0.0005],
    [0.1, 0.1, 0.05],
  ])('of disagreement %p shows a gain of %p at %p', (disagreement, effect, alpha) => {
    const rng = seededRng(7);
    const n = examplesForGain({ alpha, power: 0.8 }, { disagreement, effect }) ?? 0;
    const power = share(() => {
      const [candidateOnlyCorrect, baselineOnlyCorrect] = outcome(
        n,
        (disagreement + effect) / 2,
        (disagreement - effect) / 2,
        rng.uniform,
      );
      return mcnemarExact({ candidateOnlyCorrect, baselineOnlyCorrect }).oneSidedGreater <= alpha;
    });
    expect(power).toBeGreaterThanOrEqual(0.78);
  });

  it.each([
    [0.2, 0.1, 0.05],
    [0.1, 0.05, 0.01],
    [0.05, 0.05, 0.0005],
    [0, 0.05, 0.0005],
  ])('of disagreement %p shows a margin of %p at %p', (disagreement, margin, alpha) => {
    const rng = seededRng(8);
    const n = examplesForMargin({ alpha, power: 0.8 }, { disagreement, margin }) ?? 0;
    const power = share(() => {
      const [wins, losses] = outcome(n, disagreement / 2, disagreement / 2, rng.uniform);
      const counts = { n, candidateOnlyCorrect: wins, baselineOnlyCorrect: losses };
      return tangoNonInferiority({ ...counts, margin }).p <= alpha;
    });
    expect(power).toBeGreaterThanOrEqual(0.78);
  });

  it.each([
    [0.8, 0.05],
    [0.9, 0.0005],
  ])('shows a floor of %p at %p', (min, alpha) => {
    const rng = seededRng(9);
    const n = examplesForFloor({ alpha, power: 0.8 }, min) ?? 0;
    const power = share(() => {
      const [successes] = outcome(n, (1 + min) / 2, 0, rng.uniform);
      return clopperPearsonLower({ successes, n, alpha }) >= min;
    });
    expect(power).toBeGreaterThanOrEqual(0.78);
  });

  it('of a margin is what shows it, and one example fewer is not', () => {
    for (const [disagreement, margin] of [
      [0.1, 0.02],
      [0, 0.02],
      [0.01, 0.05],
    ] as const) {
      const n = examplesForMargin(rates, { disagreement, margin }) ?? 0;
      expect(marginShown(rates, n, disagreement)).toBeLessThanOrEqual(margin + 1e-6);
      expect(marginShown(rates, n - 1, disagreement)).toBeGreaterThan(margin - 1e-6);
    }
  });

  it('is none at a level of 0, and none for what no number can show', () => {
    const none = { alpha: 0, power: 0.8 };
    expect(examplesForGain(none, { disagreement: 0.1, effect: 0.02 })).toBeNull();
    expect(examplesForMargin(none, { disagreement: 0.1, margin: 0.02 })).toBeNull();
    expect(examplesForMean(none, { variance: 1, effect: 1 })).toBeNull();
    expect(examplesForFloor(none, 0.5)).toBeNull();
    expect(examplesForFloor(rates, 1)).toBeNull();
    expect(examplesForGain(rates, { disagreement: 0.01, effect: 0.02 })).toBeNull();
    expect(examplesForMean(rates, { variance: 1, effect: 1e-9 })).toBeNull();
  });

  it('is told up to one digit where it tells of labels', () => {
    expect([0.2, 1, 9, 11, 6180, 7000, 10_001].map((n) => coarse(n))).toEqual([
      1, 1, 9, 20, 7000, 7000, 20_000,
    ]);
    expect([null, Infinity, NaN].map((n) => coarse(n))).toEqual([null, null, null]);
  });
});
