import { shortDigest } from '@nx-ml/core/kernel';
import { stepId } from '@nx-ml/core/layout';
import type { StepRef } from '@nx-ml/core/layout';
import type { StepExplanation } from '@nx-ml/core/usecases/explain';

import { changeRows } from './change-rows.js';
import { alignColumns, wrapItems } from './columns.js';
import { remakeCommand } from './lost-text.js';
import { agoText, countText } from './quantities.js';
import { comesText, failureLines, norThereText, nowhereText } from './remote-text.js';
import type { RemoteAnswer } from './remote-text.js';
import { errorText } from './error-text.js';

export interface WhyContext {
  /** Steps that read the result of the one asked for. */
  readonly after: readonly StepRef[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly remote: RemoteAnswer;
}

/** An explanation for people: the answer first, then what changed and what did not, then where it came from. */
export function whyText(steps: readonly StepExplanation[], context: WhyContext): string {
  const { after, now, remote } = context;
  const [asked, ...causes] = steps;
  if (asked === undefined) return '';
  if (asked.error !== undefined)
    return `${stepId(asked.ref)} cannot run as the workspace is now:\n\n${errorText(asked.error)}`;
  const lines = [
    headline(asked, context),
    ...section([...rows(asked), ...sameRows(asked)]),
    ...causes.flatMap((cause) => ['', ...indented([causeLine(cause, now), ...section(rows(cause))])]),
    ...afterLines(asked, after),
    ...failureLines(remote),
  ];
  return `${lines.join('\n')}\n`;
}

function headline(step: StepExplanation, { now, remote }: WhyContext): string {
  const id = stepId(step.ref);
  const { last, state } = step;
  const since = last === undefined ? '' : ` since ${runText(last, now)}`;
  if (state === 'current')
    return `${id} is up to date: ${unchanged(step)}${since}.${lostText(step, remote)}${remoteText(step, remote)}`;
  if (state === 'restore')
    return `${id} would be restored, not run: the very same was run before.${remoteText(step, remote)}${changedText(step, now, ' It differs from the last run here:')}`;
  if (state === 'waits') return waitsText(step, now);
  if (last === undefined) return `${id} would run: it never ran in this workspace or in a clone of it.`;
  if (step.changes.length > 0) return `${id} would run again.${changedText(step, now)}`;
  if (step.seeds.added.length > 0)
    return `${id} would run for ${countText(step.seeds.added.length, 'new seed')} alone: ${step.seeds.added.join(', ')}. Nothing else changed${since}.`;
  return `${id} would run again: nothing changed${since}, but its result is no longer in the store${norThereText(remote)}.`;
}

function lostText(step: StepExplanation, remote: RemoteAnswer): string {
  return step.isLost
    ? `\nIts bytes are ${nowhereText(remote)} all the same: ${remakeCommand([step])} brings them back.`
    : '';
}

function remoteText(step: StepExplanation, remote: RemoteAnswer): string {
  return step.remote === undefined ? '' : `\nOf its result ${comesText(step.remote, remote)}.`;
}

function unchanged({ size, changes }: StepExplanation): string {
  return changes.length > 0
    ? 'what changed was run already'
    : `none of the ${String(size)} things that its key is made of changed`;
}

function changedText(step: StepExplanation, now: number, before = ''): string {
  const { changes, size, last } = step;
  if (changes.length === 0 || last === undefined) return '';
  if (before !== '') return before;
  const how = `${String(changes.length)} of the ${String(size)} things that its key is made of`;
  return ` ${changes.length === 1 ? how.replace(/^1/, 'One') : how} changed since ${runText(last, now)}:`;
}

function waitsText(step: StepExplanation, now: number): string {
  const id = stepId(step.ref);
  const makers = step.waitsFor.map(stepId).join(', ');
  if (step.last === undefined)
    return `${id} would run after ${makers}: it never ran in this workspace or in a clone of it.`;
  if (step.changes.length > 0) return `${id} would run again, after ${makers}.${changedText(step, now)}`;
  return `${id} waits for ${makers}. It runs again unless what that makes is the same as at ${runText(step.last, now)}.`;
}

function runText({ runs, at, revision }: NonNullable<StepExplanation['last']>, now: number): string {
  const key = runs[0] === undefined ? '' : ` ${shortDigest(runs[0].key).slice(0, 8)}`;
  const where =
    revision === undefined
      ? []
      : [
          `${revision.branch ?? 'commit'}@${revision.commit.slice(0, 7)}${revision.dirty ? ' with edits' : ''}`,
        ];
  const facts = [...(at === undefined ? [] : [agoText(at, now)]), ...where];
  return `run${key}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}

function rows(step: StepExplanation): readonly (readonly string[])[] {
  const { added, removed } = step.seeds;
  return [
    ...changeRows(step.changes),
    ...(added.length > 0 && step.last !== undefined ? [['seeds', added.join(', '), 'new']] : []),
    ...(removed.length > 0 ? [['seeds', removed.join(', '), 'no longer asked for']] : []),
  ];
}

/** What was found equal, in a line or two. */
function sameRows({ same }: StepExplanation): readonly (readonly string[])[] {
  const packages = Object.entries(same.packages);
  const items = [
    ...same.inputs,
    ...(same.params.length > 6 ? [countText(same.params.length, 'parameter')] : same.params),
    ...(same.code.length === 0 ? [] : [countText(same.code.length, 'code file')]),
    ...Object.entries(same.interpreters).map(([name, version]) => `${name} ${version}`),
    ...(packages.length > 3
      ? [countText(packages.length, 'package')]
      : packages.map(([name, version]) => `${name} ${version.split(' ', 1)[0] ?? ''}`)),
    ...same.variables,
  ];
  return wrapItems(items, 84).map((line, index) => [index === 0 ? 'same' : '', line]);
}

function section(body: readonly (readonly string[])[]): readonly string[] {
  if (body.length === 0) return [];
  // The names of what stayed the same may be longer than any column.
  const changed = body.filter(([kind], index) => kind !== 'same' && !isAfterSame(body, index));
  const same = body.slice(changed.length);
  const width = Math.max(...body.map(([kind = '']) => kind.length));
  const sameLines = same.map(([kind = '', text = '']) => `  ${kind.padEnd(width)}  ${text}`);
  return [
    '',
    ...alignColumns(
      changed.map(([kind = '', ...cells]) => [kind.padEnd(width), ...cells]),
      '  ',
    ),
    ...sameLines,
  ];
}

function isAfterSame(body: readonly (readonly string[])[], index: number): boolean {
  return body.slice(0, index).some(([kind]) => kind === 'same');
}

function causeLine(cause: StepExplanation, now: number): string {
  const id = stepId(cause.ref);
  if (cause.error !== undefined) return `because ${id} cannot run: ${cause.error.message}`;
  const since = cause.last === undefined ? '' : ` since ${runText(cause.last, now)}`;
  if (cause.state === 'run' || cause.state === 'waits') {
    if (cause.last === undefined) return `because ${id} never ran here`;
    return cause.changes.length === 0
      ? `because ${id} would run again${since}`
      : `because ${id} would run again, as this changed${since}:`;
  }
  return cause.changes.length === 0
    ? `because ${id} made it anew`
    : `because ${id} was made anew, as this changed${since}:`;
}

function indented(lines: readonly string[]): readonly string[] {
  return lines
    .map((line) => (line === '' ? '' : `  ${line}`))
    .filter((line, index) => index === 0 || line !== '');
}

function afterLines(step: StepExplanation, after: readonly StepRef[]): readonly string[] {
  const settled = step.state === 'current' || step.state === 'restore';
  if (after.length === 0 || settled) return [];
  const [first, ...rest] = after.map(stepId);
  return [
    '',
    `  After it: ${[first, ...rest.slice(0, 7)].join(', ')}${rest.length > 7 ? ` and ${String(rest.length - 7)} more` : ''}.`,
  ];
}
