import { plainPointer, readPointer } from '../../data/index.js';
import type { WorkspaceData } from '../../data/index.js';
import { canonicalJson, isMlError, MlError } from '../../kernel/index.js';
import type { ObjectRef, ObjectStore, PutOptions, WatchOptions } from '../../store/index.js';
import { keepOutOfGit, refuseIgnoredPointer } from './keep-out-of-git.js';
import { refusePointerText } from '../given/lfs-files.js';
import type { Workspace, WorkspaceWriter } from '../ports.js';
import { storeData } from './store-data.js';

export interface AddDataDeps {
  readonly workspace: Pick<Workspace, 'root' | 'tree' | 'isIgnored' | 'sizeOf'>;
  readonly objects: ObjectStore;
  readonly data: WorkspaceData;
  readonly writer: WorkspaceWriter;
  readonly watch?: WatchOptions;
  /** How the files get into the store. */
  readonly manner?: Pick<PutOptions, 'by' | 'onCopied'>;
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
 * @throws MlError ERR_ML_DATA_MISSING, ERR_ML_DATA_IGNORED, ERR_ML_PATH_UNSAFE, ERR_ML_SOURCE_CHANGED, ERR_ML_STORE_UNAVAILABLE
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
  const pointer = `${path}.ref.json`;
  refuseIgnoredPointer(pointer, workspace);
  refuseLfsPointers(path, deps);
  const ref = await storeData(path, { ...deps, root: workspace.root });
  const changed = !(await isUnchanged(workspace.tree.readText(pointer), pointer, ref));
  if (changed) await writer.write(pointer, Buffer.from(plainPointer(ref)));
  await keepOutOfGit(path, workspace, writer);
  return { pointer, ref, changed };
}

/** Imported data keeps the note of where it came from for as long as it is that data. */
async function isUnchanged(before: string | undefined, pointer: string, ref: ObjectRef): Promise<boolean> {
  if (before === undefined) return false;
  try {
    return canonicalJson(await readPointer(before, pointer)) === canonicalJson(ref);
  } catch (error) {
    if (isMlError(error)) return false;
    throw error;
  }
}

/** Where git-lfs is in use, a file may be a pointer alone: its text must not be stored as if it were the data. */
function refuseLfsPointers(path: string, { workspace, data }: AddDataDeps): void {
  const folders = path.split('/').map((_, index, parts) =>
    parts
      .slice(0, index)
      .map((part) => `${part}/`)
      .join(''),
  );
  const usesLfs = folders.some(
    (folder) => workspace.tree.readText(`${folder}.gitattributes`)?.includes('filter=lfs') === true,
  );
  const glance = usesLfs ? data.glance(path) : undefined;
  if (glance === undefined) return;
  refusePointerText(
    glance.kind === 'file' ? [path] : glance.paths.map((file) => `${path}/${file}`),
    workspace,
  );
}
