import type { ImportedProject, ImportPlan } from './plan.js';

/**
 * What an import did, for those who find its folder: a page beside the projects.
 *
 * @param command what to type to import again in the same way.
 */
export function importReadme({ projects, notes }: ImportPlan, command: string): string {
  const rows = projects.map(
    (each) => `| ${each.origins.join(', ')} | \`${each.name}\` | ${targetsText(each)} |`,
  );
  return [
    '# Imported from DVC',
    '',
    'What dvc.yaml, params.yaml and the .dvc files said when this was written. They are as they were, and DVC works beside it.',
    'Parameters and commands now stand in the ml.yaml files. To take a change of dvc.yaml or params.yaml over, run',
    '',
    '```',
    command,
    '```',
    '',
    'again. A changed .dvc file needs no import. An ml.yaml whose first line was deleted is left as it is.',
    '',
    'A stage finds what its ml.yaml names and nothing else: its inputs at the paths where DVC has them, the files under `code:`,',
    'and a params file with its own parameters. Where it misses a file, list that under `code:`.',
    '',
    '| in DVC | project | targets |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '## Not carried over',
    '',
    ...(notes.length === 0
      ? ['Nothing: all that dvc.yaml says has its counterpart.']
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
