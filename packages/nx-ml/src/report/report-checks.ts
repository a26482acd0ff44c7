import { segmentName } from '@nx-ml/core/evaluation';
import type { CheckCase, Finding } from '@nx-ml/core/report';
import type { ModelReport, StepReport } from '@nx-ml/core/usecases/report';

import { shortText } from './model-words.js';
import { verdictLine, verdictText } from './verdict-text.js';

/** Each step and gate of each model as a test. */
export function reportCases(
  models: readonly ModelReport[],
  missing: readonly string[],
): readonly CheckCase[] {
  return [
    ...models.flatMap((model) => [
      ...model.steps.map((step) => stepCase(model, step)),
      ...(model.policy === undefined ? [] : [gateCase(model)]),
    ]),
    ...missing.map(missingCase),
  ];
}

function missingCase(model: string): CheckCase {
  return {
    ...{ model, name: 'report', file: '', milliseconds: undefined, outcome: 'error' },
    message: 'no machine reported on it: the one that had to was cancelled, or failed before it could',
    text: '',
  };
}

function caseOf({ project, root }: ModelReport, name: string): Pick<CheckCase, 'model' | 'name' | 'file'> {
  return { model: project, name, file: fileOf({ root }) };
}

function fileOf({ root }: Pick<ModelReport, 'root'>): string {
  return root === '.' || root === '' ? 'ml.yaml' : `${root}/ml.yaml`;
}

function stepCase(model: ModelReport, { ref, state, tookMs }: StepReport): CheckCase {
  const common = { ...caseOf(model, ref.step), milliseconds: tookMs };
  if (state === 'broken')
    return {
      ...common,
      outcome: 'error',
      message: model.error?.message ?? 'it cannot run',
      text: model.error?.fix ?? '',
    };
  if (state === 'run' || state === 'waits')
    return { ...common, outcome: 'skipped', message: 'not run for the workspace as it is', text: '' };
  return { ...common, outcome: 'passed', message: '', text: '' };
}

/** That a gate cannot decide is no error of CI's: it did its work, and the model is not let through. */
function gateCase(model: ModelReport): CheckCase {
  const { verdict } = model;
  const common = { ...caseOf(model, 'gate'), milliseconds: undefined };
  if (verdict === undefined)
    return { ...common, outcome: 'skipped', message: 'not judged as it is', text: '' };
  const text = verdictText(verdict);
  if (verdict.state === 'pass') return { ...common, outcome: 'passed', message: '', text };
  const outcome = verdict.state === 'invalid' ? 'error' : 'failed';
  return { ...common, outcome, message: verdictLine(verdict), text };
}

/** What has its place in a line of an ml.yaml. */
export function reportFindings(models: readonly ModelReport[]): readonly Finding[] {
  return models.filter(({ state }) => state !== 'same').flatMap(findingsOf);
}

function findingsOf(model: ModelReport): readonly Finding[] {
  const { project, lines, verdict, behaviour, movement, figures } = model;
  const file = fileOf(model);
  const at = { file, line: lines.evaluate };
  const weak = figures?.weak;
  return [
    ...(verdict === undefined || verdict.state === 'pass'
      ? []
      : [
          {
            rule: verdict.state === 'inconclusive' ? ('gate-undecided' as const) : ('gate-failed' as const),
            ...{ subject: project, file, line: lines.gate },
            message: `${project}: ${verdictLine(verdict)}`,
          },
        ]),
    ...behaviour
      .filter(({ met }) => !met)
      .map((one) => ({
        rule: 'behaviour-missed' as const,
        ...{ subject: `${project}/${one.case}`, ...at },
        message: `${project} misses the behavioural test ${one.case}${one.passed === null ? `: ${one.why ?? ''}` : `: ${String(one.passed)} of ${String(one.n)}`}`,
      })),
    ...(movement?.slices ?? [])
      .filter(({ moved, difference }) => moved && difference.gain < 0)
      .map(({ slice, measure, before, now, n }) => ({
        rule: 'slice-worse' as const,
        ...{ subject: `${project}/${slice}`, ...at },
        message: `${project} is worse on ${slice}: ${measure} ${shortText(before)} → ${shortText(now)} on ${String(n)} examples`,
      })),
    ...(weak?.found ?? []).map((found) => ({
      rule: 'weak-segment' as const,
      ...{ subject: `${project}/${segmentName(found.segment)}`, ...at },
      message: `${project} is weak on ${segmentName(found.segment)}: ${weak?.by ?? ''} ${shortText(found.inside)} against ${shortText(found.outside)} elsewhere, on ${String(found.n)} examples`,
    })),
  ];
}
