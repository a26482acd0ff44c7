import { isMlError, messageOf, MlError } from '@nx-ml/core/kernel';

/** The state folder, or a file in it, cannot be used as it is. */
export function stateFailure(path: string, why: string, fix: string): MlError {
  return new MlError('ERR_ML_SERVER_STATE', { message: `${path} ${why}`, fix });
}

/** What a system call on the state folder failed with, for people. */
export function inaccessible(path: string, cause: unknown): MlError {
  if (isMlError(cause)) return cause;
  return new MlError('ERR_ML_SERVER_STATE', {
    message: `${path} cannot be used: ${messageOf(cause)}`,
    fix: 'Run as the user that the server runs as, and look at the folder, its owner and the free space.',
    cause,
  });
}

/** The code of a system error, such as ENOENT; by its shape, since it may come from another realm. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
