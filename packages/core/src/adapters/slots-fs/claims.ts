import { randomUUID } from 'node:crypto';
import { readlinkSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

import type { Claims } from '../../engine/index.js';
import { isMlError, messageOf } from '../../kernel/index.js';

import { codeOf } from './error-code.js';
import { isAlive, isHolder, thisProcess } from './holder.js';
import { Mutex } from './mutex.js';
import { prepareFolder, unusable } from './slots-folder.js';

/**
 * Claims as symbolic links in one folder, whose target names the holder: made in one call that never replaces, and never
 * seen half-written. One that a dead process left is broken under the folder's mutex.
 *
 * @param folder absolute, on a local file system.
 * `tryClaim` throws ERR_ML_SLOTS_UNUSABLE when the folder is not ours or cannot be used.
 */
export function openClaims(folder: string): Claims {
  const mutex = new Mutex(folder);
  return {
    async tryClaim(name) {
      prepareFolder(folder);
      const path = join(folder, `claim.${name}`);
      const text = `${thisProcess()} ${randomUUID()}`;
      try {
        if (!make(path, text) && !(await takeFromDead(path, text, mutex))) return undefined;
      } catch (error) {
        throw isMlError(error) ? error : unusable(folder, `cannot be used: ${messageOf(error)}`, error);
      }
      return {
        release: () => {
          giveBack(path, text);
          return Promise.resolve();
        },
      };
    },
  };
}

function make(path: string, text: string): boolean {
  try {
    symlinkSync(text, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function takeFromDead(path: string, text: string, mutex: Mutex): Promise<boolean> {
  const taken = await mutex.run(() => {
    mutex.sweep();
    const found = read(path);
    if (found !== undefined) {
      const [holder = ''] = found.split(' ');
      if (isHolder(holder) && isAlive(holder)) return false;
      rmSync(path); // A dead one's: whoever else saw it waits for the mutex.
    }
    return make(path, text);
  });
  return taken?.value ?? false;
}

/** Only one's own: a claim taken for dead may be another's by now. */
function giveBack(path: string, text: string): void {
  if (read(path) === text) unlinkSync(path);
}

function read(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'EINVAL') return ''; // No link, and so nobody's claim.
    throw error;
  }
}
