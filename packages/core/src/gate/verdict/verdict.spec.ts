import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { digestOf } from '../../kernel/index.js';
import { failureOf } from '../../kernel/testing/failure-of.js';
import { decodeBudgetEntry, encodeBudgetEntry } from '../budget-entry.js';
import { reason } from '../criterion-result.js';
import type { Evidence } from '../evidence.js';
import { judge } from '../judge.js';
import type { GatePolicy } from '../policy.js';
import { open, override, policy, question, retire, step } from '../testing/budgets.js';
import { binary, mean, normals } from '../testing/samples.js';
import { buildVerdict, unaskedVerdict, redact } from './build-verdict.js';
import { decodeVerdict, encodeVerdict } from './verdict.js';
import type { Verdict } from './verdict.js';

const read = {
  question: digestOf('question'),
  candidate: digestOf('candidate'),
  baseline: digestOf('baseline'),
  predictions: { candidate: digestOf('answers'), baseline: digestOf('other answers') },
  testSet: digestOf('mails'),
};
const budget = { testSet: 'mails-test', step: 7, steps: 100, promotions: 0, maxPromotions: 1 };
const slices = {
  guardrails: [
    { test: 'non-inferiority', metric: 'accuracy', margin: 0.05, better: 'higher', slice: 'lang=*' },
    { test: 'increase', metric: 'size', maxIncrease: 100 },
  ],
} as const;

function verdictOn(evidence: readonly Evidence[], changes: Partial<GatePolicy> = {}): Verdict {
  const asked = { ...policy, ...changes };
  const alpha = 0.0005;
  const judgement = judge({ policy: asked, alpha, floorsOnly: false, evidence });
  return buildVerdict({ project: 'spam-filter', policy: asked, read, budget }, { judgement, alpha });
}

function evidence(
  wins: number,
  losses: number,
  [sliceWins, sliceLosses]: readonly [number, number],
): Evidence[] {
  return [
    { id: 'primary', sample: binary(10_000, wins, losses) },
    { id: 'guardrails[0]', slice: 'lang=de', sample: binary(2000, sliceWins, sliceLosses) },
    { id: 'guardrails[1]', sample: { kind: 'value', candidate: 3400, baseline: 3350 } },
  ];
}

describe('a verdict', () => {
  it('of a pass shows everything, and is read as it was written', () => {
    const verdict = verdictOn(evidence(400, 200, [40, 20]), { ...slices, negativeControl: true });
    expect(verdict).toMatchObject({ state: 'pass', control: { broken: false } });
    expect(verdict.criteria[0]?.scores).toMatchObject({ estimate: 0.02 });
    expect(decodeVerdict(encodeVerdict(verdict))).toEqual(verdict);
  });

  it('of one bit hides every score and which criterion was missed, but not a size', () => {
    const verdict = verdictOn(evidence(320, 280, [10, 150]), slices);
    expect(verdict.state).toBe('fail');
    expect(verdict.criteria.map(({ outcome }) => outcome)).toEqual(['hidden', 'hidden', 'met']);
    expect(verdict.criteria[0]).toMatchObject({
      n: 10_000,
      disagreement: 0.06,
      scores: { p: null, estimate: null },
    });
    expect(verdict.criteria[2]?.scores.candidate).toBe(3400);
    expect(verdict.worse).toEqual([]);
    expect(redact(verdict)).toEqual(verdict);
  });

  it('shows all where the policy does, or where nothing is counted', () => {
    const missed = evidence(320, 280, [10, 150]);
    const full = verdictOn(missed, { ...slices, disclosure: 'full' });
    expect(full.criteria.map(({ outcome }) => outcome)).toEqual(['missed', 'missed', 'met']);
    expect(full.worse).toMatchObject([{ slice: 'lang=de' }]);
    expect(verdictOn(missed, { ...slices, budget: null }).criteria[0]?.outcome).toBe('missed');
  });

  it('of one bit is the same to the byte for other labels, where neither passes', () => {
    const shares = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.nat({ max: 1500 }),
        fc.nat({ max: 400 }),
        fc.tuple(shares, shares, shares, shares),
        (pairs, slicePairs, [a, b, c, d]) => {
          const labelled = (won: number, sliceWon: number): Verdict => {
            const [wins, sliceWins] = [Math.floor(pairs * won), Math.floor(slicePairs * sliceWon)];
            return verdictOn(evidence(wins, pairs - wins, [sliceWins, slicePairs - sliceWins]), slices);
          };
          const [one, other] = [labelled(a, b), labelled(c, d)];
          if (one.state === 'pass' || other.state === 'pass') return;
          expect(encodeVerdict(one).equals(encodeVerdict(other))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of losses that are much alike is the same too: the spread is told up to one digit', () => {
    const primary = { test: 'superiority', metric: 'log_loss', minEffect: 0.1, better: 'lower' } as const;
    const of = (seed: number): Buffer =>
      encodeVerdict(verdictOn([{ id: 'primary', sample: mean(normals(500, 0, seed)) }], { primary }));
    expect(of(1).equals(of(2))).toBe(true);
  });

  it('is the same to the byte when the question is asked again', () => {
    const again = (): Buffer => encodeVerdict(verdictOn(evidence(400, 200, [40, 20]), slices));
    expect(again().equals(again())).toBe(true);
  });

  it('holds what was not asked, and says why', () => {
    const held = unaskedVerdict(
      { project: 'spam-filter', policy, read, budget: { ...budget, step: null } },
      reason('budget', { what: 'steps-used' }),
    );
    expect(held).toMatchObject({ state: 'inconclusive', alpha: null, criteria: [] });
    expect(decodeVerdict(encodeVerdict(held))).toEqual(held);
  });

  it('is refused where it was edited or is of a newer format', () => {
    const text = encodeVerdict(verdictOn(evidence(320, 280, [10, 150]), slices)).toString();
    for (const [from, to] of [
      ['"state":"fail"', '"state":"passed"'],
      ['"alpha":0.0005', '"alpha": 0.0005'],
      ['"formatVersion":1', '"formatVersion":2'],
      ['"worse":[]', '"worse":[],"note":1'],
    ] as const) {
      expect(text).toContain(from);
      const edited = Buffer.from(text.replace(from, to));
      expect(failureOf(() => decodeVerdict(edited)).code).toBe('ERR_ML_DOCUMENT_INVALID');
    }
  });
});

/** Documents of released formats: never edited. */
describe('documents of format 1', () => {
  const fixture = (name: string): Buffer => readFileSync(join(__dirname, '../fixtures', name));

  it('verdict.v1.json is read, and still written byte for byte', () => {
    const bytes = fixture('verdict.v1.json');
    const verdict = decodeVerdict(bytes);
    expect(verdict).toMatchObject({ state: 'fail', budget, read });
    expect(encodeVerdict(verdict).equals(bytes)).toBe(true);
  });

  it('budget-entries.v1.json are read, and still written', () => {
    const [a, b] = [question('a'), question('b')];
    const entries = [open(), step(a), step(b, true, true), override(a), retire('mails')];
    const stored = JSON.parse(fixture('budget-entries.v1.json').toString()) as readonly unknown[];
    expect(stored.map((payload) => decodeBudgetEntry(payload))).toEqual(entries);
    expect(entries.map((entry) => encodeBudgetEntry(entry))).toEqual(stored);
  });
});
