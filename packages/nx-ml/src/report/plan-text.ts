import type { StepName } from '@nx-ml/core/documents';
import { stepId } from '@nx-ml/core/layout';
import type { PlannedStep } from '@nx-ml/core/usecases/plan';
import type { PlannedReleases } from '@nx-ml/core/usecases/releases';

import { alignColumns } from './columns.js';
import { isRead, lostLines } from './lost-text.js';
import { planSummary } from './plan-summary.js';
import type { PlanSummary } from './plan-summary.js';
import { countText, durationText, sizeText } from './quantities.js';
import { failureLines, remoteLines } from './remote-text.js';
import type { RemoteAnswer } from './remote-text.js';
import { releaseLines } from './release-lines.js';
import { errorText } from './error-text.js';

export interface PlanTextContext {
  /** Also projects with nothing to do. */
  readonly all: boolean;
  /** Projects of the workspace. */
  readonly projects: number;
  /** Steps that must not execute, and would or may. */
  readonly stops: readonly PlannedStep[];
  readonly remote: RemoteAnswer;
  readonly releases: PlannedReleases;
}

const columns: readonly StepName[] = ['data', 'train', 'evaluate', 'package'];

/** A plan for people: a row a project, a column a step, and what it costs in the end. */
export function planText(planned: readonly PlannedStep[], context: PlanTextContext): string {
  const projects = byProject(planned);
  const listed = [...projects].filter(([, steps]) => context.all || steps.some(hasNews));
  const used = columns.filter((column) => listed.some(([, steps]) => stepOf(steps, column) !== undefined));
  const rows = listed.map(([project, steps]) => [
    project,
    ...used.map((column) => cell(stepOf(steps, column))),
  ]);
  const untouched = context.projects - listed.length;
  const lines = [
    ...(rows.length === 0 ? [] : alignColumns([['', ...used], ...rows])),
    ...(untouched > 0 && rows.length > 0 ? [`+ ${countText(untouched, 'project')} with nothing to do`] : []),
    ...(rows.length === 0 ? [] : ['']),
    ...planned.flatMap(({ ref, error }) =>
      error === undefined ? [] : [`${stepId(ref)}  ${errorText(error).trimEnd()}`],
    ),
    ...planned.flatMap(unseenLines),
    summaryText(planSummary(planned)),
    ...footnotes(planned),
    ...releaseLines(context.releases),
    ...remoteLines(planned, context.remote),
    ...lostLines(planned, context.remote),
    ...failureLines(context.remote),
    ...stopLines(context.stops),
  ];
  return `${lines.join('\n')}\n`;
}

function byProject(planned: readonly PlannedStep[]): ReadonlyMap<string, readonly PlannedStep[]> {
  const projects = new Map<string, PlannedStep[]>();
  for (const step of planned) {
    const steps = projects.get(step.ref.project);
    if (steps === undefined) projects.set(step.ref.project, [step]);
    else steps.push(step);
  }
  return projects;
}

function stepOf(steps: readonly PlannedStep[], name: StepName): PlannedStep | undefined {
  return steps.find(({ ref }) => ref.step === name);
}

/** A lost result that nobody is about to read is told below the table alone: where a store is new, all are. */
function hasNews(step: PlannedStep): boolean {
  return step.state !== 'current' || isRead(step);
}

function cell(step: PlannedStep | undefined): string {
  if (step === undefined) return '';
  switch (step.state) {
    case 'current':
      return step.lost === undefined ? 'current' : 'current, not stored';
    case 'restore':
      return step.remote === undefined
        ? 'restore'
        : `restore, ${sizeText(step.remote.bytes)} from the remote`;
    case 'broken':
      return 'broken';
    case 'waits':
      return waitsForGate(step) ? 'run, if it passes' : `run?${timeText(step)}`;
    case 'run':
      return `run${step.runs < step.seeds ? ` ${String(step.runs)} of ${countText(step.seeds, 'seed')}` : ''}${timeText(step)}`;
  }
}

/** All that it reads is known, but for the answer of its gate. */
function waitsForGate({ waitsFor }: PlannedStep): boolean {
  return waitsFor.length > 0 && waitsFor.every(({ step }) => step === 'gate');
}

function timeText({ predictedMs }: PlannedStep): string {
  return predictedMs === undefined ? '' : ` ~ ${durationText(predictedMs)}`;
}

/** Why what reads a dataset of another tool cannot be foretold yet. */
function unseenLines({ ref, unseen }: PlannedStep): readonly string[] {
  if (unseen === undefined) return [];
  return [
    `${stepId(ref)} would bring its data; what that is in a run key is known when its bytes were seen once:`,
    `  ${unseen.message}.`,
    `  ${unseen.fix}`,
    '',
  ];
}

function summaryText(summary: PlanSummary): string {
  const { models, trains, mayTrain, trainMs, mayTrainMs, executes } = summary;
  const spared = sparedText(summary);
  if (executes === 0)
    return `Nothing would execute${models === 0 ? '' : `: 0 of ${countText(models, 'model')} train`}${spared}.`;
  if (trains + mayTrain === 0)
    return `Nothing trains; ${countText(executes, 'other step')} would or may execute${spared}.`;
  const parts = [
    ...(trains > 0
      ? [
          `${String(trains)} of ${countText(models, 'model')} ${trains === 1 ? 'trains' : 'train'}, ${aboutText(trainMs, 'about')}`,
        ]
      : []),
    ...(mayTrain > 0
      ? [
          `${String(mayTrain)}${trains > 0 ? ' more' : ` of ${countText(models, 'model')}`} may, ${aboutText(mayTrainMs, 'at most about')}`,
        ]
      : []),
  ];
  return `${parts.join('; ')}${spared}.`;
}

function aboutText(ms: number | undefined, word: string): string {
  return ms === undefined ? 'for how long is not known' : `${word} ${durationText(ms)}`;
}

function sparedText({ sparedMs, sparedGpuMs }: PlanSummary): string {
  if (sparedMs === 0) return '';
  const gpu = sparedGpuMs === 0 ? '' : ` (${(sparedGpuMs / 3_600_000).toFixed(1)} GPU-hours)`;
  return `; the caches spare ${durationText(sparedMs)}${gpu}`;
}

function footnotes(planned: readonly PlannedStep[]): readonly string[] {
  return planned.every((step) => step.waitsFor.length === 0 || waitsForGate(step))
    ? []
    : ['run?: it reads what is made first, and is spared where that comes out the same as before.'];
}

function stopLines(stops: readonly PlannedStep[]): readonly string[] {
  if (stops.length === 0) return [];
  const [shown, more] = [stops.slice(0, 5).map(({ ref }) => stepId(ref)), Math.max(0, stops.length - 5)];
  return [
    '',
    `Stopped by --fail-on: ${shown.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}. nx-ml why ${shown[0] ?? ''} tells the reason.`,
  ];
}
