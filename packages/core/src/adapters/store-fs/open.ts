import { dirname, join, resolve } from 'node:path';

import { documentBytes, isJsonObject, MlError } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import type { Journal, ObjectStore } from '../../store/index.js';
import { errnoOf } from './failures.js';
import { nodeFileCalls } from './file-calls.js';
import type { FileCalls } from './file-calls.js';
import { FolderJournal } from './journal.js';
import { FolderObjectStore } from './object-store.js';
import { registerWorkspace } from './register-workspace.js';
import { restoreTrash } from './restore-trash.js';
import { StoreFolder } from './store-folder.js';
import { isAbandoned } from './writers.js';

export const formatVersion = 1;
const kind = 'nx-ml-store';

export interface FolderStoreOptions {
  /** Made when it is not there. One file system that has hard links. */
  readonly root: string;
  /** For whoever only asks: nothing is made or swept, so the store must be there. */
  readonly readOnly?: boolean;
  /**
   * Absolute folder of the workspace that will need what it puts, or finds, in the store: garbage collection keeps
   * what a registered workspace needs. Undefined for whoever puts for nobody.
   */
  readonly usedBy?: string;
  /** Decides what is old enough to be swept. The system's own when not given. */
  readonly clock?: Clock;
  /** For tests that make calls fail. */
  readonly calls?: FileCalls;
}

export interface FolderStore {
  readonly objects: ObjectStore;
  readonly journals: Journal;
}

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/**
 * Opens the store in a folder, or makes a new one there. Any number of processes may have it open.
 *
 * @throws MlError ERR_ML_STORE_UNAVAILABLE; ERR_ML_DOCUMENT_INVALID for a store of a newer or unknown format
 */
export async function openFolderStore({
  root,
  readOnly = false,
  usedBy,
  clock = systemClock,
  calls = nodeFileCalls,
}: FolderStoreOptions): Promise<FolderStore> {
  const folder = new StoreFolder(resolve(root), calls);
  const isStore = await hasFormat(folder);
  if (readOnly && !isStore) throw noStore(folder.root);
  if (!readOnly) await prepare(folder, { isStore, now: clock.now() });
  if (!readOnly && usedBy !== undefined) await registerWorkspace(folder, usedBy);
  return { objects: new FolderObjectStore(folder, clock, readOnly), journals: new FolderJournal(folder) };
}

async function prepare(
  folder: StoreFolder,
  { isStore, now }: { readonly isStore: boolean; readonly now: number },
): Promise<void> {
  if (!isStore) await makeFormat(folder);
  for (const path of [folder.objects, folder.journals, folder.quarantine, folder.temporary])
    folder.disk.makeFolder(path);
  // They may be as new as the store, and whoever made it may not have got this far.
  for (const path of [dirname(folder.objects), folder.root]) await folder.disk.syncFolder(path);
  restoreTrash(folder);
  sweepTemporary(folder, now);
}

export function noStore(root: string): MlError {
  return new MlError('ERR_ML_STORE_UNAVAILABLE', {
    message: `${root} is no store`,
    fix: 'The first step that runs makes one there.',
  });
}

/** False for a folder that holds no store yet. A newer format is refused before anything is written. */
export async function hasFormat(folder: StoreFolder): Promise<boolean> {
  const before = await readFormat(folder);
  // Whoever makes a store writes format.json before the objects folder, so this order cannot be fooled by a race.
  const hasObjects = folder.disk.look(dirname(folder.objects)) !== undefined;
  const bytes = before ?? (hasObjects ? await readFormat(folder) : undefined);
  if (bytes === undefined && !hasObjects) return false;
  checkFormat(folder.root, bytes);
  return true;
}

async function readFormat(folder: StoreFolder): Promise<Buffer | undefined> {
  try {
    return await folder.disk.open(folder.format).using((file) => {
      const buffer = Buffer.alloc(1024);
      return buffer.subarray(0, file.read(buffer));
    });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function checkFormat(root: string, bytes: Buffer | undefined): void {
  const document = bytes === undefined ? undefined : parse(bytes);
  if (isJsonObject(document) && document['kind'] === kind) {
    const version = document['formatVersion'];
    if (version === formatVersion) return;
    if (typeof version === 'number' && version > formatVersion)
      throw new MlError('ERR_ML_DOCUMENT_INVALID', {
        message: `The store ${root} has format ${String(version)}; this nx-ml knows ${String(formatVersion)}`,
        fix: 'Update nx-ml, or choose another folder for the store.',
      });
  }
  throw new MlError('ERR_ML_DOCUMENT_INVALID', {
    message: `The store ${root} has no format.json that can be read`,
    fix: `If it is a store of format ${String(formatVersion)}, write ${documentBytes({ formatVersion, kind }).toString().trim()} there; else choose another folder.`,
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Several processes may do this at once: all write the same bytes, by one rename. */
async function makeFormat(folder: StoreFolder): Promise<void> {
  folder.disk.makeFolder(folder.temporary);
  const temporary = folder.newTemporary();
  try {
    await folder.disk.create(temporary, 0o444).using(async (file) => {
      file.write(documentBytes({ formatVersion, kind }));
      await file.sync();
    });
    folder.disk.rename(temporary, folder.format);
    await folder.disk.syncFolder(folder.root);
  } finally {
    folder.disk.discard(temporary);
  }
}

/** Removes what dead processes left. What is young may belong to a living one on another machine. */
function sweepTemporary(folder: StoreFolder, now: number): void {
  for (const { name } of folder.disk.list(folder.temporary)) {
    const path = join(folder.temporary, name);
    const found = folder.disk.look(path);
    if (found === undefined || !isAbandoned(name, Number(found.mtimeMs), now)) continue;
    if (found.isDirectory()) folder.disk.discardWithFiles(path);
    else folder.disk.discard(path);
  }
}
