import type { BigIntStats, Dirent } from 'node:fs';
import { join } from 'node:path';

import { compareText, MlError } from '../../kernel/index.js';
import { isUnfinished } from '../../store/index.js';
import type { Disk } from './disk.js';
import { errnoOf, unsafePath } from './failures.js';
import type { OpenFile } from './open-file.js';

/** Numbers of a file that every change of it changes as well. Few bytes, for they are kept for every file of a tree. */
export type Mark = ArrayLike<bigint>;
export const markLength = 5;

type MarkedStat = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>;

export function markOf({ dev, ino, size, mtimeNs, ctimeNs }: MarkedStat): readonly bigint[] {
  return [dev, ino, size, mtimeNs, ctimeNs];
}

/** One of many marks, that stand one after the other. */
export function markAt(marks: BigUint64Array, index: number): Mark {
  return marks.subarray(index * markLength, (index + 1) * markLength);
}

/** A mark as one text. */
export function fingerprint(stat: BigIntStats): string {
  return markOf(stat).join(':');
}

/** @throws MlError ERR_ML_PATH_UNSAFE for a link and for anything else that is no regular file */
export function openSource(
  disk: Disk,
  path: string,
): { readonly file: OpenFile; readonly stat: BigIntStats } {
  const file = openNoLink(disk, path);
  try {
    const stat = file.stat();
    if (stat.isFile()) return { file, stat };
    throw unsafePath(path, 'is no regular file');
  } catch (error) {
    file.close();
    throw error;
  }
}

function openNoLink(disk: Disk, path: string): OpenFile {
  try {
    return disk.open(path);
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') throw unsafePath(path, 'is a symbolic link');
    if (errnoOf(error) === 'ENXIO') throw unsafePath(path, 'is no regular file');
    throw error;
  }
}

/** @throws MlError ERR_ML_SOURCE_CHANGED unless the path is still the file that had this mark */
export function checkUnchanged(disk: Disk, path: string, before: Mark): void {
  const stat = disk.look(path);
  if (stat === undefined || !hasMark(stat, before)) throw sourceChanged(path);
}

export function hasMark(stat: MarkedStat, mark: Mark): boolean {
  return markOf(stat).every((value, index) => value === mark[index]);
}

/** The same but for ctime, which a new name changes too. */
export function hasMarkButNames({ dev, ino, size, mtimeNs }: MarkedStat, mark: Mark): boolean {
  return hasMark({ dev, ino, size, mtimeNs, ctimeNs: mark[4] ?? 0n }, mark);
}

export function sourceChanged(path: string): MlError {
  return new MlError('ERR_ML_SOURCE_CHANGED', {
    message: `${path} changed while it was being read`,
    fix: 'Wait until whatever writes there has ended, then try again.',
  });
}

/**
 * The paths of all regular files below a folder, relative and sorted. What is being built there is passed over.
 *
 * @throws MlError ERR_ML_PATH_UNSAFE for links, sockets, devices, and for names that are not UTF-8
 */
export function listFiles(disk: Disk, folder: string): readonly string[] {
  if (disk.look(folder)?.isSymbolicLink() === true) throw unsafePath(folder, 'is a symbolic link');
  const paths: string[] = [];
  const folders = [''];
  for (let prefix = folders.pop(); prefix !== undefined; prefix = folders.pop()) {
    for (const item of disk.list(join(folder, prefix))) {
      if (isUnfinished(item.name)) continue;
      const path = prefix === '' ? item.name : `${prefix}/${item.name}`;
      if (item.isDirectory()) folders.push(path);
      else if (item.isFile()) paths.push(path);
      else throw unsafePath(join(folder, path), kindOf(item));
      // What Node could not read as UTF-8 arrives with this character in it and cannot be opened again.
      if (item.name.includes('\uFFFD')) throw unsafePath(join(folder, path), 'has a name that is not UTF-8');
    }
  }
  return paths.sort(compareText);
}

function kindOf(item: Dirent): string {
  return item.isSymbolicLink() ? 'is a symbolic link' : 'is no regular file';
}
