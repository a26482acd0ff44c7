import { randomUUID } from 'node:crypto';
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Claims } from '../../engine/index.js';
import { isMlError, messageOf } from '../../kernel/index.js';

import { codeOf } from './error-code.js';
import { isAlive, isHolder, thisProcess } from './holder.js';
import { Mutex } from './mutex.js';
import { prepareFolder, unusable } from './slots-folder.js';

/**
 * Claims as files in one folder, each naming its holder; made and broken under the folder's mutex.
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
      try {
        const made = await mutex.run(() => {
          mutex.sweep();
          return make(path);
        });
        const text = made?.value;
        if (text === undefined) return undefined;
        return {
          release: () => {
            giveBack(path, text);
            return Promise.resolve();
          },
        };
      } catch (error) {
        throw isMlError(error) ? error : unusable(folder, `cannot be used: ${messageOf(error)}`, error);
      }
    },
  };
}

/** What was written, unique to this claim; undefined when somebody alive holds the name. */
function make(path: string): string | undefined {
  const [holder = ''] = (read(path) ?? '').split(' ');
  if (isHolder(holder) && isAlive(holder)) return undefined;
  const text = `${thisProcess()} ${randomUUID()}`;
  writeFileSync(path, text, { mode: 0o600 });
  return text;
}

/** Only one's own: a claim taken for dead may be another's by now. */
function giveBack(path: string, text: string): void {
  if (read(path) === text) unlinkSync(path);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
