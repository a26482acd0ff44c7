import { createHash } from 'node:crypto';

import type { DvcBytes } from '../lock/index.js';
import type { Files } from './plan-of.js';

export function md5Of(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** Bytes of files in memory. Of folders nothing is known; `cached` are MD5 sums that the DVC cache holds. */
export function memoryBytes(files: Files, cached: readonly string[] = []): DvcBytes {
  const stateOf: DvcBytes['stateOf'] = ({ path, md5, isFolder }) => {
    const text = files[path];
    if (isFolder)
      return Object.keys(files).some((each) => each.startsWith(`${path}/`)) ? 'unknown' : 'absent';
    if (text === undefined) return 'absent';
    return md5Of(text) === md5 ? 'same' : 'other';
  };
  return { stateOf, canBring: (data) => cached.includes(data.md5) || stateOf(data) === 'same' };
}
