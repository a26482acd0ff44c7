import { isMlError, MlError } from '@nx-ml/core/kernel';

import { abortOnExit } from '../abort-on-exit.js';
import { showProgress } from '../report/progress.js';
import type { Progress } from '../report/progress.js';

export interface Watch {
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Does what takes long: it shows how far it has come, and learns when it is to end. */
export async function watched<T>(doing: string, work: (watch: Watch) => Promise<T>): Promise<T> {
  const abort = abortOnExit();
  const progress = progressOnStderr(doing);
  try {
    return await work({ signal: abort.signal, progress });
  } finally {
    progress.end();
    abort.dispose();
  }
}

export function progressOnStderr(doing: string): Progress {
  return showProgress(doing, { stream: process.stderr, now: () => performance.now() });
}

/** What to throw for an error of work that may have been aborted. @param message what is left when it was */
export function cancelledOr(error: unknown, signal: AbortSignal, message: string): unknown {
  if (!signal.aborted || isMlError(error)) return error;
  return new MlError('ERR_ML_CANCELLED', { message, fix: 'Run the same command again.' });
}
