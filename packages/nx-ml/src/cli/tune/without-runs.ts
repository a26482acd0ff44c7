import type { MlEvent } from '@nx-ml/core/usecases';

import { liveProgress } from '../../report/live-progress.js';
import { systemClock } from '../../system-clock.js';

const told = liveProgress({
  write: (text) => process.stderr.write(text),
  now: () => systemClock.monotonic(),
});

/** What happens beside trials: of the runs of trials the study tells itself. */
export function withoutRuns(event: MlEvent): void {
  const isOfRun = event.type === 'run-started' || event.type === 'run-progress' || event.type === 'run-ended';
  if (!isOfRun) told(event);
}
