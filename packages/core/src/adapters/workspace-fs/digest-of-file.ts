import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

import { fromHex } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';

const chunkBytes = 1024 * 1024;

/**
 * SHA-256 of a file of any size, a megabyte at a time: data files may be larger than memory.
 *
 * @param expected bytes, so that a small file needs a small buffer; a wrong one costs time only.
 */
export function digestOfFile(absolute: string, expected: number): Digest {
  const hash = createHash('sha256');
  const file = openSync(absolute, 'r');
  try {
    const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(expected, chunkBytes)));
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer))
      hash.update(buffer.subarray(0, read));
    return fromHex(hash.digest('hex'));
  } finally {
    closeSync(file);
  }
}
