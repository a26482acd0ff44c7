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
  | 'existsSync'
  | 'fchmodSync'
  | 'fdatasync'
  | 'fstatSync'
  | 'fsync'
  | 'linkSync'
  | 'lstatSync'
  | 'mkdirSync'
  | 'open'
  | 'openSync'
  | 'read'
  | 'readSync'
  | 'readdirSync'
  | 'renameSync'
  | 'rmdirSync'
  | 'unlinkSync'
  | 'utimesSync'
  | 'write'
  | 'writeSync'
> & {
  /** Makes everything on the file system of `folder` durable. False: this machine cannot, sync file by file. */
  syncFileSystem(folder: string): Promise<boolean>;
  /** Asks the file system to give each new folder within `folder` a place of its own. Does nothing where it cannot. */
  spreadFolders(folder: string): Promise<void>;
};

export const nodeFileCalls: FileCalls = {
  chmodSync: fs.chmodSync,
  closeSync: fs.closeSync,
  copyFileSync: fs.copyFileSync,
  existsSync: fs.existsSync,
  fchmodSync: fs.fchmodSync,
  fdatasync: fs.fdatasync,
  fstatSync: fs.fstatSync,
  fsync: fs.fsync,
  linkSync: fs.linkSync,
  lstatSync: fs.lstatSync,
  mkdirSync: fs.mkdirSync,
  open: fs.open,
  openSync: fs.openSync,
  read: fs.read,
  readSync: fs.readSync,
  readdirSync: fs.readdirSync,
  renameSync: fs.renameSync,
  rmdirSync: fs.rmdirSync,
  unlinkSync: fs.unlinkSync,
  utimesSync: fs.utimesSync,
  write: fs.write,
  writeSync: fs.writeSync,
  syncFileSystem,
  spreadFolders,
};

/**
 * syncfs(2) by way of `sync -f`, for Node has no call for it. Only Linux promises to wait for the bytes and to
 * report what went wrong.
 */
function syncFileSystem(folder: string): Promise<boolean> {
  return succeeds('sync', ['-f', folder]);
}

/**
 * ext4 looks for the inode of a new file near its folder, one by one past those that were freed in the last minutes: where
 * much was deleted lately that makes a new file ten times as dear. A folder with this attribute has its folders
 * elsewhere, where nothing was. It is asked by way of chattr, for Node has no call for it either.
 */
async function spreadFolders(folder: string): Promise<void> {
  await succeeds('chattr', ['+T', folder]);
}

function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore' });
    child.once('error', () => {
      resolve(false);
    });
    child.once('close', (code) => {
      resolve(code === 0);
    });
  });
}
