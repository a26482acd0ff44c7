import type { DataCommit, DataEdit } from '@nx-ml/core/usecases/data';

import { alignColumns } from './columns.js';
import { filesText, refText, sizesText } from './data-changes-text.js';
import { groupedText } from './quantities.js';
import { shownName } from './shown-name.js';

/** The commits that changed data, newest first, in the manner of `git log`. */
export function dataLogText(commits: readonly DataCommit[]): string {
  if (commits.length === 0) return 'No commit changed a pointer here.\n';
  return `${commits.map((commit) => commitLines(commit).join('\n')).join('\n\n')}\n`;
}

function commitLines({ commit, at, author, subject, edits }: DataCommit): readonly string[] {
  const day = at.slice(0, 16).replace('T', ' ');
  return [
    `${day}  ${commit.slice(0, 7)}  ${shownName(subject)}  (${shownName(author)})`,
    ...alignColumns(edits.map(editRow), '  '),
  ];
}

function editRow({ pointer, path, before, after, files }: DataEdit): readonly string[] {
  const name = shownName(path);
  if (before === undefined) return [name, after === undefined ? 'no pointer' : `new, ${refText(after)}`];
  if (after === undefined) return [name, `removed, ${refText(before)}`];
  const sizes = sizesText(before.size, after.size);
  if (before.kind === 'file' && after.kind === 'file') return [name, sizes];
  const count =
    before.files === undefined || after.files === undefined || before.files === after.files
      ? ''
      : `, ${groupedText(before.files)} → ${groupedText(after.files)} files`;
  return [
    name,
    `${sizes}${count}`,
    files === undefined
      ? `which files is not in the ${pointer.endsWith('.dvc') ? 'DVC cache' : 'store'}`
      : filesText(files),
  ];
}
