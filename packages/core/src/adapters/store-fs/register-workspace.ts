import { lstatSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { documentBytes } from '../../kernel/index.js';
import { isForbidden } from './failures.js';
import { registrationId } from './registration-id.js';
import type { StoreFolder } from './store-folder.js';

/** Leaves word, once, that a workspace uses the store. @throws MlError ERR_ML_STORE_UNAVAILABLE */
export async function registerWorkspace(folder: StoreFolder, path: string): Promise<void> {
  const host = hostname();
  const registration = join(folder.workspaces, `${registrationId(host, path)}.json`);
  if (folder.disk.look(registration) !== undefined) return;
  const inode = String(lstatSync(path, { bigint: true }).ino);
  const git = commonGitFolder(path) ?? null;
  await write(folder, registration, documentBytes({ formatVersion: 1, host, path, inode, git }));
}

async function write(folder: StoreFolder, registration: string, bytes: Uint8Array): Promise<void> {
  const { disk } = folder;
  const temporary = folder.newTemporary();
  try {
    disk.makeFolder(folder.workspaces);
    await disk.create(temporary, 0o444).using(async (file) => {
      file.write(bytes);
      await file.sync();
    });
    disk.rename(temporary, registration);
    for (const parent of [folder.workspaces, folder.root]) await disk.syncFolder(parent);
  } catch (error) {
    // Who may only read puts nothing here that could be lost.
    if (!isForbidden(error)) throw error;
  } finally {
    disk.discard(temporary);
  }
}

/** The git folder that all worktrees of the repository share, found without git; undefined: there is none. */
function commonGitFolder(from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const found = lstatSync(join(at, '.git'), { throwIfNoEntry: false });
    if (found?.isDirectory() === true) return join(at, '.git');
    if (found?.isFile() === true) return commonOf(join(at, '.git'));
    if (at === dirname(at)) return undefined;
  }
}

/** `.git` of a worktree or submodule is a file that names a folder, and that names the shared one. */
function commonOf(file: string): string | undefined {
  const gitFolder = /^gitdir: (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (gitFolder === undefined) return undefined;
  const own = resolve(dirname(file), gitFolder);
  const common = join(own, 'commondir');
  if (lstatSync(common, { throwIfNoEntry: false }) === undefined) return own;
  return resolve(own, readFileSync(common, 'utf8').trim());
}
