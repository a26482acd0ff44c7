import { spawn } from 'node:child_process';
import * as fs from 'node:fs';

/**
 * Every call through which the store reaches the disk, so that a test can make each of them fail. Mostly the
 * synchronous ones: for small files a promise costs several times what the call does.
 */
export type FileCalls = Pick<
  typeof fs,
  | 'chmodSync'
  | 'closeSync'
  | 'copyFileSync'
  | 'fdatasync'
  | 'fstatSync'
  | 'fsync'
  | 'linkSync'
  | 'lstatSync'
  | 'mkdirSync'
  | 'open'
  | 'openSync'
  | 'readSync'
  | 'readdirSync'
  | 'renameSync'
  | 'unlinkSync'
  | 'utimesSync'
  | 'writeSync'
> & {
  /** Makes everything on the file system of `folder` durable. False: this machine cannot, sync file by file. */
  syncFileSystem(folder: string): Promise<boolean>;
};

export const nodeFileCalls: FileCalls = {
  chmodSync: fs.chmodSync,
  closeSync: fs.closeSync,
  copyFileSync: fs.copyFileSync,
  fdatasync: fs.fdatasync,
  fstatSync: fs.fstatSync,
  fsync: fs.fsync,
  linkSync: fs.linkSync,
  lstatSync: fs.lstatSync,
  mkdirSync: fs.mkdirSync,
  open: fs.open,
  openSync: fs.openSync,
  readSync: fs.readSync,
  readdirSync: fs.readdirSync,
  renameSync: fs.renameSync,
  unlinkSync: fs.unlinkSync,
  utimesSync: fs.utimesSync,
  writeSync: fs.writeSync,
  syncFileSystem,
};

/**
 * syncfs(2) by way of `sync -f`, for Node has no call for it. Only Linux promises to wait for the bytes and to
 * report what went wrong.
 */
function syncFileSystem(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn('sync', ['-f', folder], { stdio: 'ignore' });
    child.once('error', () => {
      resolve(false);
    });
    child.once('close', (code) => {
      resolve(code === 0);
    });
  });
}
