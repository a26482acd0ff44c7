import { dvcFileText, readDvcRef, refuseRicher } from '../../interop/dvc/index.js';
import type { DvcCache, DvcCached, DvcRef } from '../../interop/foreign/index.js';
import { MlError } from '../../kernel/index.js';
import { encodeTree } from '../../store/index.js';
import type { ObjectRef } from '../../store/index.js';
import type { ForeignTrees } from '../given/foreign-trees.js';
import { refuseOther } from '../given/given-tree.js';
import { treeRef } from '../given/tree-ref.js';
import { keepOutOfGit, refuseIgnoredPointer } from '../data/keep-out-of-git.js';
import type { Workspace, WorkspaceWriter } from '../ports.js';
import type { Stores } from '../records/run-store.js';

export interface AddDvcDataDeps {
  readonly workspace: Pick<Workspace, 'root' | 'tree' | 'isIgnored'>;
  readonly stores: Stores;
  readonly foreign: ForeignTrees;
  readonly cache: DvcCache;
  readonly writer: WorkspaceWriter;
}

export interface AddedDvcData {
  /** The .dvc file; workspace-relative. */
  readonly pointer: string;
  readonly md5: string;
  /** What code sees of it. */
  readonly ref: ObjectRef;
  /** False when the .dvc file already said just this. */
  readonly changed: boolean;
}

/**
 * Puts a file or folder under DVC as `dvc add` does (its cache, the .dvc file, .gitignore), and into our store, so that its
 * identity here is known from the start.
 *
 * @param path workspace-relative.
 * @throws MlError ERR_ML_DATA_MISSING, ERR_ML_DATA_IGNORED, ERR_ML_DVC_INVALID, ERR_ML_FOREIGN_DAMAGED and those of DvcCache and the store
 */
export async function addDvcData(path: string, deps: AddDvcDataDeps): Promise<AddedDvcData> {
  const { workspace, stores, foreign, cache, writer } = deps;
  refuseNoData(path, workspace);
  const pointer = `${path}.dvc`;
  const before = workspace.tree.readText(pointer);
  if (before !== undefined) refuseRicher(before, pointer);
  refuseIgnoredPointer(pointer, workspace);
  refuseUnreadable(path);
  const stored = await stores.objects.put(`${workspace.root}/${path}`);
  const cached = await cache.put(path);
  const ref = treeRef(cached.entries);
  refuseOther(cached.isFolder ? ref : singleFile(cached), stored, path);
  if (!cached.isFolder) await stores.objects.putBytes(encodeTree(cached.entries));
  await foreign.remember(dvcRef(path, cached), ref);
  const text = textOf(path, cached);
  if (before !== text) await writer.write(pointer, Buffer.from(text));
  await keepOutOfGit(path, workspace, writer);
  return { pointer, md5: cached.md5, ref, changed: before !== text };
}

function refuseNoData(path: string, { tree }: AddDvcDataDeps['workspace']): void {
  if (path !== '' && !path.endsWith('.dvc') && (tree.isFile(path) || tree.listFolder(path).length > 0))
    return;
  throw new MlError('ERR_ML_DATA_MISSING', {
    message: `${path === '' ? 'The workspace itself' : path} is no data file or folder with data in it`,
    fix: 'Name the file or folder that holds the data, inside the workspace.',
  });
}

/** Some names that DVC takes cannot be read back as a dataset's pointer. @throws MlError ERR_ML_PATH_UNSAFE */
function refuseUnreadable(path: string): void {
  readDvcRef(textOf(path, { md5: '0'.repeat(32), size: 0, entries: [], isFolder: false }), `${path}.dvc`);
}

function singleFile({ entries }: DvcCached): ObjectRef {
  const [entry] = entries;
  if (entry === undefined) throw new Error('a file without an entry');
  return { kind: 'file', digest: entry.digest, size: entry.size, files: 1 };
}

function dvcRef(path: string, { md5, isFolder }: DvcCached): DvcRef {
  return { tool: 'dvc', file: `${path}.dvc`, path, sum: { kind: 'md5', hex: md5 }, isFolder };
}

function textOf(path: string, { md5, size, entries, isFolder }: DvcCached): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return dvcFileText({ md5, size, files: isFolder ? entries.length : undefined, name });
}
