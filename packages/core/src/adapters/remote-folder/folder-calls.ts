import type { BigIntStats, Dirent } from 'node:fs';
import * as fs from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** Every call through which a remote folder is reached, so that a test can make each of them fail. */
export interface FolderCalls {
  open(path: string, flags: string | number, mode?: number): Promise<FileHandle>;
  close(file: FileHandle): Promise<void>;
  read(file: FileHandle, buffer: Buffer, position: number): Promise<number>;
  write(file: FileHandle, bytes: Uint8Array): Promise<number>;
  /** Makes the bytes of a file, or the names in a folder, durable. */
  sync(file: FileHandle): Promise<void>;
  lstat(path: string): Promise<BigIntStats>;
  stat(file: FileHandle): Promise<BigIntStats>;
  list(folder: string): Promise<readonly Dirent[]>;
  mkdir(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
}

export const nodeFolderCalls: FolderCalls = {
  open: fs.open,
  close: (file) => file.close(),
  read: async (file, buffer, position) => (await file.read(buffer, 0, buffer.length, position)).bytesRead,
  write: async (file, bytes) => (await file.write(bytes)).bytesWritten,
  sync: (file) => file.sync(),
  lstat: (path) => fs.lstat(path, { bigint: true }),
  stat: (file) => file.stat({ bigint: true }),
  list: (folder) => fs.readdir(folder, { withFileTypes: true }),
  mkdir: (path) => fs.mkdir(path),
  rename: fs.rename,
  chmod: fs.chmod,
  link: fs.link,
  unlink: fs.unlink,
};
