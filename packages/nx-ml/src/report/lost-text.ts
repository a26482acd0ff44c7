import { stepId } from '@nx-ml/core/layout';
import type { LostResult, PlannedStep } from '@nx-ml/core/usecases/plan';

import { countText, durationText, groupedText } from './quantities.js';
import { nowhereText } from './remote-text.js';
import type { RemoteAnswer } from './remote-text.js';

/** How many names are told before the rest is counted. */
const shown = 5;

type LostStep = PlannedStep & { readonly lost: LostResult };

/** Current steps whose bytes are not in the store; those that a step to be executed reads come first. */
export function lostSteps(planned: readonly PlannedStep[]): readonly LostStep[] {
  const lost = planned.filter((step): step is LostStep => step.lost !== undefined);
  return [...lost.filter(isRead), ...lost.filter((step) => !isRead(step))];
}

/** Would a step that executes miss the bytes of this one? */
export function isRead({ lost }: PlannedStep): boolean {
  return lost !== undefined && lost.readBy.length > 0;
}

/** What makes lost results again; what is in the store is restored by it. */
export function remakeCommand(lost: readonly Pick<PlannedStep, 'ref'>[]): string {
  const [first, ...more] = lost.map(({ ref }) => stepId(ref));
  if (first !== undefined && more.length === 0) return `nx run ${first} --skip-nx-cache`;
  const targets = [...new Set(lost.map(({ ref }) => ref.step))].join(' ');
  const projects = [...new Set(lost.map(({ ref }) => ref.project))];
  const only = isNamed(lost) ? ` -p ${projects.join(',')}` : '';
  return `nx run-many -t ${targets}${only} --skip-nx-cache`;
}

/** Few enough that a command names the projects; beyond that it takes in all of the workspace. */
function isNamed(lost: readonly Pick<PlannedStep, 'ref'>[]): boolean {
  return new Set(lost.map(({ ref }) => ref.project)).size <= shown;
}

/** What a plan says of lost results: which, whom that stops, and the mend. */
export function lostLines(planned: readonly PlannedStep[], answer: RemoteAnswer): readonly string[] {
  const lost = lostSteps(planned);
  if (lost.length === 0) return [];
  const names = lost.map(({ ref }) => stepId(ref));
  return [
    '',
    `The bytes of ${countText(lost.length, 'current result')} are ${nowhereText(answer)}: ${namesText(names)}.`,
    fateText(lost),
    mendText(lost),
  ];
}

function fateText(lost: readonly LostStep[]): string {
  const readers = [...new Set(lost.flatMap(({ lost: { readBy } }) => readBy.map(stepId)))];
  if (readers.length === 0)
    return 'Nothing that would execute reads them; where Nx misses its cache, they are made again.';
  const fail = readers.length === 1 ? 'fails' : 'fail';
  return `Where Nx spares them by its cache, ${namesText(readers)} ${fail}; where not, they are made again.`;
}

function mendText(lost: readonly LostStep[]): string {
  const tookMs = lost.reduce((sum, { sparedMs }) => sum + sparedMs, 0);
  const time = tookMs === 0 ? '' : `, in about ${durationText(tookMs)}`;
  const more = isNamed(lost) ? '' : ', and runs all else that is not up to date';
  return `${remakeCommand(lost)} brings them back${time}${more}.`;
}

function namesText(names: readonly string[]): string {
  const more = names.length - shown;
  return `${names.slice(0, shown).join(', ')}${more > 0 ? ` and ${groupedText(more)} more` : ''}`;
}
