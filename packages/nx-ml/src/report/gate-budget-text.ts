import type { TestSetReading } from '@nx-ml/core/usecases/gate';

import { countText, numberText } from './quantities.js';

export interface UsedTestSet {
  readonly testSet: string;
  /** Whose gates ask it. */
  readonly projects: readonly string[];
  /** False where all of them say `budget: none`. */
  readonly isCounted: boolean;
  readonly reading: TestSetReading;
}

/** One test set in columns. */
export function budgetRow({ testSet, projects, isCounted, reading }: UsedTestSet): readonly string[] {
  const others = projects.filter((project) => project !== testSet);
  const name = others.length === 0 ? testSet : `${testSet} (${others.join(', ')})`;
  if (reading.kind === 'unreadable') return [name, reading.error.message];
  if (reading.kind === 'forgotten') return [name, forgottenText[reading.how]];
  const { opened, stepsUsed, promotions, alphaPerStep, exhausted, overrides } = reading.state;
  if (opened === null) return [name, isCounted ? 'not opened yet' : 'not counted: budget none'];
  return [
    name,
    `${String(stepsUsed)} of ${countText(opened.steps, 'step')}`,
    `${String(promotions)} of ${countText(opened.promotions, 'promotion')}`,
    `each at ${numberText(alphaPerStep ?? 0)}`,
    [
      ...(exhausted === null ? [] : ['used up: retire it for new examples']),
      ...(overrides.length === 0 ? [] : [countText(overrides.length, 'override')]),
    ].join(', '),
  ];
}

const forgottenText = {
  gone: 'its journal is gone: restore it, or name a new test set (gate: testSet:)',
  shorter: 'entries at the end of its journal are missing: restore it',
  other: 'its journal is another one than was seen before: restore it',
} as const;
