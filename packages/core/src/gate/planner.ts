import { mcnemarMde } from '../stats/index.js';
import { levelOf } from './budget.js';
import { easemlExamples } from './easeml-examples.js';
import { examplesForGain, examplesForMargin, examplesForMean, marginShown } from './examples.js';
import type { Rates } from './examples.js';
import { isMeasuredOnce } from './metric-names.js';
import type { CriterionId, GatePolicy } from './policy.js';
import { criteriaOf } from './policy.js';
import { examplesForFloor } from './tests/floor.js';

/** What is known before anything is labelled. */
export interface PlanFacts {
  /** Share of examples on which candidate and baseline differ; needs no label. Without it a few are looked at. */
  readonly disagreement?: number | undefined;
  /** Standard deviation of the difference of two losses, for metrics that are no proportion. */
  readonly spread?: number | undefined;
  /** Examples that there are. */
  readonly have?: number | undefined;
}

export interface GatePlan {
  /** Of a step. */
  readonly alpha: number;
  readonly power: number;
  readonly budget: { readonly steps: number; readonly promotions: number; readonly alpha: number } | null;
  readonly metric: string;
  readonly test: 'superiority' | 'non-inferiority';
  /** `proportion`: by disagreement; `mean`: by spread; `value`: measured once, needs no example. */
  readonly by: 'proportion' | 'mean' | 'value';
  readonly rows: readonly PlanRow[];
  readonly floors: readonly PlanFloor[];
  readonly have: number | null;
}

export interface PlanRow {
  /** Gain or margin. */
  readonly effect: number;
  /** Share, or for a mean its spread. */
  readonly disagreement: number;
  /** What ml.yaml asks for. */
  readonly isAsked: boolean;
  /** null where no number is enough. */
  readonly examples: number | null;
  /** The same by ease.ml/ci's rule; null where it has none. */
  readonly bennett: number | null;
  readonly hoeffding: number | null;
  /** What the examples that there are can show; null where that is not asked, or nothing. */
  readonly shown: number | null;
}

export interface PlanFloor {
  readonly id: CriterionId;
  readonly metric: string;
  readonly min: number;
  readonly slice: string | null;
  readonly examples: number | null;
}

const usualDisagreements = [0.02, 0.05, 0.1, 0.2, 0.3] as const;
const around = [0.5, 1, 1.5, 2] as const;

/** How many examples the policy needs, for what it asks and for effects about it, under its budget. */
export function planGate(policy: GatePolicy, facts: PlanFacts = {}): GatePlan {
  const { primary, budget, power, alpha, disclosure } = policy;
  const level = budget === null ? alpha : levelOf({ ...budget, alpha, disclosure });
  const by = kindOf(primary.metric);
  const asked = primary.test === 'superiority' ? primary.minEffect : primary.margin;
  const spreads = spreadsOf(by, facts);
  const rates = { alpha: level, power };
  const rows = spreads.flatMap((spread) =>
    around.map((factor) => rowOf(policy, { by, rates, effect: asked * factor, spread, facts })),
  );
  return {
    ...{ alpha: level, power, metric: primary.metric, test: primary.test, by, rows },
    budget: budget === null ? null : { ...budget, alpha },
    floors: floorsOf(policy, rates),
    have: facts.have ?? null,
  };
}

const proportions = ['accuracy', 'f1.micro'];

function kindOf(metric: string): GatePlan['by'] {
  if (isMeasuredOnce(metric)) return 'value';
  return proportions.includes(metric) || metric.startsWith('behaviour.') ? 'proportion' : 'mean';
}

function spreadsOf(by: GatePlan['by'], { disagreement, spread }: PlanFacts): readonly number[] {
  if (by === 'value') return [];
  if (by === 'mean') return spread === undefined ? [] : [spread];
  return disagreement === undefined ? usualDisagreements : [disagreement];
}

interface RowInput {
  readonly by: GatePlan['by'];
  readonly rates: Rates;
  readonly effect: number;
  readonly spread: number;
  readonly facts: PlanFacts;
}

function rowOf(policy: GatePolicy, input: RowInput): PlanRow {
  const { effect, spread, facts, rates } = input;
  const { test } = policy.primary;
  const asked = policy.primary.test === 'superiority' ? policy.primary.minEffect : policy.primary.margin;
  const isGain = test === 'superiority' && input.by === 'proportion';
  return {
    effect,
    disagreement: spread,
    isAsked: effect === asked,
    examples: examplesOf(test, input),
    bennett: isGain ? easemlOf(policy, input, 'bennett') : null,
    hoeffding: isGain ? easemlOf(policy, input, 'hoeffding') : null,
    shown: facts.have === undefined ? null : shownBy(test, { rates, spread, by: input.by, n: facts.have }),
  };
}

function examplesOf(test: GatePlan['test'], { by, rates, effect, spread }: RowInput): number | null {
  if (by === 'mean') return examplesForMean(rates, { variance: spread ** 2, effect });
  return test === 'superiority'
    ? examplesForGain(rates, { disagreement: spread, effect })
    : examplesForMargin(rates, { disagreement: spread, margin: effect });
}

function easemlOf(
  { budget, alpha, power }: GatePolicy,
  { effect, spread }: RowInput,
  bound: 'bennett' | 'hoeffding',
): number | null {
  const { steps, promotions } = budget ?? { steps: 1, promotions: 1 };
  return easemlExamples({ steps, promotions, alpha, power, disagreement: spread, effect }, bound);
}

function shownBy(
  test: GatePlan['test'],
  { rates, spread, by, n }: { rates: Rates; spread: number; by: GatePlan['by']; n: number },
): number | null {
  if (rates.alpha <= 0 || n < 1) return null;
  if (by === 'mean') {
    const forUnit = examplesForMean(rates, { variance: 1, effect: 0.01 });
    return forUnit === null ? null : spread * 0.01 * Math.sqrt(forUnit / n);
  }
  return test === 'superiority'
    ? mcnemarMde({ disagreement: spread, n, ...rates }).mde
    : marginShown(rates, n, spread);
}

function floorsOf(policy: GatePolicy, rates: Rates): readonly PlanFloor[] {
  return criteriaOf(policy, { floorsOnly: true }).flatMap(({ id, criterion }) => {
    if (criterion.test !== 'floor' || kindOf(criterion.metric) !== 'proportion') return [];
    const { metric, value, limit, slice } = criterion;
    const min = limit === 'min' ? value : 1 - value;
    return [{ id, metric, min, slice, examples: examplesForFloor(rates, min) }];
  });
}
