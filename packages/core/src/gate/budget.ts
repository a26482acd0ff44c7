import type { Digest } from '../kernel/index.js';
import { alphaPerStep } from './alpha-per-step.js';
import type { OpenEntry, OverrideEntry, StepEntry } from './budget-entry.js';
import { BudgetLedger } from './budget-ledger.js';

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
  const ledger = new BudgetLedger();
  for (const payload of payloads) ledger.take(payload);
  return stateOf(ledger);
}

function stateOf(ledger: BudgetLedger): BudgetState {
  const { opened, answers, retired, overrides } = ledger;
  const steps = [...answers.values()];
  const exhausted = exhaustedBy(ledger);
  return {
    opened,
    stepsUsed: steps.length,
    promotions: promotionsIn(steps),
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

/** What of an open budget is used up. */
export function exhaustedBy({
  opened,
  answers,
}: Pick<BudgetState, 'opened' | 'answers'>): BudgetState['exhausted'] {
  if (opened === null) return null;
  if (promotionsIn([...answers.values()]) >= opened.promotions) return 'promotions';
  return answers.size >= opened.steps ? 'steps' : null;
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
