import type { OpenStudy, StudyCounts, TuneEvent } from '@nx-ml/core/usecases/tune';

import { durationText } from './quantities.js';
import { objectiveText, valuesText } from './tune-words.js';

export interface TuneProgressOptions {
  readonly write: (text: string) => void;
  /** Milliseconds from an arbitrary start. */
  readonly now: () => number;
  /** Told at most this often, and where there is a new best. Milliseconds. */
  readonly every?: number;
}

/** A line for each new best, for each trial that fails, and now and then: how far it is, the best so far, the time left. */
export function tuneProgress(
  { project, policy }: Pick<OpenStudy, 'project' | 'policy'>,
  { write, now, every = 5000 }: TuneProgressOptions,
): (event: TuneEvent) => void {
  const started = now();
  let toldAt = started;
  let best: number | undefined;
  return (event) => {
    if (event.type === 'leader-begun')
      write(`${project.name}:tune  trial ${String(event.trial.number)} on seeds ${event.seeds.join(', ')}\n`);
    if (event.type !== 'trial-ended') return;
    const { trial, counts } = event;
    if (trial.state === 'failed')
      write(`${project.name}:tune  trial ${String(trial.number)} failed: ${trial.failure?.message ?? ''}\n`);
    const isNews = counts.best !== undefined && counts.best.number !== best;
    if (!isNews && now() - toldAt < every) return;
    toldAt = now();
    best = counts.best?.number;
    const left = leftText(counts, now() - started);
    write(`${project.name}:tune  ${farText(counts)}${bestText(counts)}${left}\n`);
  };

  function bestText({ best: trial }: StudyCounts): string {
    if (trial === undefined) return '';
    return `  best ${objectiveText(policy.objectives, trial)} (trial ${String(trial.number)}: ${valuesText(trial.values)})`;
  }
}

function farText({ ended, of, failed, pruned }: StudyCounts): string {
  const told = [
    ...(pruned === 0 ? [] : [`${String(pruned)} pruned`]),
    ...(failed === 0 ? [] : [`${String(failed)} failed`]),
  ];
  return `${String(ended)} of ${String(of)}${told.length === 0 ? '' : ` (${told.join(', ')})`}`;
}

/** As long a trial as those of this process took, one with another. */
function leftText({ ended, of, here }: StudyCounts, ms: number): string {
  if (here === 0 || ended >= of) return '';
  return `  about ${durationText((ms / here) * (of - ended))} left`;
}
