import type { WorkspaceData } from '../data/index.js';
import { MlError } from '../kernel/index.js';
import { encodePointer } from '../manifest/index.js';
import type { ObjectRef, ObjectStore, WatchOptions } from '../store/index.js';
import type { Workspace, WorkspaceWriter } from './ports.js';
import { storeData } from './store-data.js';

export interface AddDataDeps {
  readonly workspace: Pick<Workspace, 'root' | 'tree' | 'isIgnored'>;
  readonly objects: ObjectStore;
  readonly data: WorkspaceData;
  readonly writer: WorkspaceWriter;
  readonly watch?: WatchOptions;
}

export interface AddedData {
  /** Workspace-relative path of the pointer. */
  readonly pointer: string;
  readonly ref: ObjectRef;
  /** False when the pointer already said just this. */
  readonly changed: boolean;
}

/**
 * Puts a file or folder into the store and writes the pointer that git keeps in its place, `<path>.ref.json`. The bytes
 * themselves are kept out of git by a line in the .gitignore beside them.
 *
 * @param path workspace-relative.
 * @throws MlError ERR_ML_DATA_MISSING, ERR_ML_PATH_UNSAFE, ERR_ML_SOURCE_CHANGED, ERR_ML_STORE_UNAVAILABLE
 */
export async function addData(path: string, deps: AddDataDeps): Promise<AddedData> {
  const { workspace, writer } = deps;
  if (
    path === '' ||
    path.endsWith('.ref.json') ||
    (!workspace.tree.isFile(path) && workspace.tree.listFolder(path).length === 0)
  )
    throw new MlError('ERR_ML_DATA_MISSING', {
      message: `${path === '' ? 'The workspace itself' : path} is no data file or folder with data in it`,
      fix: 'Name the file or folder that holds the data, inside the workspace.',
    });
  const ref = await storeData(path, { ...deps, root: workspace.root });
  const pointer = `${path}.ref.json`;
  const text = encodePointer(ref);
  const changed = workspace.tree.readText(pointer) !== text;
  if (changed) await writer.write(pointer, Buffer.from(text));
  if (!workspace.isIgnored(path)) await ignoreInGit(path, workspace, writer);
  return { pointer, ref, changed };
}

async function ignoreInGit(
  path: string,
  workspace: AddDataDeps['workspace'],
  writer: WorkspaceWriter,
): Promise<void> {
  const slash = path.lastIndexOf('/');
  const file = `${path.slice(0, slash + 1)}.gitignore`;
  const before = workspace.tree.readText(file) ?? '';
  const lines = before === '' || before.endsWith('\n') ? before : `${before}\n`;
  await writer.write(file, Buffer.from(`${lines}/${path.slice(slash + 1)}\n`));
}
