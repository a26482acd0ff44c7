import { dirname, posix } from 'node:path';

import { shortDigest } from '@nx-ml/core/kernel';
import type { NotLinked } from '@nx-ml/core/store';
import type { AddedData } from '@nx-ml/core/usecases/data';
import type { AddedDvcData } from '@nx-ml/core/usecases/import';

import { countText, sizeText } from './quantities.js';
import { shownName } from './shown-name.js';

/** How many files were to become links and stayed what they were; undefined where none was to. */
export type Copied = ReadonlyMap<NotLinked, number>;

const reasons: Readonly<Record<NotLinked, string>> = {
  'no-links': 'the store lies on another file system, or this one makes no links',
  'other-owner': 'another user owns them, and could write into the store',
  'other-names': 'they have other names (hard links), by which they could be written',
};

export function addedText({ pointer, ref, changed }: AddedData, copied?: Copied): string {
  const { digest, size, files, kind } = ref;
  const what = `${sizeText(size)}${kind === 'tree' ? ` in ${String(files)} files` : ''}`;
  const rest = [...(copied ?? [])].map(
    ([why, count]) => `  ${countText(count, 'file')} copied, not linked: ${reasons[why]}\n`,
  );
  return `${pointer}  ${changed ? '' : 'unchanged  '}${what}  ${shortDigest(digest)}\n${rest.join('')}`;
}

export function addedJson({ pointer, ref, changed }: AddedData, copied?: Copied): string {
  const { digest, size, files } = ref;
  const more = copied === undefined ? {} : { copied: Object.fromEntries(copied) };
  return `${JSON.stringify({ pointer, digest, size, files, changed, ...more })}\n`;
}

export function addedToDvcText({ pointer, md5, ref, changed }: AddedDvcData): string {
  const what = `${sizeText(ref.size)}${ref.files === 1 ? '' : ` in ${String(ref.files)} files`}`;
  return `${pointer}  ${changed ? '' : 'unchanged  '}${what}  md5 ${md5.slice(0, 12)}\n`;
}

export function addedToDvcJson({ pointer, md5, ref, changed }: AddedDvcData): string {
  const { digest, size, files } = ref;
  return `${JSON.stringify({ pointer, md5, digest, size, files, changed })}\n`;
}

export interface LeftToDo {
  /** Data whose pointer the ml.yaml beside it does not name. */
  readonly unnamed: readonly string[];
  readonly isInGit: boolean;
}

/** What is left to do for data that had no pointer before; nothing is said of what is done. */
export function nextText(paths: readonly string[], { unnamed, isInGit }: LeftToDo): string {
  const folders = [...new Set(paths.map((path) => dirname(path)))];
  const committed = [
    ...paths.map((path) => `${path}.ref.json`),
    ...folders.map((at) => posix.join(at, '.gitignore')),
  ];
  const lines = [
    ...(isInGit ? [`git add ${committed.map(shownName).join(' ')}`] : []),
    ...unnamed.map((path) => {
      const config = shownName(posix.join(dirname(path), 'ml.yaml'));
      return `say in ${config}: pointer: ${shownName(posix.basename(path))}.ref.json`;
    }),
  ];
  return lines.map((line, index) => `${index === 0 ? 'Next: ' : '      '}${line}\n`).join('');
}
