import type { DataRef } from '@nx-ml/core/data';
import type { DataChange } from '@nx-ml/core/usecases/data';

import { alignColumns } from './columns.js';
import { countText, groupedText, rowsText, sizeText } from './quantities.js';
import { shownName } from './shown-name.js';

/** Most files of one dataset; the JSON has them all. */
const shown = 20;

const words = { added: 'added', removed: 'removed', edited: 'changed', renamed: 'renamed' } as const;

type ChangeCounts = Readonly<Record<DataChange['change'], number>>;

function countChanges(changes: readonly DataChange[]): ChangeCounts {
  const counts = { added: 0, removed: 0, edited: 0, renamed: 0 };
  for (const { change } of changes) counts[change] += 1;
  return counts;
}

/** `2 files added, 1 removed`. */
export function filesText(counts: ChangeCounts): string {
  const kinds = (['added', 'removed', 'edited', 'renamed'] as const).filter((kind) => counts[kind] > 0);
  return kinds
    .map((kind, index) =>
      index === 0
        ? `${countText(counts[kind], 'file')} ${words[kind]}`
        : `${groupedText(counts[kind])} ${words[kind]}`,
    )
    .join(', ');
}

/** What changed of some data, in a few words: its rows where it is one table, else how many files. */
export function changesSummary(changes: readonly DataChange[]): string {
  const [only, ...more] = changes;
  if (only?.rows !== undefined && more.length === 0) return rowsText(only.rows);
  return filesText(countChanges(changes));
}

/** The files that changed as lines, each with how, and in which way. None where the summary says it all. */
export function changeLines(changes: readonly DataChange[], kind: DataRef['kind']): readonly string[] {
  if (kind === 'file') return [];
  const more = changes.length - shown;
  const lines = alignColumns(changes.slice(0, shown).map(changeRow), '    ');
  return more > 0 ? [...lines, `    and ${countText(more, 'more', 'more')}`] : lines;
}

function changeRow(change: DataChange): readonly string[] {
  const [before, after] = change.size;
  const name = shownName(change.path);
  if (change.change === 'renamed')
    return ['renamed', `${shownName(change.from)} → ${name}`, sizeIfKnown(after)];
  if (change.change === 'added') return ['added', name, sizeIfKnown(after)];
  if (change.change === 'removed') return ['removed', name, sizeIfKnown(before)];
  return [
    'changed',
    name,
    sizesText(before, after),
    ...(change.rows === undefined ? [] : [rowsText(change.rows)]),
  ];
}

/** `1.2 MB → 1.4 MB`, or one of them where both read the same. */
export function sizesText(before: number | undefined, after: number | undefined): string {
  const [old, now] = [sizeIfKnown(before), sizeIfKnown(after)];
  return old === now ? now : `${old} → ${now}`;
}

/** `1.2 GB in 20,000 files`, `1.2 MB`. */
export function refText({ kind, size, files }: Omit<DataRef, 'digest'>): string {
  const many = kind === 'file' || files === undefined ? '' : ` in ${countText(files, 'file')}`;
  return `${sizeIfKnown(size)}${many}`;
}

/** DVC does not note all sizes. */
export function sizeIfKnown(size: number | undefined): string {
  return size === undefined ? 'unknown size' : sizeText(size);
}
