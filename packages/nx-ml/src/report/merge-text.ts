import type { TreeConflict } from '@nx-ml/core/data';
import { dataPathOf } from '@nx-ml/core/data';
import type { PointerMerge } from '@nx-ml/core/usecases/data';

import { alignColumns } from './columns.js';
import { refText } from './data-changes-text.js';
import { countText, groupedText } from './quantities.js';
import { shownName } from './shown-name.js';

/** Most paths that are told. */
const shown = 20;

/** What became of the merge of one pointer, and what to do now. @param pointer its path in the repository */
export function mergeText(merge: PointerMerge, pointer: string): string {
  return `${mergeLines(merge, pointer).join('\n')}\n`;
}

function mergeLines(merge: PointerMerge, pointer: string): readonly string[] {
  const [name, data] = [shownName(pointer), shownName(dataPathOf(pointer))];
  if (merge.state === 'merged') {
    const { ref, notStored } = merge;
    const verb = notStored > 0 ? 'pull' : 'checkout';
    const lost = notStored > 0 ? `, ${groupedText(notStored)} of them not in the store` : '';
    return [
      `${data}: both changes go together, ${refText(ref)}${lost}. Bring it: nx-ml data ${verb} ${data}`,
    ];
  }
  if (merge.state === 'unknown')
    return [
      `${data}: cannot be merged here, for the store lacks the list of ${merge.lists.join(' and ')}.`,
      `  For each side: git checkout --ours ${name} (or --theirs), nx-ml data pull ${data}. Then merge again: git checkout --merge ${name}`,
    ];
  return [
    ...conflictLines(merge.conflicts, data),
    `  Take one side: git checkout --ours ${name} (or --theirs), nx-ml data checkout ${data}; with files of the other by hand,`,
    `  nx-ml data add ${data}. Then git add ${name}`,
  ];
}

function conflictLines(conflicts: readonly TreeConflict[], data: string): readonly string[] {
  if (conflicts.length === 0) return [`${data}: both sides changed it, and one file cannot be merged.`];
  const more = conflicts.length - shown;
  return [
    `${data}: both sides changed ${countText(conflicts.length, 'path')} in different ways.`,
    ...alignColumns(conflicts.slice(0, shown).map(conflictRow), '  '),
    ...(more > 0 ? [`  and ${countText(more, 'more', 'more')}`] : []),
  ];
}

function conflictRow(conflict: TreeConflict): readonly string[] {
  const path = shownName(conflict.path);
  switch (conflict.kind) {
    case 'both-added':
      return [path, 'added by both, with other content'];
    case 'both-changed':
      return [path, 'changed by both'];
    case 'changed-and-removed':
      return [
        path,
        `removed by ${conflict.removedBy}, changed by ${conflict.removedBy === 'ours' ? 'theirs' : 'ours'}`,
      ];
    case 'clash':
      return [path, `cannot stand beside ${shownName(conflict.with)}, which the other side has`];
  }
}
