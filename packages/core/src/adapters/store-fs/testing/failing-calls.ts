import { nodeFileCalls } from '../index.js';
import type { FileCalls } from '../index.js';
import { systemError, watchedCalls } from './scratch.js';

const done = ((_: number, callback: (error: null) => void): void => {
  setImmediate(callback, null);
}) as FileCalls['fsync'];

/** Makes nothing durable, which takes most of the time where a store is made hundreds of times. */
export const quickCalls: FileCalls = {
  ...nodeFileCalls,
  fsync: done,
  fdatasync: done,
  syncFileSystem: () => Promise.resolve(true),
  spreadFolders: () => Promise.resolve(),
};

export interface FailingCalls {
  readonly calls: FileCalls;
  /** So many were made. */
  count(): number;
  /** The name of the one that failed. */
  failed(): string;
}

/** Counts the calls, and makes the one of that number fail; none for 0. `syncFileSystem` answers, and never fails. */
export function failAt(number: number, code: string): FailingCalls {
  let count = 0;
  let failed = '';
  const watched = watchedCalls((name) => {
    count += 1;
    if (count !== number) return;
    failed = name;
    throw systemError(code);
  }, quickCalls);
  const calls = { ...watched, syncFileSystem: quickCalls.syncFileSystem };
  return { calls, count: () => count, failed: () => failed };
}

/** The code of the error that an action ends with. */
export async function outcomeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return 'done';
  } catch (error) {
    const { code, fix, message } = error as { code?: string; fix?: string; message: string };
    return fix === undefined ? `not explained: ${message}` : String(code);
  }
}
