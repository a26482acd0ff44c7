import { join } from 'node:path';

import { ThreadChunker } from '../thread-chunker.js';
import type { ThreadPrograms } from '../thread-chunker.js';

const hook = join(__dirname, '../../../kernel/testing/typescript-hook.cjs');

/** A chunker whose threads need no build. */
export function chunkerFromSource(programs: Partial<ThreadPrograms> = {}): ThreadChunker {
  return new ThreadChunker({
    reader: join(__dirname, '../reader-main.ts'),
    hasher: join(__dirname, '../hasher-main.ts'),
    nodeArgs: ['-r', hook],
    ...programs,
  });
}
