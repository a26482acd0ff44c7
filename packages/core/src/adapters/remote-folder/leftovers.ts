import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';

import { errnoOf } from './failures.js';
import type { FolderCalls } from './folder-calls.js';

/** What `FolderFiles.stage` names: a process and chance. */
const pattern = /^[0-9]+-[0-9a-f]{24}$/;
const weekMs = 7 * 24 * 60 * 60 * 1000;

/**
 * Removes from a remote's tmp/ what nobody has written to for a week: its writer was killed. Machines with clocks of their own share the
 * folder, so its own clock is asked, by the time that a file has which was made there just now. That something stays behind
 * harms nobody, so no failure of this is one of the push that it goes along with.
 *
 * @param fresh name of the file that was just made there
 */
export async function sweepLeftovers(folder: string, fresh: string, calls: FolderCalls): Promise<void> {
  try {
    const now = changedAt(await calls.lstat(join(folder, fresh)));
    for (const { name } of await calls.list(folder)) {
      if (pattern.test(name) && name !== fresh) await sweep(join(folder, name), now, calls);
    }
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/** One that cannot be removed, being another user's perhaps, does not keep the others. */
async function sweep(path: string, now: number, calls: FolderCalls): Promise<void> {
  try {
    const found = await calls.lstat(path);
    if (found.isFile() && now - changedAt(found) > weekMs) await calls.unlink(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/** Milliseconds. ctime is set by the folder's file system alone; mtime may be set ahead of it by a machine that writes by its own clock. */
function changedAt({ mtimeMs, ctimeMs }: BigIntStats): number {
  return Math.max(Number(mtimeMs), Number(ctimeMs));
}
