import { buildVerdict, unaskedVerdict, judge, reason } from '@nx-ml/core/gate';
import type { Evidence, GatePolicy, Verdict } from '@nx-ml/core/gate';
import { digestOf } from '@nx-ml/core/kernel';

import { policyOf } from './testing/policy-of.js';
import { verdictLine, verdictText } from './verdict-text.js';

const policy = policyOf('{ primary: { metric: accuracy, minEffect: 0.01 } }');
const read = {
  question: digestOf('question'),
  candidate: digestOf('candidate'),
  baseline: digestOf('baseline'),
  predictions: { candidate: digestOf('answers'), baseline: digestOf('other answers') },
  testSet: digestOf('mails'),
};
const budget = { testSet: 'mails-test', step: 7, steps: 100, promotions: 0, maxPromotions: 1 };
const input = { project: 'spam-filter', read, budget };

function verdictOn(
  evidence: readonly Evidence[],
  changes: Partial<GatePolicy> = {},
  floorsOnly = false,
): Verdict {
  const asked = { ...policy, ...changes };
  const alpha = asked.budget === null ? 0.05 : 0.0005;
  const judgement = judge({ policy: asked, alpha, floorsOnly, evidence });
  const readHere = floorsOnly ? { ...read, baseline: null } : read;
  const budgetHere = asked.budget === null ? null : budget;
  return buildVerdict({ ...input, policy: asked, read: readHere, budget: budgetHere }, { judgement, alpha });
}

function binary(n: number, wins: number, losses: number): Evidence['sample'] {
  const bothRight = Math.floor((n - wins - losses) * 0.9);
  const disagreement = { share: (wins + losses) / n, labelFree: true };
  return { kind: 'binary', n, candidateOnly: wins, baselineOnly: losses, bothRight, disagreement };
}

const primary = (n: number, wins: number, losses: number): Evidence => ({
  id: 'primary',
  sample: binary(n, wins, losses),
});

const guardrails = [
  { test: 'non-inferiority', metric: 'accuracy', margin: 0.02, better: 'higher', slice: 'lang=*' },
  { test: 'ratio', metric: 'latency.p95', maxRatio: 1.1 },
  { test: 'increase', metric: 'size', maxIncrease: 50_000_000 },
  { test: 'gap', metric: 'accuracy', across: 'lang', maxGap: 0.05 },
] as const;
const floors = [{ test: 'floor', metric: 'accuracy', limit: 'min', value: 0.9, slice: null }] as const;
const value = (id: string, candidate: number, baseline: number): Evidence => ({
  id,
  sample: { kind: 'value', candidate, baseline },
});
const share = (id: string, successes: number, n: number, slice?: string): Evidence => ({
  id,
  slice,
  sample: { kind: 'proportion', successes, n },
});

describe('verdictText', () => {
  it('says what would decide an inconclusive verdict, and hides the scores', () => {
    const evidence = [
      primary(1209, 50, 45),
      { id: 'guardrails[0]', slice: 'lang=de', sample: binary(61, 2, 1) },
      value('guardrails[1]', 6.1, 6),
      value('guardrails[2]', 3_400_000, 3_300_000),
      share('guardrails[3]', 570, 600, 'lang=de'),
      share('guardrails[3]', 580, 609, 'lang=en'),
      share('floors[0]', 1150, 1209),
    ];
    expect(verdictText(verdictOn(evidence, { guardrails, floors }))).toBe(
      `INCONCLUSIVE  spam-filter dda18a0e21ae against champion 8ba8496a2525 on mails-test (1,209 examples)

  primary     accuracy better, seen from 1 point on                 cannot tell with 1,209 (only 3.4 points); 14,000 would
  guardrails  accuracy of lang=de not worse by 2 points             cannot tell with 61 (only 20.5 points); 2,400 would
              latency.p95 at most 1.1 times the baseline’s          6.1 ms, the baseline 6 ms: holds
              size at most 50.0 MB more                             3.4 MB, the baseline 3.3 MB: holds
              accuracy alike across lang, within 5 points           cannot tell with 600 (only 9.2 points); 2,000 would
  floors      accuracy at least 0.9                                 1,209 examples could have shown it
  budget      step 7 of 100, promotion 0 of 1, alpha 0.0005 a step

  1,209 examples cannot show a gain of 1 point in accuracy at this budget; 14,000 would: label 12,791 more, or raise minEffect to 3.4 points.
  61 examples of lang=de cannot show that accuracy is not worse by 2 points at this budget; 2,400 would: label 2,339 more, or raise margin to 20.5 points.
  600 examples of the smallest slice cannot show that accuracy is alike within 5 points at this budget; 2,000 would: label 1,400 more, or raise maxGap to 9.2 points.
  nx-ml gate plan spam-filter shows the trade-offs. Scores stay hidden so that the test set stays honest.
`,
    );
  });

  it('shows all of a pass', () => {
    const text = verdictText(
      verdictOn([primary(10_000, 400, 200), share('floors[0]', 9500, 10_000)], { floors }),
    );
    expect(text).toMatch(/^PASS {2}spam-filter/);
    expect(text).toContain('shown: +2 points, p 1.2e-16');
    expect(text).toContain('shown: 0.95, at least 0.9424');
    expect(text).toContain(
      'nx-ml gate accept spam-filter makes it the accepted model; nx run spam-filter:promote packages it first',
    );
  });

  it('tells nothing more of a fail than that, and how many steps are left', () => {
    const text = verdictText(verdictOn([primary(40_000, 1400, 1400)]));
    expect(text).toMatch(/^FAIL /);
    expect(text).toContain('40,000 examples could have shown it');
    expect(text).toContain('Which criterion it was stays hidden. 93 steps are left for another candidate.');
    expect(text).not.toMatch(/, p \d|\+\d/);
  });

  it('shows scores where the policy does, and slices that got worse', () => {
    const evidence = [
      primary(40_000, 1400, 1300),
      { id: 'guardrails[0]', slice: 'lang=de', sample: binary(4000, 30, 300) },
      { id: 'guardrails[0]', slice: 'lang=en', sample: binary(36_000, 1370, 1000) },
    ];
    const text = verdictText(
      verdictOn(evidence, { guardrails: guardrails.slice(0, 1), disclosure: 'full', budget: null }),
    );
    expect(text).toContain('not shown: -6.75 points, p 1');
    expect(text).toContain('beyond chance at 0.05 over all slices: lang=de.');
    expect(text).toContain(
      'none: this is a plain test at alpha 0.05, which guarantees nothing when it is repeated',
    );
  });

  it('says of a first model that floors alone decided, or that nothing was asked', () => {
    expect(verdictText(verdictOn([share('floors[0]', 990, 1000)], { floors }, true))).toContain(
      'floors alone decided.',
    );
    expect(verdictText(verdictOn([], {}, true))).toContain('nothing was tested. Add `floors`');
  });
});

describe('verdictLine', () => {
  it.each<[string, Verdict, RegExp]>([
    ['pass', verdictOn([primary(10_000, 400, 200)]), /^pass$/],
    [
      'too few',
      verdictOn([primary(1209, 50, 45)]),
      /^inconclusive: 1,209 examples cannot show .* label 12,791 more, or raise minEffect to 3\.4 points\.$/,
    ],
    [
      'alike',
      verdictOn([primary(5000, 0, 0)]),
      /and no number would\. The two models differ on 0% of them, so that they cannot be 1 point apart\./,
    ],
    [
      'too large',
      verdictOn([primary(5000, 10, 10), value('guardrails[0]', 9e7, 1e6)], { guardrails: [guardrails[2]] }),
      /^fail: size is 90\.0 MB and misses its limit, which no label is needed for\.$/,
    ],
    [
      'not defined',
      verdictOn([{ id: 'primary', sample: { kind: 'none', why: 'accuracy needs labels' } }]),
      /^invalid: primary: accuracy needs labels$/,
    ],
  ])('%s', (_, verdict, expected) => {
    expect(verdictLine(verdict)).toMatch(expected);
  });

  it.each([
    ['steps-used', /^inconclusive: mails-test has answered all of its 100 questions: nx-ml gate retire/],
    ['promotions-used', /has promoted 1 model, which is what its budget allows/],
    ['retired', /were retired and cannot answer again/],
    ['budget-differs', /another budget or disclosure than the one that mails-test was opened with/],
  ])('of a budget that is %s', (what, expected) => {
    const held = unaskedVerdict(
      { ...input, policy, budget: { ...budget, step: null } },
      reason('budget', { what }),
    );
    expect(verdictLine(held)).toMatch(expected);
    expect(verdictText(held)).toContain('no step taken of 100, promotion 0 of 1');
  });

  it.each([
    ['gone', /^inconclusive: The journal of the test set was there, and is gone\.$/],
    ['answer-differs', /^inconclusive: The answer on record is not what judging again comes to/],
    ['judgement-differs', /^inconclusive: The answer on record was given by another version of nx-ml/],
    ['no disk', /^inconclusive: The journal of the test set cannot be read: no disk$/],
  ])('of a journal: %s', (what, expected) => {
    const held = unaskedVerdict({ ...input, policy, budget: null }, reason('journal', { what }));
    expect(verdictLine(held)).toMatch(expected);
    expect(verdictText(held)).toContain('nothing was asked, and no step was taken');
    expect(verdictText(held)).not.toContain('none: this is a plain test');
  });

  it('of the accepted model offers nothing to accept', () => {
    const verdict = unaskedVerdict({ ...input, policy, budget: null }, reason('accepted'), 'pass');
    expect(verdictText(verdict)).not.toContain('nx-ml gate accept');
  });
});
