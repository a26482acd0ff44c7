import type { ImportPlan, LockDifference, MissingData, StageCheck } from '@nx-ml/core/interop/dvc-import';

type Lock = ImportPlan['lock'];

const shownRows = 20;

/** dvc.lock beside the workspace, for a terminal; '' where there is nothing to say. */
export function lockText({ stages, unreadable }: Lock): string {
  if (stages.length === 0 && unreadable.length === 0) return '';
  const rows = stages.filter((stage) => !isAsLeft(stage) && !isNew(stage)).map(rowOf);
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return [
    '\nCompared with dvc.lock:\n\n',
    groupText('are as DVC left them, outputs in the workspace', stages.filter(isAsLeft), stages.length),
    groupText('are not in dvc.lock: DVC never ran them', stages.filter(isNew), stages.length),
    ...rows
      .slice(0, shownRows)
      .flatMap(([name, lines]) =>
        lines.map((line, index) => `  ${(index === 0 ? name : '').padEnd(width)}  ${line}\n`),
      ),
    rows.length > shownRows ? `  and ${String(rows.length - shownRows)} more stages\n` : '',
    ...unreadable.map((fault) => `  not compared: ${fault}\n`),
  ].join('');
}

/** What to bring before anything can run; '' where all is there. */
export function missingText(missing: readonly MissingData[]): string {
  if (missing.length === 0) return '';
  const width = Math.max(...missing.map(({ path }) => path.length));
  const rows = missing.map(({ path, address }) => `  ${path.padEnd(width)}  dvc pull ${address}\n`);
  return `\nNeither in the workspace as DVC has it nor in the DVC cache; a run asks the DVC remote. By hand:\n\n${rows.join('')}`;
}

function isAsLeft({ differences, outs }: StageCheck): boolean {
  return differences.length === 0 && outs.every(({ state }) => state === 'same');
}

function isNew({ differences }: StageCheck): boolean {
  return differences.some(({ kind }) => kind === 'never-ran');
}

const shownNames = 6;

/** `3 of 5 stages are as DVC left them: a, b, c`. */
function groupText(what: string, stages: readonly StageCheck[], all: number): string {
  if (stages.length === 0) return '';
  const names = stages.slice(0, shownNames).map(({ name }) => name);
  const more = stages.length > shownNames ? `, and ${String(stages.length - shownNames)} more` : '';
  return `  ${String(stages.length)} of ${String(all)} stages ${what}: ${names.join(', ')}${more}\n`;
}

function rowOf({ name, differences, outs }: StageCheck): readonly [string, readonly string[]] {
  const inState = (wanted: string): string =>
    outs.flatMap(({ path, state }) => (state === wanted ? [path] : [])).join(', ');
  const told = (paths: string, text: string): readonly string[] =>
    paths === '' ? [] : [`${paths}: ${text}`];
  return [
    name,
    [
      ...(differences.length === 0 ? [] : [differencesText(differences)]),
      ...told(
        inState('absent'),
        'not in the workspace, in the DVC cache or remote at most; the first run makes it',
      ),
      ...told(
        inState('other'),
        'in the workspace, and not as dvc.lock recorded it; the first run makes it anew',
      ),
      ...told(inState('unknown'), 'not compared: too large, not to be read, or recorded without an MD5 sum'),
    ],
  ];
}

const reasons = 3;

/** `dvc.lock was written for alpha 0.5, params.yaml says 1: DVC would run it too`. */
function differencesText(differences: readonly LockDifference[]): string {
  const recorded = differences.flatMap((each) => differenceText(each));
  const more = recorded.length > reasons ? `; and ${String(recorded.length - reasons)} more` : '';
  const written =
    recorded.length === 0
      ? 'always_changed'
      : `dvc.lock was written for ${recorded.slice(0, reasons).join('; for ')}${more}`;
  return `${written}: DVC would run it too`;
}

function differenceText(difference: LockDifference): readonly string[] {
  switch (difference.kind) {
    case 'parameter':
      return [parameterText(difference)];
    case 'dependency':
      return [difference.isNew ? `no dependency ${difference.path}` : `another ${difference.path}`];
    case 'new-output':
      return [`no output ${difference.path}`];
    case 'command':
      return ['another command'];
    case 'always':
    case 'never-ran':
      return [];
  }
}

function parameterText({
  file,
  name,
  recorded,
  now,
}: Extract<LockDifference, { kind: 'parameter' }>): string {
  if (recorded === undefined) return `no ${name}, ${file} says ${short(now)}`;
  return now === undefined
    ? `${name} ${short(recorded)}, ${file} has none`
    : `${name} ${short(recorded)}, ${file} says ${short(now)}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
