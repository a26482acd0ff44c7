import { isMlError, MlError, messageOf } from '../../kernel/index.js';
import type { ErrorCode } from '../../kernel/index.js';

/** What could not be done to which path, and what the system said. */
interface Failure {
  readonly operation: string;
  readonly path: string;
  readonly cause: unknown;
}

export type Blame = (failure: Failure) => MlError;

const reasons: Readonly<Record<string, readonly [reason: string, fix: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space there, or choose a folder on another disk.'],
  EDQUOT: ['your quota is used up', 'Free some space there, or ask for more quota.'],
  EACCES: ['permission denied', 'Give yourself permission there, or choose another folder.'],
  EPERM: ['the operation is not permitted', 'Give yourself permission there, or choose another folder.'],
  EROFS: ['the file system is read-only', 'Mount it writable, or choose another folder.'],
  ENOTDIR: ['a part of the path is not a folder', 'Move that file away, or choose another folder.'],
  ENOENT: ['it is not there', 'Check that the path is right and that its disk is mounted.'],
  EMFILE: ['too many files are open', 'Raise the limit (ulimit -n).'],
};

/** The system's name of an error, `ENOSPC`, also when it is wrapped already; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  const cause = isMlError(error) ? error.cause : error;
  if (typeof cause !== 'object' || cause === null || !('errno' in cause) || !('code' in cause))
    return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

/** What a user is told who may only read. */
export function isForbidden(error: unknown): boolean {
  return ['EPERM', 'EACCES', 'EROFS'].includes(errnoOf(error) ?? '');
}

/** Failures inside the store at `root`. */
export function storeFailure(root: string): Blame {
  return (failure) => describe('ERR_ML_STORE_UNAVAILABLE', `The store ${root} cannot be used`, failure);
}

/** Failures of a source or a target. */
export const workspaceFailure: Blame = (failure) =>
  describe('ERR_ML_FILE_INACCESSIBLE', 'A file outside the store cannot be used', failure);

function describe(code: ErrorCode, what: string, { operation, path, cause }: Failure): MlError {
  const [reason, fix] = reasons[errnoOf(cause) ?? ''] ?? [
    messageOf(cause),
    'Check that the disk is mounted and healthy.',
  ];
  return new MlError(code, { message: `${what}: to ${operation} ${path} failed, ${reason}`, fix, cause });
}

/** ERR_ML_PATH_UNSAFE for what stands at a path and must not be touched. */
export function unsafePath(path: string, why: string): MlError {
  return new MlError('ERR_ML_PATH_UNSAFE', {
    message: `${path} ${why}`,
    fix: 'Put a regular file or folder there; links are neither followed nor replaced.',
  });
}
