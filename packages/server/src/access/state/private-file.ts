import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { dirname } from 'node:path';

import { inaccessible, stateFailure, systemCode } from './state-failure.js';

/** Tells one version of a file from another: a replaced file has another inode, one written in place another time. */
export type FileMark = string & { readonly __brand: 'FileMark' };

export interface PrivateFile {
  readonly bytes: Buffer;
  readonly mark: FileMark;
}

/** Nothing that is kept here is larger; what is larger is not ours. */
const maxBytes = 16 * 2 ** 20;

/** The mark of what lies at a path now, links not followed; undefined for nothing. @throws MlError ERR_ML_SERVER_STATE */
export function markOf(path: string): FileMark | undefined {
  try {
    return markFrom(lstatSync(path, { bigint: true }));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw inaccessible(path, error);
  }
}

/**
 * Reads a file that nobody but us can have written or read; undefined where there is none. A symbolic link is not followed: it
 * may lead to what another user controls.
 *
 * @throws MlError ERR_ML_SERVER_STATE
 */
export function readPrivateFile(path: string): PrivateFile | undefined {
  const fd = openWithoutLinks(path);
  if (fd === undefined) return undefined;
  try {
    const stats = fstatSync(fd, { bigint: true });
    checkPrivate(path, stats);
    return { bytes: readAll(fd, path, Number(stats.size)), mark: markFrom(stats) };
  } catch (error) {
    throw inaccessible(path, error);
  } finally {
    closeSync(fd);
  }
}

/** A file of mode 0600 takes the place of what is there; a reader, now or after a power cut, finds the old one or the new one. */
export function replacePrivateFile(path: string, bytes: string | Uint8Array): void {
  placing(path, bytes, (temporary) => {
    renameSync(temporary, path);
  });
}

/** As replacePrivateFile, but only where nothing is. @returns whether nothing was. */
export function createPrivateFile(path: string, bytes: string | Uint8Array): boolean {
  let isNew = true;
  placing(path, bytes, (temporary) => {
    try {
      linkSync(temporary, path);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      isNew = false;
    }
  });
  return isNew;
}

/** Makes names that were added to or taken from a folder survive a power cut. */
export function syncFolder(path: string): void {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function placing(path: string, bytes: string | Uint8Array, place: (temporary: string) => void): void {
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    const fd = openSync(temporary, 'wx', 0o600);
    try {
      writeAll(fd, Buffer.from(bytes));
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
    place(temporary);
  } catch (error) {
    throw inaccessible(path, error);
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(path));
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

function openWithoutLinks(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (systemCode(error) !== 'ELOOP') throw inaccessible(path, error);
    throw stateFailure(path, 'is a symbolic link', 'Put the file itself in its place.');
  }
}

function checkPrivate(path: string, stats: BigIntStats): void {
  if (!stats.isFile()) throw stateFailure(path, 'is no regular file', 'Move it away.');
  const uid = process.getuid?.();
  if (uid !== undefined && stats.uid !== BigInt(uid))
    throw stateFailure(path, `belongs to the user with the id ${String(stats.uid)}`, 'Move it away.');
  const mode = Number(stats.mode & 0o777n);
  if (uid !== undefined && (mode & 0o077) !== 0)
    throw stateFailure(
      path,
      `can be read or written by others (mode ${mode.toString(8)})`,
      `Take what it holds for known: revoke and mint anew, or rotate the key. Then chmod 600 ${path}`,
    );
  if (stats.size > BigInt(maxBytes))
    throw stateFailure(path, `is ${String(stats.size)} bytes large`, 'Move it away.');
}

function readAll(fd: number, path: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let done = 0; done < size;) {
    const count = readSync(fd, bytes, done, size - done, done);
    if (count === 0) throw stateFailure(path, 'became shorter while it was read', 'Try again.');
    done += count;
  }
  return bytes;
}

function markFrom({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileMark {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':') as FileMark;
}
