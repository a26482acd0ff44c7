import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { isUnfinished } from '../../store/index.js';
import type { Disk } from './disk.js';
import { errnoOf, unsafePath } from './failures.js';
import { siblingOf } from './store-folder.js';
import { isAbandoned } from './writers.js';

/** What a rename says when something stands at the target that it does not replace. */
const taken = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR']);
/** What it says when somebody else changed the target since it was looked at. */
const lostRace = new Set(['ENOENT', ...taken]);

/** @throws MlError ERR_ML_PATH_UNSAFE when the target is a symbolic link, a socket or a device */
export function checkTarget(disk: Disk, target: string): 'nothing' | 'file' | 'folder' {
  const found = disk.look(target);
  if (found === undefined) return 'nothing';
  if (found.isSymbolicLink()) throw unsafePath(target, 'is a symbolic link');
  if (found.isDirectory()) return 'folder';
  if (found.isFile()) return 'file';
  throw unsafePath(target, 'is no regular file');
}

/**
 * Gives what was built beside the target its name. A file replaces a file in one step. Where a folder is involved the
 * old one is moved aside first and put back if the new one cannot take its place.
 */
export async function replaceTarget(disk: Disk, path: string, target: string): Promise<void> {
  const found = disk.look(path);
  const built = { path, isFolder: found?.isDirectory() === true, inode: found?.ino };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await tryReplace(disk, built, target);
      break;
    } catch (error) {
      if (attempt === 10 || !lostRace.has(errnoOf(error) ?? '')) throw error;
    }
  }
  // Renaming one hard link onto another of the same file does nothing, and leaves both.
  if (!built.isFolder) disk.discard(path);
}

interface Built {
  readonly path: string;
  readonly isFolder: boolean;
  readonly inode: bigint | undefined;
}

async function tryReplace(disk: Disk, built: Built, target: string): Promise<void> {
  const kind = checkTarget(disk, target);
  if (kind === 'folder' || (kind === 'file' && built.isFolder)) await swap(disk, built, target);
  else disk.rename(built.path, target, built.inode);
}

async function swap(disk: Disk, built: Built, target: string): Promise<void> {
  const aside = siblingOf(target);
  disk.rename(target, aside);
  try {
    disk.rename(built.path, target, built.inode);
  } catch (error) {
    await putBack(disk, aside, target);
    throw error;
  }
  await removeQuietly(aside);
}

/** Where somebody else's content stands there by now, that has replaced the old one, which both were to replace. */
async function putBack(disk: Disk, aside: string, target: string): Promise<void> {
  try {
    disk.rename(aside, target);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    if (taken.has(errnoOf(error) ?? '')) await removeQuietly(aside);
  }
}

/** Removes something of ours. That it stays behind is no reason to fail: sweepSiblings tries again. */
export async function removeQuietly(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/**
 * Renamed first: a restore of another machine that builds there after all, slowly or by a clock that is wrong, then fails, rather than
 * give its name to a tree from which files are missing.
 */
async function removeWhole(disk: Disk, sibling: string): Promise<void> {
  const mine = siblingOf(sibling);
  try {
    disk.rename(sibling, mine);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return;
  }
  await removeQuietly(mine);
}

/** Removes what was being built in this folder by a process that died, once that is a day old. */
export async function sweepSiblings(disk: Disk, folder: string, now: number): Promise<void> {
  for (const { name } of disk.list(folder)) {
    if (!isUnfinished(name)) continue;
    const found = disk.look(join(folder, name));
    if (found !== undefined && isAbandoned(name, Number(found.ctimeMs), now))
      await removeWhole(disk, join(folder, name));
  }
}
