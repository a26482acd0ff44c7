import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import { MlError, messageOf } from '../../kernel/index.js';

/**
 * One folder a user and machine, wherever a process was started from: a fixed place in /tmp. TMPDIR and
 * XDG_RUNTIME_DIR differ between a login, cron and a CI job of the same user, and two folders would lend one GPU twice;
 * the latter also goes away at the last log-out, while a training in the background goes on.
 */
export function defaultSlotsFolder(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env['NX_ML_SLOTS_DIR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  return join(process.platform === 'win32' ? tmpdir() : '/tmp', `nx-ml-${String(userInfo().uid)}`);
}

/**
 * Makes the folder (mode 0700) where it is missing.
 *
 * @throws MlError ERR_ML_SLOTS_UNUSABLE when it is no folder, belongs to someone else, or others may write to it.
 */
export function prepareFolder(folder: string, uid = process.getuid?.()): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(folder, `cannot be made: ${messageOf(cause)}`, cause);
  }
  const found = lstatSync(folder);
  if (!found.isDirectory()) throw unusable(folder, 'is no folder');
  if (uid !== undefined && found.uid !== uid)
    throw unusable(folder, `belongs to the user with the id ${String(found.uid)}`);
  if (uid !== undefined && (found.mode & 0o022) !== 0) throw unusable(folder, 'can be written to by others');
}

export function unusable(folder: string, why: string, cause?: unknown): MlError {
  return new MlError('ERR_ML_SLOTS_UNUSABLE', {
    message: `The folder ${folder}, through which nx-ml processes share GPUs and memory, ${why}`,
    fix: 'Remove it, or name another in NX_ML_SLOTS_DIR: the same one for every nx-ml process on this machine.',
    cause,
  });
}
