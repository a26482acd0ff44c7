import { meansOf } from '@nx-ml/core/tune/study';
import type { ScopedTrial } from '@nx-ml/core/tune/study';
import type { AppliedParams, OpenStudy, TuneEvent, TuneResult } from '@nx-ml/core/usecases/tune';

/** An event of a study as a line of JSON. */
export function tuneEventJson(event: TuneEvent): object {
  const { type, trial } = event;
  const counts =
    'counts' in event
      ? { ended: event.counts.ended, of: event.counts.of, best: event.counts.best?.number }
      : {};
  return { type, trial: trialJson(trial), ...counts };
}

/** A study as it stands; with what this command did. */
export function tuneResultJson(
  { project, policy, view, trials }: OpenStudy,
  best: ScopedTrial | undefined,
  end?: { readonly result: TuneResult; readonly applied: AppliedParams | undefined },
): object {
  return {
    ...(end === undefined ? {} : { type: 'ended' }),
    model: project.name,
    context: view.scope.context,
    objectives: policy.objectives,
    wanted: end?.result.counts.of ?? policy.trials,
    trials: trials().map(trialJson),
    best: best === undefined ? null : trialJson(best),
    ...(end === undefined
      ? {}
      : {
          executed: end.result.executed,
          because: end.result.because,
          applied:
            end.applied?.params.map(({ name, before = null, after = null }) => ({ name, before, after })) ??
            null,
        }),
  };
}

function trialJson(trial: ScopedTrial): object {
  const { number, state, origin, values, seeds, ms, executed, failure } = trial;
  return { number, state, origin, params: values, means: meansOf(trial), seeds, ms, executed, failure };
}
