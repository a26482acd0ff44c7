import type { ScopedTrial } from '@nx-ml/core/tune/study';
import { meansOf } from '@nx-ml/core/tune/study';
import type { AppliedParams, EndOfStudy, OpenStudy, TuneResult } from '@nx-ml/core/usecases/tune';

import { alignColumns } from './columns.js';
import { countText, durationText, numberText } from './quantities.js';
import { objectiveText, valueText } from './tune-words.js';

const ends: Readonly<Record<EndOfStudy, string>> = {
  'all-begun': '',
  exhausted: '; nothing is left to try in this space',
  time: '; the time of tune.budget is spent',
  cost: '; the cost of tune.budget is spent',
  'no-gain': '; another trial would hardly gain anything',
  failures: '; too many failed',
};

export interface TuneEnd {
  readonly result: TuneResult;
  readonly applied: AppliedParams | undefined;
  readonly ms: number;
}

/** What a study came to. */
export function tuneResultText(study: OpenStudy, best: ScopedTrial | undefined, end: TuneEnd): string {
  const { result, applied, ms } = end;
  const { counts, executed, because } = result;
  const name = study.project.name;
  const told = [
    `${String(counts.ended)} of ${countText(counts.of, 'trial')}`,
    executed === 0 ? 'nothing executed' : `${countText(executed, 'run')} executed`,
    ...(counts.pruned === 0 ? [] : [`${String(counts.pruned)} pruned`]),
    ...(counts.failed === 0 ? [] : [`${String(counts.failed)} failed`]),
  ];
  const head = `${name}:tune  ${told.join(', ')} in ${durationText(ms)}${ends[because]}\n`;
  if (best === undefined) return `${head}  No trial ended well. nx-ml tune show ${name}\n`;
  return `${head}${bestLines(study, best)}${applied === undefined ? hintLine(study, best) : appliedLines(applied, name)}`;
}

function bestLines({ policy, trials }: OpenStudy, best: ScopedTrial): string {
  const current = trials().find(({ origin }) => origin === 'current');
  const now =
    current === undefined || current.number === best.number || meansOf(current).length === 0
      ? ''
      : `  (as it is: ${objectiveText(policy.objectives, current)})`;
  const rows = Object.entries(best.values).map(([name, value]) => [name, valueText(value)]);
  const seeds = best.seeds.length > 1 ? `, mean of ${String(best.seeds.length)} seeds` : '';
  return [
    `  best: trial ${String(best.number)}, ${objectiveText(policy.objectives, best)}${seeds}${now}`,
    ...alignColumns(rows, '    '),
    '',
  ].join('\n');
}

function hintLine({ project, view, policy }: OpenStudy, best: ScopedTrial): string {
  const names = policy.space.parameters.map(({ name }) => name);
  const now = view.valuesIn(view.scope.params);
  const isApplied =
    now !== undefined && names.every((name) => valueText(now[name]) === valueText(best.values[name]));
  return isApplied
    ? '  The model has these parameters.\n'
    : `  Write them where the model has them: nx tune ${project.name} --apply\n`;
}

/** What was written. */
export function appliedLines({ params, files }: AppliedParams, model: string): string {
  if (params.length === 0) return '  The model has these parameters already.\n';
  const rows = params.map(({ name, before, after }) => [name, valueText(before), '→', valueText(after)]);
  return [
    `  Written to ${files.map(({ file }) => file).join(', ')}:`,
    ...alignColumns(rows, '    '),
    `  nx train ${model} restores what the trial trained.`,
    '',
  ].join('\n');
}

/** What would be done. */
export function dryRunText(study: OpenStudy, wanted: number | undefined): string {
  const { project, policy, trials, journal } = study;
  const counted = trials();
  const ended = counted.filter(({ state }) => state !== 'asked');
  const most = wanted ?? policy.trials;
  const others = journal.state.trials.length - counted.length;
  const lines = [
    `${project.name}:tune  ${countText(Math.max(0, most - ended.length), 'trial')} to run, ${String(ended.length)} of ${String(most)} known, by ${policy.sampler}`,
    ...(others === 0
      ? []
      : [`  ${countText(others, 'trial')} of other code, data or another space no longer count`]),
    `  ${policy.seeds.length === 1 ? 'one seed' : countText(policy.seeds.length, 'seed')} a trial; ${policy.objectives.map(({ direction, metric, step }) => `${direction} ${metric} of ${step}`).join(', ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Trials, the best first. */
export function trialsText(study: OpenStudy, trials: readonly ScopedTrial[]): string {
  const { policy, project } = study;
  if (trials.length === 0)
    return `${project.name} has no trial for the code, data and space of today: nx tune ${project.name}\n`;
  const names = policy.space.parameters.map(({ name }) => name);
  const header = [
    'trial',
    ...policy.objectives.map(({ metric }) => metric),
    'seeds',
    'time',
    'state',
    ...names,
  ];
  const rows = trials.map((trial) => {
    const means = meansOf(trial);
    const values = policy.objectives.map((_, index) => {
      const value = means[index];
      return value === undefined ? '' : numberText(value);
    });
    const { number, seeds, ms, state, origin } = trial;
    return [
      String(number),
      ...values,
      String(seeds.length),
      ms === 0 ? 'known' : durationText(ms),
      origin === 'current' ? `${state}, as it was` : state,
      ...names.map((name) => (Object.hasOwn(trial.values, name) ? valueText(trial.values[name]) : '')),
    ];
  });
  return `${alignColumns([header, ...rows]).join('\n')}\n`;
}
