import { dirname, join } from 'node:path';

import { fromHex } from '../../kernel/index.js';
import { errnoOf, isForbidden } from './failures.js';
import type { StoreFolder } from './store-folder.js';

const trashPattern = /^([0-9a-f]{64})\.[^/]+$/;

/**
 * Brings back what garbage collection was deleting when it died: somebody may rely on it since. Where one is at work
 * right now this undoes a deletion at most, and the next gc does it again.
 */
export function restoreTrash(folder: StoreFolder): void {
  if (folder.disk.look(folder.trash) === undefined) return;
  for (const { name } of folder.disk.list(folder.trash)) restoreOne(folder, name);
}

/** @throws MlError ERR_ML_STORE_UNAVAILABLE */
export function restoreOne(folder: StoreFolder, name: string): void {
  const hex = trashPattern.exec(name)?.[1];
  if (hex === undefined) return;
  const trashed = join(folder.trash, name);
  if (putBack(folder, trashed, folder.object(fromHex(hex)))) folder.disk.discard(trashed);
}

/** @returns false when it has to stay where it is. */
function putBack({ disk }: StoreFolder, trashed: string, path: string): boolean {
  try {
    if (disk.look(dirname(path)) === undefined) disk.makeFolder(dirname(path));
    if (disk.link(trashed, path)) return true;
    // Links are refused here, so nobody else can have been as quick as to matter: a put writes the same bytes.
    if (disk.look(path) === undefined) disk.rename(trashed, path);
    return true;
  } catch (error) {
    // It was put anew; or somebody else brought it back or deleted it; or this user may only read.
    if (errnoOf(error) === 'EEXIST') return true;
    if (errnoOf(error) === 'ENOENT' || isForbidden(error)) return false;
    throw error;
  }
}
