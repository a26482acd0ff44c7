import fc from 'fast-check';

import { digestOf } from '../kernel/index.js';
import { failureOf } from '../kernel/testing/failure-of.js';
import { budgetState, levelOf } from './budget.js';
import type { BudgetEntry, StepEntry } from './budget-entry.js';
import { BudgetLedger } from './budget-ledger.js';
import { decodeBudgetEntry, encodeBudgetEntry } from './budget-entry.js';
import { planStep, questionOf } from './plan-step.js';
import { checkRemembered } from './remembered.js';
import { spendingFault } from './spending.js';
import { open, override, policy, question, retire, step } from './testing/budgets.js';

const [a, b, c] = [question('a'), question('b'), question('c')];

describe('BudgetLedger', () => {
  it('tells what can follow, and changes nothing by that', () => {
    const ledger = new BudgetLedger();
    expect(failureOf(() => ledger.check(step(a))).code).toBe('ERR_ML_JOURNAL_BROKEN');
    expect(ledger.check(open())).toEqual(open());
    expect([ledger.length, ledger.opened]).toEqual([0, null]);
  });

  it('takes in nothing of what cannot follow', () => {
    const ledger = new BudgetLedger();
    for (const entry of [open(), step(a), retire()]) ledger.take(entry);
    for (const wrong of [step(b), { type: 'junk' }, null])
      failureOf(() => {
        ledger.take(wrong);
      });
    expect([ledger.length, [...ledger.retired]]).toEqual([3, [a.testSet]]);
    ledger.take(open());
    expect(failureOf(() => ledger.check(step(b))).message).toContain('Entry 4');
  });
});

describe('spendingFault', () => {
  it.each<[string, readonly BudgetEntry[], BudgetEntry, string | undefined]>([
    ['an opening', [], open(), undefined],
    ['a new question', [open(), step(a)], step(b), undefined],
    ['a question again', [open(), step(a)], step(a, true), 'asked'],
    [
      'the same question of the next life',
      [open(), step(a), retire(), open()],
      step(question('a', 'new')),
      undefined,
    ],
    ['a step too many', [open({ steps: 1 }), step(a)], step(b), 'used-up'],
    ['a step after the last promotion', [open(), step(a, true)], step(b), 'used-up'],
    ['a retirement', [open()], retire(), 'no-spending'],
    ['an override', [open()], override(a), 'no-spending'],
  ])('of %s', (_, before, entry, fault) => {
    const ledger = new BudgetLedger();
    for (const each of before) ledger.take(each);
    expect(spendingFault(ledger, entry)).toBe(fault);
  });
});

describe('budgetState', () => {
  it('is nothing at all before the first question', () => {
    expect(budgetState([])).toMatchObject({ opened: null, stepsUsed: 0, left: 0, alphaPerStep: null });
  });

  it('counts answers, and a repeated one once', () => {
    const state = budgetState([open(), step(a), step(b), step(a)]);
    expect(state).toMatchObject({ stepsUsed: 2, left: 98, promotions: 0, alphaPerStep: 0.0005 });
    expect(state.answers.get(b.digest)).toEqual(step(b));
  });

  it('is used up by its promotions, or by its steps', () => {
    expect(budgetState([open(), step(a, true)])).toMatchObject({ exhausted: 'promotions', left: 0 });
    expect(budgetState([open({ steps: 2 }), step(a), step(b)])).toMatchObject({ exhausted: 'steps' });
  });

  it('counts the pass of a first model, unless it was the first answer of all', () => {
    expect(budgetState([open(), step(a, true, true)])).toMatchObject({ promotions: 0, left: 99 });
    expect(budgetState([open(), step(a, false, true), step(b, true, true)])).toMatchObject({
      promotions: 1,
      exhausted: 'promotions',
    });
  });

  it('begins anew after a retirement, which keeps every content that answered', () => {
    const state = budgetState([open(), step(a, true), override(b), retire('old'), open({ steps: 5 })]);
    expect(state).toMatchObject({ stepsUsed: 0, promotions: 0, left: 5, exhausted: null });
    expect([...state.retired].sort()).toEqual([a.testSet, digestOf('test set old')].sort());
    expect(state.overrides).toHaveLength(1);
  });

  it.each<[string, readonly unknown[], string]>([
    ['a step without a budget', [step(a)], 'ERR_ML_JOURNAL_BROKEN'],
    ['a second opening', [open(), open()], 'ERR_ML_JOURNAL_BROKEN'],
    ['a retired set that answers', [retire('mails'), open(), step(a)], 'ERR_ML_JOURNAL_BROKEN'],
    ['another kind of entry', [{ ...open(), type: 'grant' }], 'ERR_ML_DOCUMENT_INVALID'],
    ['more promotions than steps', [open({ steps: 1, promotions: 2 })], 'ERR_ML_DOCUMENT_INVALID'],
    ['a key too many', [{ ...step(a), free: true }], 'ERR_ML_DOCUMENT_INVALID'],
    ['a newer format', [{ ...open(), formatVersion: 2 }], 'ERR_ML_DOCUMENT_INVALID'],
    ['no entry at all', [null], 'ERR_ML_DOCUMENT_INVALID'],
  ])('refuses %s', (_, payloads, code) => {
    expect(failureOf(() => budgetState(payloads)).code).toBe(code);
  });

  it('writes what it reads', () => {
    for (const entry of [open(), step(a, true, true), override(a), retire('mails')])
      expect(decodeBudgetEntry(encodeBudgetEntry(entry))).toEqual(entry);
  });
});

describe('planStep', () => {
  it('takes the next step, and opens the set first where it has to', () => {
    const opening = { steps: 100, promotions: 1, alpha: 0.05, disclosure: 'bit' };
    expect(planStep(budgetState([]), a, policy)).toEqual({
      kind: 'take',
      step: 1,
      left: 99,
      promotions: 0,
      alpha: 0.0005,
      open: opening,
    });
    expect(planStep(budgetState([open(), step(a)]), b, policy)).toMatchObject({ step: 2, open: null });
  });

  it('gives a known answer again, also when the set is used up', () => {
    const state = budgetState([open(), step(a, true)]);
    expect(planStep(state, a, policy)).toEqual({ kind: 'known', answer: step(a, true) });
    expect(planStep(state, b, policy)).toEqual({ kind: 'refused', reason: { code: 'promotions-used' } });
  });

  it('takes no answer for known that was given under another budget', () => {
    const lavish = budgetState([open({ steps: 1, alpha: 0.99 }), step(a, true)]);
    expect(planStep(lavish, a, policy)).toMatchObject({ reason: { code: 'budget-differs' } });
  });

  it('never asks a content that was retired, and never has a new budget by another ml.yaml', () => {
    const retired = budgetState([open(), step(a), retire()]);
    expect(planStep(retired, c, policy)).toEqual({ kind: 'refused', reason: { code: 'retired' } });
    expect(planStep(retired, question('d', 'new'), policy)).toMatchObject({ kind: 'take', step: 1 });
    const changes = [
      { budget: { steps: 200, promotions: 1 } },
      { budget: { steps: 100, promotions: 2 } },
      { alpha: 0.1 },
      { disclosure: 'full' },
    ] as const;
    for (const change of changes)
      expect(planStep(budgetState([open()]), a, { ...policy, ...change })).toMatchObject({
        kind: 'refused',
        reason: { code: 'budget-differs', opened: { steps: 100 } },
      });
  });

  it('counts nothing where there is no budget', () => {
    expect(planStep(budgetState([open(), step(a, true)]), b, { ...policy, budget: null })).toEqual({
      kind: 'uncounted',
      alpha: 0.05,
    });
  });

  it('is another question for another policy, candidate, baseline or test set', () => {
    const parts = { candidate: a.digest, baseline: null, testSet: a.testSet, policy };
    const others = [
      { ...parts, candidate: b.digest },
      { ...parts, baseline: b.digest },
      { ...parts, testSet: b.digest },
      { ...parts, policy: { ...policy, power: 0.9 } },
    ];
    const digests = [parts, ...others].map((each) => questionOf(each).digest);
    expect(new Set(digests).size).toBe(5);
    expect(questionOf({ ...parts })).toEqual(questionOf(parts));
  });

  it('charges scores that are shown as full adaptivity', () => {
    const opening = { steps: 5, promotions: 1, alpha: 0.05 };
    expect(levelOf({ ...opening, disclosure: 'bit' })).toBe(0.01);
    expect(levelOf({ ...opening, disclosure: 'full' })).toBeCloseTo(0.05 / 31, 12);
  });
});

/**
 * Jobs that share one journal, each planning on what it read some time ago; compare-and-append lets one win each position. What a job
 * appended at its turn must be what a single job could have.
 */
describe('any interleaving of jobs', () => {
  const move = fc.record({
    job: fc.nat({ max: 3 }),
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    act: fc.constantFrom('read', 'append', 'append', 'append', 'crash', 'retire'),
    passes: fc.boolean(),
    testSet: fc.constantFrom('one', 'two', 'three'),
  });
  const budget = fc
    .record({ steps: fc.integer({ min: 1, max: 5 }), promotions: fc.integer({ min: 1, max: 5 }) })
    .map(({ steps, promotions }) => ({ steps, promotions: Math.min(steps, promotions) }));

  it('spends no step twice, none beyond the budget, and lets no retired set answer', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), budget, (moves, allowed) => {
        const asked = { ...policy, budget: allowed };
        const journal: BudgetEntry[] = [];
        const seen = new Map<number, number>();
        for (const { job, name, act, passes, testSet } of moves) {
          const length = seen.get(job) ?? 0;
          if (act === 'read' || act === 'crash') seen.set(job, journal.length);
          else if (length !== journal.length)
            seen.set(job, journal.length); // Somebody was faster: read again.
          else {
            const state = budgetState(journal.slice(0, length));
            const plan = planStep(state, question(name, testSet), asked);
            if (act === 'retire') journal.push(retire());
            else if (plan.kind === 'take')
              journal.push(plan.open === null ? step(question(name, testSet), passes) : open(plan.open));
            seen.set(job, journal.length);
          }
        }
        checkLives(journal, allowed);
      }),
      { numRuns: 500 },
    );
  });

  interface Life {
    readonly questions: Set<string>;
    readonly sets: Set<string>;
    passed: number;
  }

  interface Allowed {
    readonly steps: number;
    readonly promotions: number;
  }

  function checkLives(journal: readonly BudgetEntry[], allowed: Allowed): void {
    const everRetired = new Set<string>();
    let life: Life = { questions: new Set(), passed: 0, sets: new Set() };
    for (const entry of journal) {
      if (entry.type === 'retire') for (const set of life.sets) everRetired.add(set);
      if (entry.type === 'step') live(life, entry, allowed, everRetired);
      else life = { questions: new Set(), passed: 0, sets: new Set() };
    }
    expect(budgetState(journal).stepsUsed).toBe(life.questions.size);
  }

  function live(life: Life, entry: StepEntry, { steps, promotions }: Allowed, retired: Set<string>): void {
    expect(retired.has(entry.testSet)).toBe(false);
    expect(life.questions.has(entry.question)).toBe(false);
    expect(life.passed).toBeLessThan(promotions);
    life.questions.add(entry.question);
    life.sets.add(entry.testSet);
    if (entry.passed) life.passed += 1;
    expect(life.questions.size).toBeLessThanOrEqual(steps);
  }
});

describe('checkRemembered', () => {
  const entries = ['x', 'y', 'z'].map((name) => ({ digest: digestOf(name) }));
  const remembered = { length: 2, digest: digestOf('y') };

  it.each([
    [entries, remembered, undefined],
    [entries.slice(0, 2), remembered, undefined],
    [entries.slice(0, 1), remembered, 'shorter'],
    [[], remembered, 'gone'],
    [[...entries].reverse(), { length: 1, digest: digestOf('x') }, 'other'],
    [[], undefined, undefined],
  ])('%#', (journal, known, expected) => {
    expect(checkRemembered(journal, known)).toBe(expected);
  });
});
