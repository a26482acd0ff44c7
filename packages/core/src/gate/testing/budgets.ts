import { digestOf } from '../../kernel/index.js';
import type { BudgetEntry, OpenEntry, StepEntry } from '../budget-entry.js';
import type { GatePolicy } from '../policy.js';
import type { Question } from '../plan-step.js';

const at = '2026-01-31T12:00:00.000Z';

/** `gate: accuracy`, with all defaults. */
export const policy: GatePolicy = {
  primary: { test: 'superiority', metric: 'accuracy', minEffect: 0.02, better: 'higher' },
  guardrails: [],
  floors: [],
  alpha: 0.05,
  budget: { steps: 100, promotions: 1 },
  power: 0.8,
  disclosure: 'bit',
  testSet: null,
  seed: null,
  negativeControl: false,
};

export function open(changes: Partial<OpenEntry> = {}): OpenEntry {
  return {
    formatVersion: 1,
    type: 'open',
    at,
    steps: 100,
    promotions: 1,
    alpha: 0.05,
    disclosure: 'bit',
    ...changes,
  };
}

export function question(name: string, testSet = 'mails'): Question {
  return { digest: digestOf(`question ${name}`), testSet: digestOf(`test set ${testSet}`) };
}

export function step(asked: Question, passed = false, first?: boolean): StepEntry {
  return {
    formatVersion: 1,
    type: 'step',
    at,
    project: 'spam-filter',
    question: asked.digest,
    testSet: asked.testSet,
    passed,
    verdict: digestOf(`verdict of ${asked.digest}`),
    ...(first === undefined ? {} : { first }),
  };
}

export function retire(...testSets: readonly string[]): BudgetEntry {
  const digests = testSets.map((name) => digestOf(`test set ${name}`));
  return {
    formatVersion: 1,
    type: 'retire',
    at,
    reason: 'used up',
    by: 'somebody',
    testSets: digests,
  };
}

export function override(asked: Question): BudgetEntry {
  const verdict = digestOf(`verdict of ${asked.digest}`);
  return {
    formatVersion: 1,
    type: 'override',
    at,
    project: 'spam-filter',
    question: asked.digest,
    verdict,
    reason: 'a customer waits',
    by: 'somebody',
  };
}
