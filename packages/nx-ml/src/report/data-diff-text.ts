import type { DataDiff } from '@nx-ml/core/usecases/data';

import { changeLines, changesSummary, refText, sizesText } from './data-changes-text.js';
import { shownName } from './shown-name.js';

/** What differs between two versions of the workspace's data. */
export function dataDiffText(diffs: readonly DataDiff[], between: string): string {
  if (diffs.length === 0) return `No data differs between ${between}.\n`;
  return `${diffs.map((diff) => diffLines(diff).join('\n')).join('\n')}\n`;
}

function diffLines(diff: DataDiff): readonly string[] {
  const name = shownName(diff.path);
  if ('error' in diff) return [`${name}  ${diff.error.code}: ${diff.error.message}`, `    ${diff.error.fix}`];
  const { before, after, changes } = diff;
  if (before === undefined) return [`${name}  new  ${after === undefined ? '' : refText(after)}`];
  if (after === undefined) return [`${name}  removed  ${refText(before)}`];
  const sizes = sizesText(before.size, after.size);
  if (changes === undefined) return [`${name}  ${sizes}  ${unknownFiles(diff)}`];
  return [`${name}  ${changesSummary(changes)}  ${sizes}`, ...changeLines(changes, after.kind)];
}

/** The list of files of one side is not on this machine. */
function unknownFiles({ pointer, path }: DataDiff): string {
  const name = shownName(path);
  return pointer.endsWith('.dvc')
    ? `which files changed is not in the DVC cache: dvc fetch ${shownName(pointer)}, at each revision`
    : `which files changed is not in the store: nx-ml data pull ${name}`;
}
