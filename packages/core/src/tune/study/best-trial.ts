import type { Objective } from './objective.js';
import type { StudyView } from './study-view.js';
import type { StudyState, Trial } from './study-state.js';
import type { TrialValues } from './trial-params.js';

/** The means over seeds of what was measured, one an objective; none of a trial that measured nothing. */
export function meansOf({ seeds }: Pick<Trial, 'seeds'>): readonly number[] {
  const [first] = seeds;
  if (first === undefined) return [];
  return first.values.map(
    (_, objective) => seeds.reduce((sum, { values }) => sum + (values[objective] ?? NaN), 0) / seeds.length,
  );
}

/** Of trials that ended well the best by its mean, the earlier one of equals. */
export function bestByMean<T extends Trial>(
  trials: readonly T[],
  objective: Pick<Objective, 'direction'>,
): T | undefined {
  let best: { readonly trial: T; readonly gain: number } | undefined;
  for (const trial of trials) {
    const gain = gainOf(trial, objective);
    if (gain !== undefined && (best === undefined || gain > best.gain)) best = { trial, gain };
  }
  return best?.trial;
}

/** Those that ended well first, the best before the others; then the rest by number. */
export function byMean<T extends Trial>(
  trials: readonly T[],
  objective: Pick<Objective, 'direction'>,
): readonly T[] {
  const gain = (trial: T): number => gainOf(trial, objective) ?? -Infinity;
  return [...trials].sort((a, b) => {
    const [one, other] = [gain(a), gain(b)];
    return one === other ? a.number - b.number : other - one;
  });
}

/** More is better; undefined of a trial that did not end well. */
function gainOf(trial: Trial, { direction }: Pick<Objective, 'direction'>): number | undefined {
  const mean = trial.state === 'complete' ? meansOf(trial)[0] : undefined;
  return mean === undefined ? undefined : direction === 'maximize' ? mean : -mean;
}

/** The values of the best trial of what was tuned last before this code and data: likely no bad ones for these either. */
export function earlierBest(
  { trials }: StudyState,
  view: StudyView,
  objective: Objective,
): TrialValues | undefined {
  const last = trials.findLast(({ context }) => context !== view.scope.context)?.context;
  if (last === undefined) return undefined;
  const best = bestByMean(
    trials.filter(({ context }) => context === last),
    objective,
  );
  return best === undefined ? undefined : view.valuesIn(best.params);
}
