import { meansOf } from '@nx-ml/core/tune/study';
import type { Objective, ScopedTrial, TrialValues } from '@nx-ml/core/tune/study';

import { numberText } from './quantities.js';

/** `accuracy 0.981`, and each further objective. */
export function objectiveText(objectives: readonly Objective[], trial: ScopedTrial): string {
  const means = meansOf(trial);
  return objectives
    .flatMap(({ metric }, index) => {
      const value = means[index];
      return value === undefined ? [] : [`${metric} ${numberText(value)}`];
    })
    .join(', ');
}

/** `alpha 0.32, stemmer porter`. */
export function valuesText(values: TrialValues): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(', ');
}

/** As it is: a parameter that is shown rounded is another one. */
export function valueText(value: TrialValues[string] | undefined): string {
  return value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}
