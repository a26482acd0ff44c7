import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { hasEnded, processMark } from '@nx-ml/core/adapters/slots-fs';

/**
 * A folder of this process; those of processes that were killed are removed.
 *
 * @param state absolute
 * @param prefix what the folders of one purpose have in common
 */
export function freshFolder(state: string, prefix: string): string {
  mkdirSync(state, { recursive: true });
  for (const name of readdirSync(state)) {
    const mark = name.startsWith(prefix) ? name.slice(prefix.length).split('~')[0] : undefined;
    if (mark !== undefined && hasEnded(mark) === true)
      rmSync(join(state, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(state, `${prefix}${processMark()}~`));
}
