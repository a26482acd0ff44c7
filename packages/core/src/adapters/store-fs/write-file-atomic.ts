import { dirname } from 'node:path';

import { Disk } from './disk.js';
import { workspaceFailure } from './failures.js';
import { nodeFileCalls } from './file-calls.js';
import type { FileCalls } from './file-calls.js';
import { checkTarget } from './replace-target.js';
import { siblingOf } from './store-folder.js';

/**
 * Writes a small file of the workspace so that a reader, now or after a power cut, finds the old bytes or the new ones
 * and nothing else. Parents are made; a symbolic link is refused.
 *
 * @throws MlError ERR_ML_FILE_INACCESSIBLE, ERR_ML_PATH_UNSAFE
 */
export async function writeFileAtomic(
  path: string,
  bytes: string | Uint8Array,
  calls: FileCalls = nodeFileCalls,
): Promise<void> {
  const disk = new Disk(calls, workspaceFailure);
  checkTarget(disk, path);
  disk.makeFolder(dirname(path));
  const temporary = siblingOf(path);
  try {
    await disk.create(temporary, 0o644).using(async (file) => {
      file.write(Buffer.from(bytes));
      await file.sync();
    });
    disk.rename(temporary, path);
  } catch (error) {
    disk.discard(temporary);
    throw error;
  }
  await disk.syncFolder(dirname(path));
}
