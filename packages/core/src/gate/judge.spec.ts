import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import type { NoSample, Sample } from '../evaluation/index.js';
import { alphaPerStep } from './alpha-per-step.js';
import type { GatePolicy } from './policy.js';
import { judged, onPrimary } from './testing/judged.js';
import { auc, binary, f1Table, mean, normals } from './testing/samples.js';

interface Reference {
  readonly input: {
    readonly candidateOnlyCorrect: number;
    readonly baselineOnlyCorrect: number;
    readonly n: number;
    readonly disagreement: number;
    readonly maxSteps: number;
    readonly maxPromotions: number;
    readonly alpha: number;
    readonly minEffect: number;
    readonly power: number;
    readonly promotions: number;
  };
  readonly expected: {
    readonly state: string;
    readonly p?: number;
    readonly requiredN?: number | null;
    readonly reason?: string;
  };
}

const references = JSON.parse(
  readFileSync(join(__dirname, '../stats/fixtures/references/gate_decisions.json'), 'utf8'),
) as readonly Reference[];

describe('the reference decisions', () => {
  const open = references.filter(({ input }) => input.promotions < input.maxPromotions);

  it('are there', () => {
    expect(open).toHaveLength(6);
  });

  it.each(open.map((reference, index) => [index, reference] as const))('%i', (_, { input, expected }) => {
    const { n, candidateOnlyCorrect, baselineOnlyCorrect, minEffect, power } = input;
    const sample = {
      ...binary(n, candidateOnlyCorrect, baselineOnlyCorrect),
      disagreement: { share: input.disagreement, labelFree: true },
    };
    const primary = { test: 'superiority', metric: 'accuracy', minEffect, better: 'higher' } as const;
    const level = alphaPerStep(input);
    const found = judged({ primary, power }, [{ id: 'primary', sample }], level);
    expect(found.state).toBe(expected.state);
    const [result] = found.criteria;
    expect(result?.scores.p).toBeCloseTo(expected.p ?? NaN, 9);
    if (expected.reason !== undefined) {
      expect(found.reasons[0]?.code).toBe(expected.reason);
      expect(result?.requiredN).toBe(expected.requiredN);
    }
  });
});

describe('a primary criterion', () => {
  const effect = (metric: string, minEffect: number): Pick<GatePolicy, 'primary'> => ({
    primary: { test: 'superiority', metric, minEffect, better: 'lower' },
  });

  it('passes a gain in a loss, and groups that go together weaken it', () => {
    const differences = normals(1000, 0.2);
    expect(onPrimary(mean(differences), effect('log_loss', 0.1)).state).toBe('pass');
    const fifty = Int32Array.from(differences, (_, index) => index % 50);
    expect(onPrimary(mean(differences, fifty), effect('log_loss', 0.1)).state).toBe('pass');
    const four = Int32Array.from(differences, (_, index) => index % 4);
    const grouped = onPrimary(mean(differences, four), effect('log_loss', 0.1));
    expect(grouped.state).not.toBe('pass');
    expect(grouped.criteria[0]?.scores.p).toBe(1 / 16);
  });

  it('says how many losses it would take, up to one digit', () => {
    const found = onPrimary(mean(normals(500, 0)), effect('log_loss', 0.1));
    expect(found).toMatchObject({ state: 'inconclusive', reasons: [{ code: 'underpowered' }] });
    expect(found.criteria[0]?.requiredN).toBe(2000);
    expect(onPrimary(mean(normals(3000, 0)), effect('log_loss', 0.1)).state).toBe('fail');
  });

  it('passes a larger area under the curve', () => {
    expect(onPrimary(auc(2000, 2, 1)).state).toBe('pass');
    expect(onPrimary(auc(2000, 1, 1)).state).not.toBe('pass');
    expect(onPrimary(auc(40, 1.1, 1)).state).toBe('inconclusive');
  });

  it('passes a better F1, and no level beyond the replicates that anybody waits for', () => {
    const better = f1Table([900, 40, 20, 10, 20, 20, 250, 740]);
    expect(onPrimary(better).state).toBe('pass');
    expect(judged({}, [{ id: 'primary', sample: better }], 1e-9).state).not.toBe('pass');
    expect(onPrimary(f1Table([900, 30, 30, 10, 20, 100, 100, 740])).state).not.toBe('pass');
  });

  it('is not inferior by exactly what the margin allows', () => {
    const primary = {
      test: 'non-inferiority',
      metric: 'accuracy',
      margin: 0.02,
      better: null,
      slice: null,
    } as const;
    expect(onPrimary(binary(10_000, 200, 200), { primary }).state).toBe('pass');
    expect(onPrimary(binary(10_000, 150, 350), { primary }).state).toBe('fail');
    expect(onPrimary(binary(1000, 50, 50), { primary }).state).toBe('inconclusive');
  });

  it('never passes what is measured once, but a size', () => {
    const value = { kind: 'value', candidate: 1, baseline: 5 } as const;
    expect(onPrimary(value, effect('latency.p95', 1)).state).toBe('inconclusive');
    expect(onPrimary(value, effect('metrics.loss', 1)).state).toBe('inconclusive');
    expect(onPrimary(value, effect('size', 1)).state).toBe('pass');
    expect(onPrimary(value, effect('size', 5))).toMatchObject({
      state: 'fail',
      reasons: [{ code: 'missed' }],
    });
  });

  it('is told by exact tests whole groups at a time', () => {
    const sample = { ...binary(100, 12, 0), groupWins: Int32Array.of(4, 4, 4) };
    expect(judged({}, [{ id: 'primary', sample }], 0.05).criteria[0]?.scores.p).toBe(1 / 8);
  });
});

describe('evidence that says nothing', () => {
  const margin = {
    test: 'non-inferiority',
    metric: 'log_loss',
    margin: 0.1,
    better: 'lower',
    slice: null,
  } as const;
  const same = { counts: [50, 0, 0, 50, 40, 0, 0, 60] };
  it.each<[string, Sample | NoSample, string]>([
    ['no example', binary(0, 0, 0), 'invalid'],
    ['no sample', { kind: 'none', why: 'accuracy needs labels' }, 'invalid'],
    ['a NaN', mean(Float64Array.of(1, NaN, 2)), 'invalid'],
    [
      'an infinite score',
      { ...auc(40, 1, 1), candidateScores: new Float64Array(40).fill(Infinity) },
      'invalid',
    ],
    ['one class', { ...auc(40, 1, 1), labels: new Uint8Array(40) }, 'invalid'],
    ['counts beyond n', { ...binary(10, 5, 2), n: 6 }, 'invalid'],
    ['groups that do not add up', { ...binary(10, 5, 2), groupWins: Int32Array.of(1) }, 'invalid'],
    ['a value without a baseline', { kind: 'value', candidate: 1, baseline: undefined }, 'invalid'],
    ['a sample of another kind', { kind: 'proportion', successes: 1, n: 2 }, 'invalid'],
    ['nothing that differs', binary(5000, 0, 0), 'inconclusive'],
    ['differences all alike', mean(new Float64Array(500).fill(0.3)), 'not a pass'],
    ['differences of 0', mean(new Float64Array(500)), 'not a pass'],
    ['a single difference', mean(Float64Array.of(1)), 'not a pass'],
    [
      'scores all alike',
      { ...auc(40, 1, 1), candidateScores: new Float64Array(40), baselineScores: new Float64Array(40) },
      'not a pass',
    ],
    ['a table without a difference', f1Table(same.counts), 'not a pass'],
  ])('%s is never a pass', (_, sample, state) => {
    const found = onPrimary(sample);
    if (state === 'not a pass') expect(found.state).not.toBe('pass');
    else expect(found.state).toBe(state);
    if (sample.kind !== 'none' && found.state === 'invalid') expect(found.reasons[0]?.what).not.toBeNull();
  });

  it.each([
    ['a constant loss', mean(new Float64Array(500).fill(-0.01))],
    ['a NaN', mean(Float64Array.of(0, NaN))],
    ['two examples', mean(Float64Array.of(0, 0))],
  ])('%s is not shown to be no worse', (_, sample) => {
    expect(onPrimary(sample, { primary: margin }).state).not.toBe('pass');
  });

  it('missing altogether is invalid', () => {
    const found = judged({}, []);
    expect(found).toMatchObject({ state: 'invalid', reasons: [{ code: 'undefined', criterion: 'primary' }] });
  });
});

describe('whatever the counts', () => {
  const counts = fc
    .record({
      n: fc.integer({ min: 1, max: 20_000 }),
      differ: fc.double({ min: 0, max: 1, noNaN: true }),
      won: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ n, differ, won }) => {
      const pairs = Math.floor(n * differ);
      const wins = Math.floor(pairs * won);
      return { n, wins, losses: pairs - wins };
    });

  it('a state that is no pass depends on nothing that needs a label', () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), ({ n, wins, losses }, other) => {
        const pairs = wins + losses;
        const a = onPrimary(binary(n, wins, losses));
        const b = onPrimary(binary(n, Math.floor(pairs * other), pairs - Math.floor(pairs * other)));
        if (a.state !== 'pass' && b.state !== 'pass') expect(a.state).toBe(b.state);
      }),
      { numRuns: 200 },
    );
  });

  it('more wins never turn a pass into anything else', () => {
    fc.assert(
      fc.property(counts, ({ n, wins, losses }) => {
        if (losses === 0) return;
        const before = onPrimary(binary(n, wins, losses)).state;
        const after = onPrimary(binary(n, wins + 1, losses - 1)).state;
        expect(before === 'pass' && after !== 'pass').toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
