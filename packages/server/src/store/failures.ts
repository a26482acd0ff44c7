import { isMlError } from '@nx-ml/core/kernel';

import { Refusal } from '../http/refusal.js';

/** What a request is answered with when it failed; undefined for a defect of the server. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (isFull(error)) return full();
  if (!isMlError(error)) return undefined;
  // What the storage says of itself names folders and buckets, which are nobody's business outside.
  return error.code.startsWith('ERR_ML_REMOTE_') ? troubled() : undefined;
}

/** Whether the disk, or a quota of the file system, has no room. */
export function isFull(error: unknown): boolean {
  const cause = isMlError(error) ? error.cause : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

const full = (): Refusal =>
  new Refusal(507, {
    message: 'The server has no room left',
    fix: 'Ask who runs it to free some, and start again: it goes on where it stopped.',
  });

const troubled = (): Refusal =>
  new Refusal(503, {
    message: 'The storage of the server cannot be used',
    fix: 'Try again later; its log says why.',
  });
