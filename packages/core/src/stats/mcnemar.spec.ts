import fc from 'fast-check';

import { decideSuperiorityBinary } from '../gate/decide-binary.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import { mcnemarAsymptotic, mcnemarExact } from './mcnemar.js';
import { connorSampleSize, mcnemarMde, mcnemarPowerExact, mcnemarSampleSize } from './mcnemar-power.js';

const counts = fc.record({ candidateOnlyCorrect: fc.nat(5000), baselineOnlyCorrect: fc.nat(5000) });

describe('McNemar', () => {
  it('is the same both ways around, in [0, 1], and less sure with the mid-p never', () => {
    fc.assert(
      fc.property(counts, ({ candidateOnlyCorrect, baselineOnlyCorrect }) => {
        const there = mcnemarExact({ candidateOnlyCorrect, baselineOnlyCorrect });
        const back = mcnemarExact({
          candidateOnlyCorrect: baselineOnlyCorrect,
          baselineOnlyCorrect: candidateOnlyCorrect,
        });
        expect(back.twoSided).toBeCloseTo(there.twoSided, 12);
        expect(there.midP).toBeLessThanOrEqual(there.twoSided);
        expect(there.oneSidedMidP).toBeLessThanOrEqual(there.oneSidedGreater);
        for (const p of Object.values(there)) expect(p >= 0 && p <= 1).toBe(true);
      }),
    );
  });

  it('has more evidence with each win and less with each loss', () => {
    fc.assert(
      fc.property(counts, ({ candidateOnlyCorrect: wins, baselineOnlyCorrect: losses }) => {
        const p = (b: number, c: number): number =>
          mcnemarExact({ candidateOnlyCorrect: b, baselineOnlyCorrect: c }).oneSidedGreater;
        expect(p(wins + 1, losses)).toBeLessThanOrEqual(p(wins, losses));
        expect(p(wins, losses + 1)).toBeGreaterThanOrEqual(p(wins, losses));
      }),
    );
  });

  it('says nothing without discordant pairs', () => {
    expect(mcnemarAsymptotic({ candidateOnlyCorrect: 0, baselineOnlyCorrect: 0 })).toEqual({
      chi2: 0,
      p: 1,
      chi2cc: 0,
      pcc: 1,
    });
  });
});

describe('the power of McNemar', () => {
  it('is the chance of passing, counted out', () => {
    const [n, alpha, pCandidateOnly, pBaselineOnly] = [12, 0.1, 0.5, 0.1] as const;
    const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
    let expected = 0;
    for (let wins = 0; wins <= n; wins++)
      for (let losses = 0; wins + losses <= n; losses++)
        if (
          mcnemarExact({ candidateOnlyCorrect: wins, baselineOnlyCorrect: losses }).oneSidedGreater <= alpha
        )
          expected +=
            (factorial(n) / (factorial(wins) * factorial(losses) * factorial(n - wins - losses))) *
            pCandidateOnly ** wins *
            pBaselineOnly ** losses *
            (1 - pCandidateOnly - pBaselineOnly) ** (n - wins - losses);
    expect(mcnemarPowerExact({ pCandidateOnly, pBaselineOnly, n, alpha }).power).toBeCloseTo(expected, 10);
  });

  it('is at most alpha where there is no effect', () => {
    for (const n of [10, 100, 3000])
      expect(
        mcnemarPowerExact({ pCandidateOnly: 0.05, pBaselineOnly: 0.05, n, alpha: 0.05 }).power,
      ).toBeLessThanOrEqual(0.05);
  });

  it("is some points short of what Connor's formula promises, which is why the planner goes on from there", () => {
    const powers = [0.01, 0.02, 0.05].flatMap((effect) =>
      [0.05, 0.0005].map((alpha) => {
        const shares = { pCandidateOnly: 0.05 + effect / 2, pBaselineOnly: 0.05 - effect / 2 };
        const { n } = mcnemarSampleSize({ ...shares, alpha, power: 0.8 });
        return mcnemarPowerExact({ ...shares, n, alpha }).power;
      }),
    );
    expect(Math.min(...powers)).toBeGreaterThan(0.76);
    expect(Math.min(...powers)).toBeLessThan(0.78);
    expect(Math.max(...powers)).toBeLessThan(0.81);
  });

  it('meets itself: the detectable effect at the planned size is the planned effect', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.constantFrom(0.05, 0.0005),
        (disagreement, part, alpha) => {
          const effect = disagreement * part;
          const n = connorSampleSize({ disagreement, effect, alpha, power: 0.8 }) ?? 0;
          const at = (size: number): number =>
            mcnemarMde({ disagreement, n: size, alpha, power: 0.8 }).mde ?? 1;
          expect(at(n)).toBeLessThanOrEqual(effect * (1 + 1e-9));
          if (n > 30) expect(at(n - 1)).toBeGreaterThan(effect * (1 - 1e-9));
        },
      ),
    );
  });

  it('plans fewer than 4,300 examples for two points at the level of one of 100 steps', () => {
    expect(
      connorSampleSize({ disagreement: 0.1, effect: 0.02, alpha: 0.0005, power: 0.8 }),
    ).toBeLessThanOrEqual(4300);
    expect(connorSampleSize({ disagreement: 0.01, effect: 0.02, alpha: 0.05, power: 0.8 })).toBeNull();
  });
});

describe('a refusal', () => {
  it('names the argument and the value', () => {
    const failure = failureOf(() => mcnemarExact({ candidateOnlyCorrect: -1, baselineOnlyCorrect: 2 }));
    expect(failure).toMatchObject({
      code: 'ERR_ML_STATISTICS_INVALID',
      message: 'candidateOnlyCorrect is -1, and must be a whole number of at least 0.',
    });
  });
});

describe('decideSuperiorityBinary', () => {
  const budget = { maxSteps: 100, maxPromotions: 1, alpha: 0.05, stepsUsed: 0, promotions: 0 };
  const question = { n: 5000, disagreement: 0.1, minEffect: 0.02, power: 0.8 };

  it('never passes at a level that is no more than 0', () => {
    const spent = { ...budget, maxSteps: 5000, maxPromotions: 5000 };
    const decision = decideSuperiorityBinary({
      ...question,
      ...spent,
      candidateOnlyCorrect: 500,
      baselineOnlyCorrect: 0,
    });
    expect(decision).toMatchObject({ state: 'inconclusive', alpha: 0, requiredN: null });
  });

  it('does not pass a better candidate on a set that is spent', () => {
    const counts = { candidateOnlyCorrect: 500, baselineOnlyCorrect: 0 };
    expect(decideSuperiorityBinary({ ...question, ...budget, ...counts }).state).toBe('pass');
    for (const spent of [{ stepsUsed: 100 }, { promotions: 1 }])
      expect(decideSuperiorityBinary({ ...question, ...budget, ...spent, ...counts })).toEqual({
        state: 'inconclusive',
        reason: 'test-set-exhausted',
      });
  });
});
