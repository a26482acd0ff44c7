import type { DataRef } from '@nx-ml/core/data';
import type { DataStatus } from '@nx-ml/core/usecases/data';

import { alignColumns } from './columns.js';
import { changeLines, changesSummary, refText, sizesText } from './data-changes-text.js';
import { countText, groupedText } from './quantities.js';
import { shownName } from './shown-name.js';

type Of<S extends DataStatus['state']> = Extract<DataStatus, { readonly state: S }>;

/** How data stands to its pointers: the answer, what differs, and what to do. */
export function dataStatusText(all: readonly DataStatus[]): string {
  const changed = all.filter((each): each is Of<'changed'> => each.state === 'changed');
  const absent = all.filter((each): each is Of<'absent'> => each.state === 'absent');
  const partial = all.filter((each): each is Of<'partial'> => each.state === 'partial');
  const broken = all.filter((each): each is Of<'broken'> => each.state === 'broken');
  const unstored = all.filter(
    (each): each is Of<'unchanged'> => each.state === 'unchanged' && each.notStored > 0,
  );
  const lines = [
    headline(all),
    ...section('Changed', changed.flatMap(changedLines)),
    ...section('Partly here', alignColumns(partial.map(partialRow), '  ')),
    ...section('Not here', alignColumns(absent.map(absentRow), '  ')),
    ...section('Here, and not in the store', alignColumns(unstored.map(unstoredRow), '  ')),
    ...section('Cannot be told', broken.flatMap(brokenLines)),
    ...mends({ changed, partial, absent, unstored }),
  ];
  return `${lines.join('\n')}\n`;
}

function headline(all: readonly DataStatus[]): string {
  if (all.length === 0) return 'There is no pointer here. nx-ml data add PATH makes one.';
  const count = (state: DataStatus['state']): number => all.filter((each) => each.state === state).length;
  if (count('unchanged') === all.length) {
    const whole = all
      .flatMap((each) => (each.state === 'unchanged' ? [each.ref] : []))
      .reduce<Amount>(plus, nothing);
    const says = all.length === 1 ? 'its pointer says' : `its ${countText(all.length, 'pointer')} say`;
    return `All data is as ${says}: ${refText(whole)}.`;
  }
  const kinds = [
    [count('changed'), 'changed'],
    [count('partial'), 'partly here'],
    [count('absent'), 'not here'],
    [count('broken'), 'cannot be told'],
    [count('unchanged'), 'as the pointer says'],
  ] as const;
  const told = kinds
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${groupedText(number)} ${word}`);
  return `${countText(all.length, 'pointer')}: ${told.join(', ')}.`;
}

type Amount = Omit<DataRef, 'digest'>;
const nothing: Amount = { kind: 'tree', size: 0, files: 0 };

function plus(sum: Amount, { size = 0, files = 0 }: Amount): Amount {
  return { ...sum, size: (sum.size ?? 0) + size, files: (sum.files ?? 0) + files };
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function changedLines({ pointer, path, ref, now, changes, notStored }: Of<'changed'>): readonly string[] {
  const sizes = sizesText(ref.size, now.size);
  if (changes === undefined)
    return [
      isDvc(pointer)
        ? `  ${shownName(path)}  ${sizes}  what it was is not in the DVC cache: dvc fetch ${shownName(pointer)}`
        : `  ${shownName(path)}  ${sizes}  what it was is not in the store: nx-ml data pull ${shownName(path)}`,
    ];
  const lost = notStored > 0 ? [`${countText(notStored, 'file')} of what it was not in the store`] : [];
  return [
    `  ${[shownName(path), changesSummary(changes), sizes, ...lost].join('  ')}`,
    ...changeLines(changes, now.kind),
  ];
}

function partialRow({ path, ref, now }: Of<'partial'>): readonly string[] {
  return [shownName(path), `${refText(now)} of ${refText(ref)}`, 'the others are not in the store either'];
}

function absentRow({ path, ref, notStored }: Of<'absent'>): readonly string[] {
  const where =
    notStored === 0
      ? 'in the store'
      : notStored >= (ref.files ?? 1)
        ? 'not in the store either'
        : `${countText(notStored, 'file')} not in the store either`;
  return [shownName(path), refText(ref), where];
}

function unstoredRow({ path, ref }: Of<'unchanged'>): readonly string[] {
  return [shownName(path), refText(ref)];
}

function brokenLines({ path, error }: Of<'broken'>): readonly string[] {
  return [`  ${shownName(path)}  ${error.code}: ${error.message}`, `    ${error.fix}`];
}

function mends({
  changed,
  partial,
  absent,
  unstored,
}: {
  readonly changed: readonly Of<'changed'>[];
  readonly partial: readonly Of<'partial'>[];
  readonly absent: readonly Of<'absent'>[];
  readonly unstored: readonly Of<'unchanged'>[];
}): readonly string[] {
  const [own, dvc] = [(each: DataStatus) => !isDvc(each.pointer), (each: DataStatus) => isDvc(each.pointer)];
  const isStored = ({ notStored }: DataStatus): boolean => notStored === 0;
  const lacking = [...partial, ...absent].filter(({ notStored }) => notStored > 0);
  const rows = [
    ['Accept what changed:', command('add', changed.filter(own))],
    ['Accept what changed:', command('add --dvc', changed.filter(dvc))],
    ['Go back:', command('checkout', changed.filter(isStored))],
    ['Bring what the store has:', command('checkout', absent.filter(isStored))],
    ['Bring the rest from the remote:', command('pull', lacking)],
    ['Put into the store:', command('add', unstored.filter(own))],
    ['Put into the DVC cache:', command('add --dvc', unstored.filter(dvc))],
  ].filter(([, mend]) => mend !== '');
  return rows.length === 0 ? [] : ['', ...alignColumns(rows)];
}

function isDvc(pointer: string): boolean {
  return pointer.endsWith('.dvc');
}

/** More paths than a line holds are left to whoever types it. */
function command(verb: string, of: readonly DataStatus[]): string {
  const paths = of.map(({ path }) => shellWord(path));
  if (paths.length === 0) return '';
  return `nx-ml data ${verb} ${paths.length > 3 ? 'PATH...' : paths.join(' ')}`;
}

function shellWord(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${shownName(path).replaceAll("'", "'\\''")}'`;
}
