import { encodePointer, readPointer } from '../../documents/index.js';
import { MlError } from '../../kernel/index.js';
import type { ObjectRef, ObjectStore } from '../../store/index.js';
import { workspaceDigest } from '../given/given-pointer.js';
import { keepOutOfGit, refuseIgnoredPointer } from '../data/keep-out-of-git.js';
import type { Workspace, WorkspaceWriter } from '../ports.js';
import type { Obtained } from './obtain.js';

export interface PlaceDeps {
  /** As it is at each moment. */
  readonly workspace: Pick<Workspace, 'root' | 'tree' | 'isIgnored' | 'digestOf' | 'sizeOf' | 'glob'>;
  readonly objects: ObjectStore;
  readonly writer: WorkspaceWriter;
}

export interface PlacedData {
  /** Workspace-relative. */
  readonly pointer: string;
  /** Of what was there before. */
  readonly before: ObjectRef | undefined;
  readonly ref: ObjectRef;
  /** The ml.yaml that was written, where the folder had none. */
  readonly config: string | undefined;
}

/**
 * Puts imported data into the workspace as a dataset: the pointer with its source, the data itself, a line in .gitignore, and an
 * ml.yaml where there is none.
 *
 * @param folder workspace-relative.
 * @throws MlError ERR_ML_DATA_DRIFT where other data lies there; ERR_ML_DATA_IGNORED
 */
export async function placeImported(
  { name, ref, source }: Obtained,
  folder: string,
  { workspace, objects, writer }: PlaceDeps,
): Promise<PlacedData> {
  const path = `${folder}/${name}`;
  const pointer = `${path}.ref.json`;
  refuseIgnoredPointer(pointer, workspace);
  const text = workspace.tree.readText(pointer);
  const before = text === undefined ? undefined : readPointer(text, pointer).ref;
  const present = presentDigest(path, workspace);
  if (present !== undefined && present !== ref.digest && present !== before?.digest)
    throw drift(path, before);
  const written = encodePointer(ref, source);
  if (present !== ref.digest) await objects.materialise(ref, `${workspace.root}/${path}`, { for: 'edit' });
  if (written !== text) await writer.write(pointer, Buffer.from(written));
  await keepOutOfGit(path, workspace, writer);
  return { pointer, before, ref, config: await describe(folder, name, { workspace, writer }) };
}

function presentDigest(path: string, workspace: PlaceDeps['workspace']): string | undefined {
  if (workspace.tree.isFile(path)) return workspaceDigest(path, 'file', workspace);
  return workspace.tree.listFolder(path).length === 0 ? undefined : workspaceDigest(path, 'tree', workspace);
}

function drift(path: string, before: ObjectRef | undefined): MlError {
  return new MlError('ERR_ML_DATA_DRIFT', {
    message: `${path} holds other data${before === undefined ? '' : ' than its pointer says'}, which an import would replace`,
    fix: `Keep it: nx-ml data add ${path}, and import into another folder. Or remove it first. Nothing was changed.`,
  });
}

async function describe(
  folder: string,
  name: string,
  { workspace, writer }: Pick<PlaceDeps, 'workspace' | 'writer'>,
): Promise<string | undefined> {
  const config = `${folder}/ml.yaml`;
  if (workspace.tree.isFile(config)) return undefined;
  await writer.write(config, Buffer.from(`kind: dataset\npointer: ${JSON.stringify(`${name}.ref.json`)}\n`));
  return config;
}
