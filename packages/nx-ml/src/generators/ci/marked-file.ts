import { createHash } from 'node:crypto';

import { MlError } from '@nx-ml/core/kernel';

const line =
  /^# Written by nx generate nx-ml:ci \(([0-9a-f]{16})\)\. Run it again to bring this up to date\.\n/m;

/**
 * A file's text with a line that says who wrote it, and what: so that the next time tells whether somebody edited it.
 *
 * @param text may begin with `#!`, which stays first.
 */
export function marked(text: string): string {
  const end = text.startsWith('#!') ? text.indexOf('\n') + 1 : 0;
  const mark = `# Written by nx generate nx-ml:ci (${sumOf(text)}). Run it again to bring this up to date.\n`;
  return `${text.slice(0, end)}${mark}${text.slice(end)}`;
}

/** Does it hold just what was written? Spaces and the kind of quotes do not count: formatters change them. */
export function isAsWritten(text: string): boolean {
  const [, sum] = line.exec(text) ?? [];
  return sum !== undefined && sum === sumOf(text.replace(line, ''));
}

/** @throws MlError ERR_ML_FILE_EDITED */
export function refuseEdited(path: string, text: string): void {
  if (isAsWritten(text)) return;
  const why = line.test(text) ? 'was edited since it was generated' : 'was not written by this generator';
  throw new MlError('ERR_ML_FILE_EDITED', {
    message: `${path} ${why}`,
    fix: 'Keep it, or replace it with --force; git diff shows what that changes. Nothing was written.',
  });
}

function sumOf(text: string): string {
  return createHash('sha256')
    .update(text.replace(/[\s'"]+/g, ''))
    .digest('hex')
    .slice(0, 16);
}
