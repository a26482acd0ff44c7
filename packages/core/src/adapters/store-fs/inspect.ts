import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { isMlError, messageOf } from '../../kernel/index.js';
import { nodeFileCalls } from './file-calls.js';
import { formatVersion, hasFormat } from './open.js';
import { StoreFolder } from './store-folder.js';
import { isAbandoned } from './writers.js';

export interface StoreInspection {
  readonly state:
    | { readonly is: 'absent' }
    | { readonly is: 'open'; readonly formatVersion: number }
    | { readonly is: 'unusable'; readonly message: string; readonly fix: string };
  /** Why nothing can be written; undefined: it can, or the folder can be made. */
  readonly readOnly: string | undefined;
  /** Of the file system that it lies on, or would lie on; undefined: cannot be told. */
  readonly device: number | undefined;
  /** Bytes that this user may still write; undefined: cannot be told. */
  readonly free: number | undefined;
  readonly quarantined: number;
  /** What writers left in tmp/ that died: older than a day. */
  readonly abandoned: { readonly files: number; readonly bytes: number };
}

/** Looks at the store in a folder, or at the place where one would be made. Makes, sweeps and changes nothing. */
export async function inspectFolderStore(root: string, now: number): Promise<StoreInspection> {
  const folder = new StoreFolder(resolve(root), nodeFileCalls);
  const place = nearestThere(folder.root);
  const around = {
    readOnly: writeRefusal(place),
    device: statSync(place, { throwIfNoEntry: false })?.dev,
    free: freeBytes(place),
  };
  const nothing = { ...around, quarantined: 0, abandoned: { files: 0, bytes: 0 } };
  try {
    if (!(await hasFormat(folder))) return { ...nothing, state: { is: 'absent' } };
    const quarantined = listIfThere(folder, folder.quarantine).length;
    const state = { is: 'open', formatVersion } as const;
    return { ...around, state, quarantined, abandoned: abandonedIn(folder, now) };
  } catch (error) {
    if (!isMlError(error)) throw error;
    return { ...nothing, state: { is: 'unusable', message: error.message, fix: error.fix } };
  }
}

function abandonedIn(folder: StoreFolder, now: number): StoreInspection['abandoned'] {
  const found = listIfThere(folder, folder.temporary).flatMap((name) => {
    const stat = folder.disk.look(join(folder.temporary, name));
    return stat !== undefined && isAbandoned(name, Number(stat.mtimeMs), now) ? [stat] : [];
  });
  return { files: found.length, bytes: found.reduce((sum, { size }) => sum + Number(size), 0) };
}

function listIfThere(folder: StoreFolder, path: string): readonly string[] {
  return folder.disk.look(path) === undefined ? [] : folder.disk.list(path).map(({ name }) => name);
}

function nearestThere(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestThere(dirname(path));
}

function writeRefusal(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
