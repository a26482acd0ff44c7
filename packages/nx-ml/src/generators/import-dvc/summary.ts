import { notesText } from '@nx-ml/core/interop/dvc-import';
import type { ImportPlan } from '@nx-ml/core/interop/dvc-import';

import { lockText, missingText } from './lock-text.js';
import type { WrittenPlan } from './write-plan.js';

/** What an import did, for a terminal: the projects, what was not carried over, and what to type next. */
export function summaryText(plan: ImportPlan): string {
  const { projects, notes, directory, lock } = plan;
  const width = Math.max(0, ...projects.map(({ name }) => name.length));
  const targets = Math.max(0, ...projects.map((each) => each.targets.join(', ').length));
  const rows = projects.map(
    ({ name, targets: own, origins }) =>
      `  ${name.padEnd(width)}  ${own.join(', ').padEnd(targets)}  from ${origins.join(', ')}\n`,
  );
  const hasEvaluation = projects.some((each) => each.targets.includes('evaluate'));
  return [
    `\n${String(projects.length)} projects in ${directory}:\n\n${rows.join('')}`,
    notes.length === 0 ? '' : `\nNot carried over (also in ${directory}/README.md):\n\n${notesText(plan)}`,
    lockText(lock),
    missingText(lock.missing),
    `\nNext: npx nx run-many -t ${hasEvaluation ? 'train evaluate' : 'data train'} --output-style=static\n`,
  ].join('');
}

/** What `--check` says where nothing went apart. */
export function checkedText({ projects, directory, kept }: WrittenPlan): string {
  const compared = String(projects.length - kept.length);
  const own = kept.length === 0 ? '' : ` Taken over, and not compared: ${kept.join(', ')}.`;
  return `\n${directory} is what dvc.yaml and the params files say: ${compared} projects.${own}\n`;
}
