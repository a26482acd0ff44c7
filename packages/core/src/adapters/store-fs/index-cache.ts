import { readFile, rename, unlink, writeFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { digestOf, hexOf } from '../../kernel/index.js';
import type { Digest } from '../../kernel/index.js';
import type { IndexCache } from '../../remote/index.js';
import { nodeFileCalls } from './file-calls.js';
import { StoreFolder } from './store-folder.js';

/**
 * What a store keeps of a remote's pack indexes, in `remotes/<12 hex of the place>/`: a copy whose every use is verified.
 * That it cannot be read or written (a store that one may only read) is no failure, only slower.
 *
 * @param root of the store; absolute.
 */
export function openIndexCache(root: string, place: string): IndexCache {
  const store = new StoreFolder(root, nodeFileCalls);
  const folder = join(root, 'remotes', hexOf(digestOf(place)).slice(0, 12));
  const pathOf = (pack: Digest): string => join(folder, `${hexOf(pack)}.index`);
  return {
    read: (pack) => readFile(pathOf(pack)).catch(() => undefined),
    write: async (pack, bytes) => {
      const temporary = store.newTemporary();
      try {
        await writeFile(temporary, bytes, { flag: 'wx' });
        await mkdir(dirname(pathOf(pack)), { recursive: true });
        await rename(temporary, pathOf(pack));
      } catch {
        await unlink(temporary).catch(() => undefined);
      }
    },
  };
}
