import { existsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

import { GitRootReader } from '@nx-ml/core/adapters/git/roots';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { openGcStore } from '@nx-ml/core/adapters/store-fs/gc';
import type { RegisteredWorkspace } from '@nx-ml/core/gc';
import { isMlError } from '@nx-ml/core/kernel';
import type { GarbageDeps } from '@nx-ml/core/usecases/store';

import { storeFolder } from '../store-folder.js';
import { systemClock } from '../system-clock.js';
import { findWorkspaceRoot } from './workspace-root.js';

export interface StoreAtHand {
  /** Absolute. */
  readonly root: string;
  readonly deps: GarbageDeps;
  /** The workspace that asks, which may not have registered yet. */
  readonly workspaces: readonly RegisteredWorkspace[];
}

/** The user's store, opened for whoever looks after it; undefined: there is none yet. @throws MlError */
export async function storeAtHand(cwd: string): Promise<StoreAtHand | undefined> {
  const root = storeFolder(process.env);
  if (!existsSync(root)) return undefined;
  const [store, stores] = await Promise.all([openGcStore(root), openFolderStore({ root, readOnly: true })]);
  const deps = { store, stores, roots: new GitRootReader(), clock: systemClock };
  return { root, deps, workspaces: workspaceOf(cwd) };
}

export function noStoreText(): string {
  return `There is no store at ${storeFolder(process.env)}; the first step that runs makes one.\n`;
}

function workspaceOf(cwd: string): readonly RegisteredWorkspace[] {
  try {
    const path = findWorkspaceRoot(cwd);
    const inode = String(statSync(path, { bigint: true }).ino);
    return [{ id: 'here', host: hostname(), path, inode, git: null }];
  } catch (error) {
    // The store's commands work anywhere.
    if (isMlError(error)) return [];
    throw error;
  }
}
