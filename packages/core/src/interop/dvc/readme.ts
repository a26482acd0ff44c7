import type { ImportedProject, ImportPlan } from './plan.js';

/** What an import did, for those who find its folder: a page beside the projects. */
export function importReadme({ projects, notes }: ImportPlan): string {
  const rows = projects.map(
    (each) => `| ${each.origins.join(', ')} | \`${each.name}\` | ${targetsText(each)} |`,
  );
  return [
    '# Imported from DVC',
    '',
    'Written by `nx g nx-ml:import-dvc`, from dvc.yaml, dvc.lock, params.yaml and the .dvc files of this workspace, which are as',
    'they were. Run it again after a change of those: parameters and commands are taken from them then, and stand in the ml.yaml',
    'files from then on. An ml.yaml whose first line you deleted is left as it is.',
    '',
    'A stage finds what its project names and nothing else: inputs where it expects them, the files under `code:`, and a params file',
    'with the parameters that stand in its ml.yaml. Where it misses a file, list that under `code:`.',
    '',
    '| in DVC | project | targets |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '## Not carried over',
    '',
    ...(notes.length === 0
      ? ['Nothing: everything in dvc.yaml has its counterpart.']
      : [
          '| where | what | instead |',
          '| --- | --- | --- |',
          ...notes.map(({ where, what, mend }) => `| ${[where, what, mend].map(cell).join(' | ')} |`),
        ]),
    '',
  ].join('\n');
}

/** The same notes as aligned lines, for a terminal. */
export function notesText({ notes }: Pick<ImportPlan, 'notes'>): string {
  const width = Math.max(...notes.map(({ where }) => where.length));
  return notes
    .map(({ where, what, mend }) => `  ${where.padEnd(width)}  ${what}\n  ${' '.repeat(width)}  ${mend}\n`)
    .join('');
}

function targetsText({ targets }: ImportedProject): string {
  return targets.map((target) => `\`${target}\``).join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
