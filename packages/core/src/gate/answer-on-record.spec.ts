import { canonicalJson, digestOf } from '../kernel/index.js';
import { judgementVersion, recordFault, stepEntryOf } from './answer-on-record.js';
import type { StepEntry } from './budget-entry.js';
import { reason } from './criterion-result.js';
import type { Evidence } from './evidence.js';
import { judge } from './judge.js';
import type { GatePolicy } from './policy.js';
import { policy, question } from './testing/budgets.js';
import { auc, binary, f1Table, mean, normals } from './testing/samples.js';
import { buildVerdict, unaskedVerdict } from './verdict/index.js';
import type { Verdict } from './verdict/index.js';

const asked = question('a');
const read = {
  question: asked.digest,
  candidate: digestOf('candidate'),
  baseline: digestOf('baseline'),
  predictions: { candidate: null, baseline: null },
  testSet: asked.testSet,
};
const budget = { testSet: 'mails', step: 7, steps: 100, promotions: 0, maxPromotions: 1 };
const at = '2026-01-31T12:00:00.000Z';

function verdictOn(evidence: readonly Evidence[], changes: Partial<GatePolicy> = {}): Verdict {
  const whole = { ...policy, ...changes };
  const judgement = judge({ policy: whole, alpha: 0.0005, floorsOnly: false, evidence });
  return buildVerdict({ project: 'm', policy: whole, read, budget }, { judgement, alpha: 0.0005 });
}

const held = verdictOn([{ id: 'primary', sample: binary(10_000, 300, 300) }]);
const passed = verdictOn([{ id: 'primary', sample: binary(10_000, 400, 200) }]);

describe('recordFault', () => {
  it.each([
    ['a pass', passed],
    ['what was held', held],
    ['a first model', { ...passed, read: { ...read, baseline: null } }],
  ])('%s is believed where judging again comes to it', (_, verdict) => {
    expect(recordFault(stepEntryOf(asked, verdict, at), asked, verdict)).toBeUndefined();
  });

  it('is of another project’s answer to the same question as of one’s own', () => {
    const entry = stepEntryOf(asked, { ...passed, project: 'other' }, at);
    expect(recordFault(entry, asked, passed)).toBeUndefined();
  });

  it.each<[string, Partial<StepEntry>]>([
    ['says that it passed', { passed: true }],
    ['names the verdict of a pass', { passed: true, verdict: stepEntryOf(asked, passed, at).verdict }],
    ['names a verdict that says no more of itself', { verdict: digestOf('anything') }],
    ['calls itself the first', { first: true }],
    ['names another test set', { testSet: digestOf('other examples') }],
  ])('none is believed that %s', (_, forged) => {
    const entry = { ...stepEntryOf(asked, held, at), ...forged };
    expect(recordFault(entry, asked, held)).toBe('answer-differs');
  });

  it('a pass that calls itself none is none: its promotion would not be counted', () => {
    const entry = { ...stepEntryOf(asked, passed, at), passed: false };
    expect(recordFault(entry, asked, passed)).toBe('answer-differs');
  });

  it('says where another version of the judgement gave it', () => {
    const entry = { ...stepEntryOf(asked, held, at), verdict: digestOf('what it came to then') };
    const other = { ...entry, judgement: judgementVersion + 1 };
    expect(recordFault(other, asked, held)).toBe('judgement-differs');
    const { judgement, ...unsaid } = entry;
    expect(judgement).toBe(judgementVersion);
    expect(recordFault(unsaid, asked, held)).toBe('answer-differs');
  });

  it('never believes what was not asked', () => {
    const about = { project: 'm', policy, read, budget: null };
    const entry = stepEntryOf(asked, passed, at);
    expect(recordFault(entry, asked, unaskedVerdict(about, reason('journal')))).toBe('answer-differs');
  });
});

/** Answers on record are judged again by whatever version of nx-ml reads them. */
it('judgementVersion is raised when the same evidence comes to other bytes', () => {
  const of = (metric: string, minEffect: number): Partial<GatePolicy> => ({
    primary: { test: 'superiority', metric, minEffect, better: null },
    disclosure: 'full',
    negativeControl: true,
  });
  const slices = [
    { test: 'non-inferiority', metric: 'accuracy', margin: 0.05, better: 'higher', slice: 'lang=*' },
    { test: 'gap', metric: 'accuracy', across: 'lang', maxGap: 0.1 },
  ] as const;
  const floors = [
    { test: 'floor', metric: 'accuracy', limit: 'min', value: 0.8, slice: null },
    { test: 'floor', metric: 'mae', limit: 'max', value: 2, slice: null },
  ] as const;
  const groups = Int32Array.from({ length: 300 }, (_, index) => index % 40);
  const verdicts = [
    held,
    passed,
    verdictOn(
      [
        { id: 'primary', sample: binary(5000, 200, 100) },
        { id: 'guardrails[0]', slice: 'lang=de', sample: binary(900, 20, 70) },
        { id: 'guardrails[1]', slice: 'lang=de', sample: { kind: 'proportion', successes: 800, n: 900 } },
        { id: 'guardrails[1]', slice: 'lang=en', sample: { kind: 'proportion', successes: 3900, n: 4100 } },
        { id: 'floors[0]', sample: { kind: 'proportion', successes: 4700, n: 5000 } },
        { id: 'floors[1]', sample: { kind: 'level', values: normals(300, -1), groups } },
      ],
      { ...of('accuracy', 0.02), guardrails: slices, floors },
    ),
    verdictOn([{ id: 'primary', sample: mean(normals(300, 0.4)) }], of('log_loss', 0.1)),
    verdictOn([{ id: 'primary', sample: mean(normals(300, 0.1), groups) }], of('log_loss', 0.1)),
    verdictOn([{ id: 'primary', sample: auc(400, 1.5, 1) }], of('auc', 0.02)),
    verdictOn([{ id: 'primary', sample: f1Table([60, 9, 20, 11, 12, 14, 50, 70]) }], of('f1.1', 0.02)),
  ];
  expect([judgementVersion, digestOf(canonicalJson(verdicts as never))]).toEqual([
    1,
    'sha256:60450ea6ae3d34827a6973cba4d2d6fbbdb5df079e7ccc458b153a86ebe79e94',
  ]);
});
