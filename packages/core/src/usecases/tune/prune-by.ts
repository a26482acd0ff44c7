import type { TunePolicy } from '../../manifest/index.js';
import { ashaPruner, courseOf, halvingPruner, medianPruner } from '../../tune/pruners/index.js';
import type { Course, Pruner } from '../../tune/pruners/index.js';
import type { ScopedTrial, StepValue } from '../../tune/study/index.js';
import type { IsHopeless } from './trial-watch.js';

/** What trials of this process have told so far, by their numbers: the journal knows of them when they have ended. */
export type Underway = ReadonlyMap<number, readonly StepValue[]>;

/** Whether a trial is worth its end, by the pruner that ml.yaml names; undefined where it names none. */
export function pruneBy(
  policy: TunePolicy,
  trials: () => readonly ScopedTrial[],
  underway: Underway,
): ((trial: number) => IsHopeless) | undefined {
  const pruner = prunerOf(policy);
  if (pruner === undefined) return undefined;
  return (number) => (steps) => {
    const others = trials()
      .filter((other) => other.number !== number)
      .map((other) => courseOfTrial(other, underway));
    return pruner.reasonToEnd(courseIn(number, 'running', steps), others) !== undefined;
  };
}

/** One in three goes on, and the first are judged after the first step that they tell. */
const rungs = { least: 1, reduction: 3 } as const;

function prunerOf({ pruner, objectives: [{ direction }] }: TunePolicy): Pruner | undefined {
  switch (pruner) {
    case 'none':
      return undefined;
    case 'asha':
      return ashaPruner({ direction, ...rungs });
    case 'halving':
      return halvingPruner({ direction, ...rungs });
    case 'median':
      return medianPruner({ direction });
  }
}

function courseOfTrial({ number, state, steps }: ScopedTrial, underway: Underway): Course {
  if (state !== 'asked') return courseIn(number, state, steps);
  return courseIn(number, 'running', underway.get(number) ?? []);
}

function courseIn(number: number, state: Course['state'], steps: readonly StepValue[]): Course {
  return courseOf(
    number,
    state,
    steps.map(({ step, value }) => ({ resource: step, value })),
  );
}
