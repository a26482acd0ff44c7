import { isMlError, messageOf, MlError } from '../../kernel/index.js';
import type { ErrorCode } from '../../kernel/index.js';

type Reason = readonly [code: ErrorCode, reason: string, fix: string];

const refused = 'ERR_ML_REMOTE_REFUSED';
const unavailable = 'ERR_ML_REMOTE_UNAVAILABLE';
const reasons: Readonly<Record<string, Reason>> = {
  EACCES: [refused, 'permission denied', 'Give yourself permission there, or choose another remote.'],
  EPERM: [
    refused,
    'the operation is not permitted',
    'Give yourself permission there, or choose another remote.',
  ],
  EROFS: [refused, 'the file system is read-only', 'Mount it writable, or choose another remote.'],
  ENOENT: [refused, 'there is no such folder', 'Make the folder, or mount the disk that it lies on.'],
  ENOTDIR: [refused, 'a part of the path is not a folder', 'Move that file away, or choose another remote.'],
  ENOSPC: [
    unavailable,
    'its disk is full',
    'Free some space there, and start again: it goes on where it stopped.',
  ],
  EDQUOT: [unavailable, 'your quota is used up', 'Ask for more quota there, or free some space.'],
};

/** The system's name of an error, `ENOSPC`; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  const cause = isMlError(error) ? error.cause : error;
  if (typeof cause !== 'object' || cause === null || !('code' in cause) || !('syscall' in cause))
    return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}

/** What a failed call on a remote folder is for a user; what is no failure of a call comes through as it is. */
export function folderFailure(root: string, operation: string, cause: unknown): unknown {
  const errno = errnoOf(cause);
  if (errno === undefined || isMlError(cause)) return cause;
  const [code, reason, fix] = reasons[errno] ?? [
    unavailable,
    messageOf(cause),
    'Check that the disk is mounted and healthy, and try again.',
  ];
  return new MlError(code, {
    message: `The remote ${root} cannot be used: to ${operation} failed, ${reason}`,
    fix,
    cause,
  });
}
