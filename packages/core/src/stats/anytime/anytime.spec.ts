import fc from 'fast-check';

import { seededRng } from '../../kernel/rng.js';
import { betaln } from '../distributions.js';
import { canaryNullShare, eprocessBetaMixture } from '../eprocess.js';
import { bettingHedged } from './betting-hedged.js';
import { eProcessOneSided } from './e-process.js';
import { empiricalBernstein } from './empirical-bernstein.js';

/** P(X = k) of Binomial(n, p); by logarithms, since the evidence for what is rarest is largest. */
const mass = (k: number, n: number, p: number): number =>
  Math.exp(k * Math.log(p) + (n - k) * Math.log1p(-p) - Math.log(n + 1) - betaln(k + 1, n - k + 1));

describe('evidence under the null hypothesis', () => {
  it('of the beta mixture has the expectation 1 at the share itself, and less below it', () => {
    for (const nullShare of [0.1, 0.5, 0.8])
      for (const n of [1, 7, 40]) {
        const expectation = (share: number): number =>
          Array.from({ length: n + 1 }, (_, hits) => {
            const { logE } = eprocessBetaMixture({ hits, misses: n - hits, nullShare, priorStrength: 20 });
            return mass(hits, n, share) * Math.exp(logE);
          }).reduce((sum, part) => sum + part, 0);
        expect(expectation(nullShare)).toBeCloseTo(1, 9);
        expect(expectation(nullShare * 0.9)).toBeLessThan(1);
      }
  });

  it('of the bets has the expectation 1 over all that ten coins can do', () => {
    const nullMean = 0.3;
    let expectation = 0;
    for (let coins = 0; coins < 2 ** 10; coins++) {
      const values = Array.from({ length: 10 }, (_, place) => (coins >> place) & 1);
      const heads = values.reduce((sum, value) => sum + value, 0);
      const { logE, maxLogE } = eProcessOneSided({ values, nullMean, alpha: 0.05 });
      expect(maxLogE).toBeGreaterThanOrEqual(Math.max(0, logE));
      expectation += nullMean ** heads * (1 - nullMean) ** (10 - heads) * Math.exp(logE);
    }
    expect(expectation).toBeCloseTo(1, 9);
  });

  it('grows with each hit, and is defined where its tails are beyond a double', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), (hits, misses) => {
        const at = (count: number): number =>
          eprocessBetaMixture({ hits: count, misses, nullShare: 0.4, priorStrength: 20 }).logE;
        expect(at(hits + 1)).toBeGreaterThan(at(hits));
      }),
    );
    const { logE } = eprocessBetaMixture({ hits: 0, misses: 1_000_000, nullShare: 0.5, priorStrength: 20 });
    expect(logE).toBeLessThan(0);
    expect(Number.isFinite(logE)).toBe(true);
  });

  it('alarms at any of 200 looks in at most 5% of the runs', () => {
    const rng = seededRng(12);
    const { nullShare } = canaryNullShare({ canaryTrafficShare: 0.1, allowedRelativeIncrease: 0.5 });
    let alarms = 0;
    for (let run = 0; run < 150; run++) {
      let hits = 0;
      for (let look = 1; look <= 1000; look++) {
        hits += rng.uniform() < nullShare ? 1 : 0;
        const counts = { hits, misses: look - hits };
        if (
          look % 5 === 0 &&
          eprocessBetaMixture({ ...counts, nullShare, priorStrength: 20 }).logE >= Math.log(20)
        ) {
          alarms++;
          break;
        }
      }
    }
    expect(alarms / 150).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 150));
  });
});

describe('confidence sequences', () => {
  const bits = fc.array(fc.constantFrom(0, 0.25, 1), { minLength: 1, maxLength: 80 });

  it('mirror, and only narrow as they run', () => {
    fc.assert(
      fc.property(bits, (values) => {
        for (const sequence of [empiricalBernstein, bettingHedged]) {
          const { lower, upper } = sequence({ values, alpha: 0.05 });
          const mirrored = sequence({ values: values.map((value) => 1 - value), alpha: 0.05 });
          expect(mirrored.lower).toBeCloseTo(1 - upper, 6);
          const shorter = sequence({
            values: values.slice(0, -1).concat(values.length === 1 ? values : []),
            alpha: 0.05,
          });
          expect(lower).toBeGreaterThanOrEqual(shorter.lower);
          expect(upper).toBeLessThanOrEqual(shorter.upper);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('hold the mean at the end nearly always', () => {
    const rng = seededRng(13);
    let missed = 0;
    for (let run = 0; run < 200; run++) {
      const values = Array.from({ length: 150 }, () => (rng.uniform() < 0.2 ? 1 : 0));
      const { lower, upper } = empiricalBernstein({ values, alpha: 0.05 });
      if (lower > 0.2 || upper < 0.2) missed++;
    }
    expect(missed).toBeLessThanOrEqual(20);
  });

  it('say when the mean moved', () => {
    const values = [...Array<number>(500).fill(0), ...Array<number>(3000).fill(1)];
    expect(empiricalBernstein({ values, alpha: 0.05 }).degenerate).toBe(true);
    expect(bettingHedged({ values, alpha: 0.05 }).degenerate).toBe(true);
  });
});
