import { shortDigest } from '@nx-ml/core/kernel';
import type { NotLinked } from '@nx-ml/core/store';
import type { AddedData } from '@nx-ml/core/usecases/data';

import { countText, sizeText } from './quantities.js';

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
