import fc from 'fast-check';

import { evidenceOf, logMean } from './evidence.js';
import { checkGuardrail } from './guardrail.js';
import type { Guardrail } from './guardrail.js';
import { arm, errors } from './testing/arms.js';
import { failureOf } from '../kernel/testing/failure-of.js';

const part = (share: number, [n, bad]: readonly [number, number], [m, worse]: readonly [number, number]) => ({
  share,
  baseline: arm(n, bad),
  candidate: arm(m, worse),
});

/**
 * The mixture of a likelihood ratio over Beta(20 p0, 20 (1 - p0)) cut to (p0, 1], by the midpoint rule: slow, and written down from the
 * definition alone.
 */
function integrated(hits: number, misses: number, p0: number): number {
  const [a, b] = [20 * p0, 20 * (1 - p0)];
  const cells = 100_000;
  let [evidence, mass] = [0, 0];
  for (let cell = 0; cell < cells; cell++) {
    const x = p0 + ((cell + 0.5) / cells) * (1 - p0);
    const weight = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x));
    mass += weight;
    evidence += weight * Math.exp(hits * Math.log(x / p0) + misses * Math.log((1 - x) / (1 - p0)));
  }
  return Math.log(evidence / mass);
}

describe('evidenceOf', () => {
  it.each([
    [0.5, 40, 60],
    [0.25, 30, 24],
    [0.1, 55, 11],
  ])('is the integral of the ratios at a share of %p', (share, baseline, candidate) => {
    // So harmless a rate that only the ratio decides.
    const guardrail: Guardrail = { ...errors, tolerated: 1e-9 };
    const p0 = share;
    const cleared = (share * 1.5) / (share * 1.5 + 1 - share);
    const { against, clears } = evidenceOf(guardrail, [part(share, [1000, baseline], [1000, candidate])]);
    expect(against).toBeCloseTo(integrated(candidate, baseline, p0), 4);
    const absolute = evidenceOf(guardrail, [part(1, [0, 0], [1000, candidate])]).clears;
    expect(clears).toBeCloseTo(logMean([integrated(baseline, candidate, 1 - cleared), absolute]), 4);
  });

  it('multiplies over shares, each of which is compared on its own', () => {
    const guardrail: Guardrail = { ...errors, tolerated: 1e-9 };
    const parts = [part(0.1, [900, 40], [100, 9]), part(0.5, [500, 20], [500, 41])];
    const each = parts.map((one) => evidenceOf(guardrail, [one]).against);
    expect(evidenceOf(guardrail, parts).against).toBeCloseTo(
      each.reduce((a, b) => a + b, 0),
      9,
    );
  });

  it('grows with each failure of the candidate, and falls with each of the baseline', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), fc.constantFrom(0.05, 0.25, 0.5), (bad, worse, share) => {
        const at = (a: number, b: number) => evidenceOf(errors, [part(share, [1000, a], [1000, b])]);
        expect(at(bad, worse + 1).against).toBeGreaterThanOrEqual(at(bad, worse).against);
        expect(at(bad + 1, worse).against).toBeLessThanOrEqual(at(bad, worse).against);
        expect(at(bad, worse + 1).clears).toBeLessThanOrEqual(at(bad, worse).clears + 1e-9);
        expect(at(bad + 1, worse).clears).toBeGreaterThanOrEqual(at(bad, worse).clears - 1e-9);
      }),
    );
  });

  it('holds nothing against a rate that is tolerated, however much better the baseline is', () => {
    const { against, clears } = evidenceOf(errors, [part(0.5, [500_000, 0], [500_000, 40])]);
    expect(against).toBeLessThan(0);
    expect(clears).toBeGreaterThan(Math.log(20));
  });

  it('clears what never fails, without an event to compare', () => {
    expect(evidenceOf(errors, [part(0.5, [6000, 0], [6000, 0])]).clears).toBeGreaterThan(Math.log(20));
    expect(evidenceOf(errors, [part(0.5, [600, 0], [600, 0])]).clears).toBeLessThan(Math.log(20));
  });

  it('goes by the tolerated rate alone where there is nobody to compare with', () => {
    expect(evidenceOf(errors, [part(1, [0, 0], [500, 20])]).against).toBeGreaterThan(Math.log(20));
    expect(evidenceOf(errors, [part(1, [0, 0], [8000, 0])]).clears).toBeGreaterThan(Math.log(20));
  });

  it('stays finite for millions, all good or all bad', () => {
    for (const worse of [0, 5_000_000]) {
      const { against, clears } = evidenceOf(errors, [part(0.5, [5_000_000, 2000], [5_000_000, worse])]);
      expect([Number.isFinite(against), Number.isFinite(clears)]).toEqual([true, true]);
    }
  });

  it('is nothing before anything was seen', () => {
    expect(evidenceOf(errors, [])).toMatchObject({ against: 0, clears: 0 });
    expect(evidenceOf({ ...errors, name: 'feedback.label' }, [part(0.5, [9, 1], [9, 1])])).toMatchObject({
      against: 0,
      clears: 0,
      candidate: { seen: 0, bad: 0 },
    });
  });
});

describe('checkGuardrail', () => {
  it.each([
    { worse: 0.9 },
    { worse: 2, clear: 1.5 },
    { clear: 1 },
    { tolerated: 0 },
    { tolerated: 1 },
    { worse: NaN },
    { clear: Infinity },
  ])('refuses %p', (change) => {
    expect(
      failureOf(() => {
        checkGuardrail({ ...errors, ...change });
      }).code,
    ).toBe('ERR_ML_STATISTICS_INVALID');
  });
});
