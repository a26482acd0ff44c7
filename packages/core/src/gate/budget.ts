import { MlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { alphaPerStep } from './alpha-per-step.js';
import { decodeBudgetEntry } from './budget-entry.js';
import type { BudgetEntry, OpenEntry, OverrideEntry, RetireEntry, StepEntry } from './budget-entry.js';

/** What of a test set is used, by its journal. */
export interface BudgetState {
  /** As it was opened; null before the first question, and after the set was retired. */
  readonly opened: OpenEntry | null;
  readonly stepsUsed: number;
  /** Passes that count: see below. */
  readonly promotions: number;
  /** Steps that can still be taken: 0 when the promotions are used up. */
  readonly left: number;
  /** The level of every step; null while nothing is open. */
  readonly alphaPerStep: number | null;
  readonly exhausted: 'steps' | 'promotions' | null;
  /** Since it was opened, by question. */
  readonly answers: ReadonlyMap<Digest, StepEntry>;
  /** Contents that have answered since it was opened. */
  readonly testSets: ReadonlySet<Digest>;
  /** Contents that may never answer again. */
  readonly retired: ReadonlySet<Digest>;
  readonly overrides: readonly OverrideEntry[];
}

/** Filled in place, so that a long journal is read in a time that grows with its length alone. */
interface Counted {
  opened: OpenEntry | null;
  readonly answers: Map<Digest, StepEntry>;
  readonly retired: Set<Digest>;
  readonly overrides: OverrideEntry[];
}

/**
 * Reads the journal of a test set, whose chain the caller has verified.
 *
 * A pass of a first model counts as a promotion too, unless it was the very first answer: after other answers, which model became the
 * baseline tells of the test set, and the comparisons that follow would be made on a history that nothing paid for.
 *
 * @param payloads in the order of the journal.
 * @throws MlError ERR_ML_DOCUMENT_INVALID for an entry that is none, ERR_ML_JOURNAL_BROKEN for entries that cannot follow one another.
 */
export function budgetState(payloads: readonly unknown[]): BudgetState {
  const counted: Counted = { opened: null, answers: new Map(), retired: new Set(), overrides: [] };
  payloads.forEach((payload, index) => {
    count(counted, decodeBudgetEntry(payload), index);
  });
  return stateOf(counted);
}

function count(counted: Counted, entry: BudgetEntry, index: number): void {
  switch (entry.type) {
    case 'open':
      if (counted.opened !== null) throw outOfPlace('opens a budget that is open', index);
      counted.opened = entry;
      return;
    case 'step':
      countStep(counted, entry, index);
      return;
    case 'override':
      counted.overrides.push(entry);
      return;
    case 'retire':
      retire(counted, entry);
  }
}

/** An answer that stands twice was given once. */
function countStep({ opened, answers, retired }: Counted, entry: StepEntry, index: number): void {
  if (opened === null) throw outOfPlace('takes a step of a budget that is not open', index);
  if (retired.has(entry.testSet)) throw outOfPlace('asks a test set that was retired', index);
  if (!answers.has(entry.question)) answers.set(entry.question, entry);
}

/** What has answered is retired with the rest, whatever the entry lists. */
function retire(counted: Counted, { testSets }: RetireEntry): void {
  for (const testSet of testSets) counted.retired.add(testSet);
  for (const { testSet } of counted.answers.values()) counted.retired.add(testSet);
  counted.opened = null;
  counted.answers.clear();
}

function stateOf({ opened, answers, retired, overrides }: Counted): BudgetState {
  const steps = [...answers.values()];
  const promotions = promotionsIn(steps);
  const exhausted = opened === null ? null : exhaustedBy(opened, steps.length, promotions);
  return {
    opened,
    stepsUsed: steps.length,
    promotions,
    left: opened === null || exhausted !== null ? 0 : opened.steps - steps.length,
    alphaPerStep: opened === null ? null : levelOf(opened),
    exhausted,
    answers,
    testSets: new Set(steps.map(({ testSet }) => testSet)),
    retired,
    overrides,
  };
}

/** Passes that count, among the answers of an open budget from its first on. */
export function promotionsIn(steps: readonly StepEntry[]): number {
  return steps.filter(({ passed, first }, index) => passed && !(first === true && index === 0)).length;
}

function exhaustedBy(opened: OpenEntry, steps: number, promotions: number): BudgetState['exhausted'] {
  if (promotions >= opened.promotions) return 'promotions';
  return steps >= opened.steps ? 'steps' : null;
}

/** The level of a step of such a budget; scores that are shown are charged as if every answer could be a pass. */
export function levelOf({
  steps,
  promotions,
  alpha,
  disclosure,
}: Pick<OpenEntry, 'steps' | 'promotions' | 'alpha' | 'disclosure'>): number {
  return alphaPerStep({
    maxSteps: steps,
    maxPromotions: disclosure === 'full' ? steps : promotions,
    alpha,
  });
}

function outOfPlace(what: string, index: number): MlError {
  return new MlError('ERR_ML_JOURNAL_BROKEN', {
    message: `Entry ${String(index)} of a test set's budget ${what}`,
    fix: 'Restore the journal from a copy; if it is lost, take a new test set and open a budget for it.',
  });
}
