import { randomBytes } from 'node:crypto';

/** Of chance, so that one is never taken for one of before a restart. */
export function newRevision(): string {
  return randomBytes(8).toString('hex');
}
