import fc from 'fast-check';

import type { NoSample, Sample } from '../evaluation/index.js';
import { digestOf } from '../kernel/index.js';
import { judge } from './judge.js';
import type { GatePolicy } from './policy.js';
import { policy } from './testing/budgets.js';
import { buildVerdict, decodeVerdict, encodeVerdict } from './verdict/index.js';

const nasty = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324, 1e308, -1e308, 1, -1, 0.5),
  fc.integer({ min: -3, max: 3 }),
);
const count = fc.oneof(fc.nat({ max: 60 }), fc.constantFrom(-1, 0.5, NaN, Infinity, 2 ** 53));
const numbers = fc.array(nasty, { maxLength: 12 }).map((list) => Float64Array.from(list));
const groups = fc.option(
  fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 12 }).map((list) => Int32Array.from(list)),
  { nil: undefined },
);
const disagreement = fc.record({ share: fc.constantFrom(0, 0.1, 1), labelFree: fc.boolean() });

const samples: fc.Arbitrary<Sample | NoSample> = fc.oneof(
  fc
    .tuple(count, count, count, count, disagreement)
    .map(([n, candidateOnly, baselineOnly, bothRight, differ]) => ({
      ...{ kind: 'binary' as const, n, candidateOnly, baselineOnly, bothRight },
      disagreement: differ,
    })),
  fc.tuple(numbers, groups, disagreement, fc.boolean()).map(([differences, ofGroups, differ, isOff]) => ({
    ...{ kind: 'mean' as const, n: differences.length + (isOff ? 1 : 0), differences },
    ...(ofGroups === undefined ? {} : { groups: ofGroups }),
    ...{ disagreement: differ, candidateMean: 1, baselineMean: 1 },
  })),
  fc
    .tuple(numbers, numbers, fc.array(fc.nat({ max: 2 }), { maxLength: 12 }), disagreement)
    .map(([candidateScores, baselineScores, labels, differ]) => ({
      ...{ kind: 'auc' as const, n: labels.length, labels: Uint8Array.from(labels) },
      ...{ candidateScores, baselineScores, disagreement: differ },
    })),
  fc
    .tuple(fc.array(count, { maxLength: 4 }), nasty, disagreement, fc.boolean())
    .map(([counts, gain, differ, isConstant]) => ({
      ...{ kind: 'table' as const, n: counts.reduce((sum, each) => sum + each, 0) },
      ...{ counts: Float64Array.from(counts), candidate: gain, baseline: 0, disagreement: differ },
      gain: (drawn: Float64Array) => (isConstant ? gain : (drawn[0] ?? NaN)),
    })),
  fc.tuple(count, count).map(([successes, n]) => ({ kind: 'proportion' as const, successes, n })),
  numbers.map((values) => ({ kind: 'level' as const, values })),
  fc.tuple(nasty, fc.option(nasty, { nil: undefined })).map(([candidate, baseline]) => ({
    kind: 'value' as const,
    candidate,
    baseline,
  })),
  fc.constant({ kind: 'none' as const, why: 'no labels' }),
);

const primaries: fc.Arbitrary<GatePolicy['primary']> = fc.constantFrom(
  policy.primary,
  { test: 'superiority', metric: 'mae', minEffect: 5, better: 'lower' },
  { test: 'non-inferiority', metric: 'accuracy', margin: 0.02, better: null, slice: null },
  { test: 'non-inferiority', metric: 'mae', margin: 5, better: 'lower', slice: null },
);
const guardrails: fc.Arbitrary<GatePolicy['guardrails']> = fc.constantFrom(
  [],
  [{ test: 'gap', metric: 'accuracy', across: 'lang', maxGap: 0.1 }],
  [{ test: 'ratio', metric: 'latency.p95', maxRatio: 1.1 }],
  [{ test: 'increase', metric: 'size', maxIncrease: 0 }],
  [{ test: 'non-inferiority', metric: 'accuracy', margin: 0.5, better: null, slice: 'lang=*' }],
);
const floors: fc.Arbitrary<GatePolicy['floors']> = fc.constantFrom(
  [],
  [{ test: 'floor', metric: 'accuracy', limit: 'min', value: 0.5, slice: null }],
  [{ test: 'floor', metric: 'mae', limit: 'max', value: 0, slice: null }],
);

const read = {
  ...{ question: digestOf('q'), candidate: digestOf('c'), baseline: digestOf('b'), testSet: digestOf('t') },
  predictions: { candidate: null, baseline: null },
};

it('whatever the evidence, there is a verdict that can be kept; and what is broken passes nothing', () => {
  fc.assert(
    fc.property(
      fc.record({ primary: primaries, guardrails, floors }),
      fc.constantFrom(0.05, 0.0005, 1e-40, 0),
      fc.tuple(samples, samples, samples, samples),
      fc.boolean(),
      (asked, alpha, [primary, guardrail, another, floor], negativeControl) => {
        const whole: GatePolicy = { ...policy, ...asked, negativeControl, disclosure: 'full' };
        const evidence = [
          { id: 'primary', sample: primary },
          { id: 'guardrails[0]', slice: 'lang=de', sample: guardrail },
          { id: 'guardrails[0]', slice: 'lang=en', sample: another },
          { id: 'floors[0]', sample: floor },
        ];
        const judgement = judge({ policy: whole, alpha, floorsOnly: false, evidence });
        const input = { project: 'p', policy: whole, read, budget: null };
        const verdict = buildVerdict(input, { judgement, alpha });
        const bytes = encodeVerdict(verdict);
        expect(encodeVerdict(decodeVerdict(bytes)).equals(bytes)).toBe(true);
        if (primary.kind === 'none') expect(judgement.state).toBe('invalid');
        if (judgement.state === 'pass')
          for (const { scores } of judgement.criteria) expect(scores.p ?? 0).toBeLessThanOrEqual(alpha);
      },
    ),
    { numRuns: 200 },
  );
});
