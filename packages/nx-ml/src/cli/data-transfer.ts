import { GitPointers } from '@nx-ml/core/adapters/git';
import { openFolderStore } from '@nx-ml/core/adapters/store-fs';
import { DataFiles } from '@nx-ml/core/adapters/workspace-fs/data';
import { dataPathOf, isInScope, isOwnPointer, longestPointer, readPointer } from '@nx-ml/core/data';
import { MlError } from '@nx-ml/core/kernel';
import { dataCacheFolder } from '@nx-ml/core/layout';
import type { Remote } from '@nx-ml/core/remote';
import type { ObjectStore } from '@nx-ml/core/store';
import type { DvcDeps } from '@nx-ml/core/usecases/data';
import type { CheckoutItem, DvcItem } from '@nx-ml/core/usecases/transfer';

import { openRemote } from '../open-remote.js';
import { readNxJson } from '../plugin-options.js';
import { remoteAddress } from '../remote-at-hand.js';
import type { Progress } from '../report/progress.js';
import { storeFolder } from '../store-folder.js';
import { dvcOnDemand } from './data-dvc.js';
import { pointersIn, scopeOf } from './data-questions.js';
import { watched } from './watched.js';
import { findWorkspaceRoot } from './workspace-root.js';

/** What it takes to move data between workspace, store and remote. */
export interface DataTransfer {
  /** Absolute. */
  readonly root: string;
  readonly data: DataFiles;
  readonly store: ObjectStore;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** What was asked for, by pointers of ours. */
  readonly items: readonly CheckoutItem[];
  /** And by .dvc files. */
  readonly dvcItems: readonly DvcItem[];
  readonly dvc: () => Promise<DvcDeps>;
}

export interface TransferRequest {
  readonly cwd: string;
  readonly doing: string;
  /** Paths and names of projects; none for all data. */
  readonly args: readonly string[];
}

/** Opens what a transfer takes, and closes it however the transfer ends. @throws MlError */
export async function withTransfer<T>(
  { cwd, doing, args }: TransferRequest,
  action: (transfer: DataTransfer) => Promise<T>,
): Promise<T> {
  const root = findWorkspaceRoot(cwd);
  const data = new DataFiles({ root, cache: dataCacheFolder(root) });
  return watched(doing, async ({ signal, progress }) => {
    const stores = await openFolderStore({ root: storeFolder(process.env), usedBy: root });
    const asked = await itemsOf(args, { root, cwd, data });
    const onBytes = (bytes: number): void => {
      progress.advance({ bytes });
    };
    const dvc = dvcOnDemand({ root, stores, watch: { signal, onBytes } });
    return action({ root, data, store: stores.objects, progress, signal, dvc, ...asked });
  });
}

/** @throws MlError ERR_ML_USAGE when the workspace has none. */
export async function remoteOf(root: string, asked: string | undefined): Promise<Remote> {
  const address = asked ?? remoteAddress(await readNxJson(root), process.env);
  if (address !== undefined) return openRemote(address, storeFolder(process.env), process.env);
  throw new MlError('ERR_ML_USAGE', {
    message: 'This workspace has no remote',
    fix: 'Name one: the option "remote" of the plugin nx-ml in nx.json, NX_ML_REMOTE, or --remote. docs/guides/data.md shows how.',
  });
}

/** A remote by its address, which need not be in a workspace; by an empty one that of the workspace. @throws MlError */
export function remoteNamed(address: string, cwd: string): Promise<Remote> {
  if (address !== '') return openRemote(address, storeFolder(process.env), process.env);
  return remoteOf(findWorkspaceRoot(cwd), undefined);
}

/** The remote where there is one that can be asked; to look for what would be lost, it is no failure that there is none. */
export async function remoteIfAny(root: string): Promise<Remote | undefined> {
  const address = remoteAddress(await readNxJson(root), process.env);
  return address === undefined ? undefined : openRemote(address, storeFolder(process.env), process.env);
}

interface Looking {
  readonly root: string;
  readonly cwd: string;
  readonly data: DataFiles;
}

async function itemsOf(
  args: readonly string[],
  { root, cwd, data }: Looking,
): Promise<Pick<DataTransfer, 'items' | 'dvcItems'>> {
  const pointers = await pointersIn({ root, history: new GitPointers(root) });
  const scope = await scopeOf(args, { root, cwd, pointers });
  const items: CheckoutItem[] = [];
  const dvcItems: DvcItem[] = [];
  for (const pointer of pointers.filter((candidate) => isInScope(candidate, scope))) {
    const text = data.readText(pointer, longestPointer);
    if (text === undefined) continue;
    const parts = partsOf(pointer, scope);
    if (isOwnPointer(pointer)) {
      const ref = await readPointer(text, pointer);
      items.push(...parts.map((within) => ({ path: dataPathOf(pointer), ref, within })));
    } else {
      const { readDvcRef } = await import('@nx-ml/core/interop/dvc');
      const ref = readDvcRef(text, pointer);
      dvcItems.push(...parts.map((within) => ({ ref, within })));
    }
  }
  return { items, dvcItems };
}

/** The parts of a pointer's data that are meant; undefined is all of it. */
function partsOf(pointer: string, scope: readonly string[]): readonly (string | undefined)[] {
  const inside = `${dataPathOf(pointer)}/`;
  const parts = scope.filter((path) => path.startsWith(inside));
  const others = scope.filter((path) => !path.startsWith(inside));
  const isAll = parts.length === 0 || (others.length > 0 && isInScope(pointer, others));
  return isAll ? [undefined] : parts.map((path) => path.slice(inside.length));
}
