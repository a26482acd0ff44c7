import { bytesSource } from '../../../remote/index.js';
import { nodeFolderCalls } from '../folder-calls.js';
import type { FolderCalls } from '../folder-calls.js';
import { FolderBlobs } from '../folder-blobs.js';

/** A blob is written and one created. */
export async function use(blobs: FolderBlobs): Promise<void> {
  await blobs.write('a/w', bytesSource(Buffer.from('written')));
  await blobs.create('b/c', Buffer.from('created'));
}

/** As the system tells it. */
export function systemError(errno: string, syscall: string): Error {
  return Object.assign(new Error(`${errno}: injected`), { code: errno, errno: -1, syscall });
}

/** The calls, the n-th of which fails; all are counted. */
export function failAt(failing: number, errno: string, counted = { calls: 0 }): FolderCalls {
  const entries = Object.entries(nodeFolderCalls) as [string, (...args: unknown[]) => Promise<unknown>][];
  const watched = entries.map(([name, call]) => [
    name,
    (...args: unknown[]): Promise<unknown> => {
      counted.calls += 1;
      // What a file handle holds must be let go even where closing is made to fail.
      if (counted.calls - 1 !== failing || name === 'close') return call(...args);
      return Promise.reject(systemError(errno, name));
    },
  ]);
  return Object.fromEntries(watched) as FolderCalls;
}

/** That `use` makes when none fails. */
export async function numberOfCalls(root: string): Promise<number> {
  const counted = { calls: 0 };
  await use(new FolderBlobs(root, failAt(-1, 'EIO', counted)));
  return counted.calls;
}
